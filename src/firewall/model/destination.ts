import {
  type Family,
  type FamilyInterval,
  formatAddress,
  formatInterval,
  liesWithin,
  next,
  parseAddress,
  parseInterval,
  previous,
} from './address.ts'

/** IPv4-mapped IPv6 addresses, `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
const MAPPED = {lo: 0xffff_0000_0000n, hi: 0xffff_ffff_ffffn}

/**
 * What a connection is made to: an address, `address/length`, `address/mask` or `first-last`, divided by the protocol
 * that carries it. Null for anything else.
 *
 * A socket of IPv6 that connects to an IPv4-mapped address sends IPv4 (ipv6(7), RFC 3493 section 3.7), so that part of a
 * range is IPv4 here; all of what users, programs and DNS name as a destination goes through this function. What rules
 * name does not: a packet of IPv6 with such an address never leaves a socket. IPv4-compatible addresses (`::a.b.c.d`),
 * those of NAT64 (`64:ff9b::/96`, RFC 6052) and of 6to4 (`2002::/16`) are IPv6 on the way out of this host.
 *
 * The zone of a link-local address (`fe80::1%eth0`, RFC 4007) is passed over.
 */
export function parseDestination(text: string): readonly FamilyInterval[] | null {
  const interval = parseInterval(withoutZone(text))
  return interval && byProtocol(interval)
}

/** A single address as a destination: its text, IPv4 where it is IPv4-mapped, with its zone; null for anything else. */
export function parseDestinationAddress(
  text: string,
): {readonly address: string; readonly family: Family} | null {
  const parsed = parseAddress(withoutZone(text))
  if (!parsed) return null
  const {family, value} = parsed
  if (family === 4 || value < MAPPED.lo || value > MAPPED.hi) return {address: text, family}
  return {address: formatAddress(4, Number(BigInt(value) - MAPPED.lo)), family: 4}
}

/** How rules are asked for a destination: an IPv4-mapped address or CIDR as IPv4, an address without its zone. */
export function canonicalDestination(text: string): string {
  const [only, ...others] = parseDestination(text) ?? []
  const mapped = only?.family === 4 && others.length === 0 && text.includes(':')
  return mapped ? formatInterval(4, only) : withoutZone(text)
}

/** Whether connections to an address go into a subnet; false for what is no address or no CIDR. */
export function isInSubnet(subnet: string, address: string): boolean {
  const ranges = parseDestination(subnet) ?? []
  const [part] = parseDestination(address) ?? []
  return part !== undefined && ranges.some(range => liesWithin(part, range))
}

/** Zones are for addresses that are not global (RFC 4007 section 6): elsewhere one is no address to getaddrinfo(3). */
function withoutZone(text: string): string {
  const [, address, zone] = /^(fe[89ab][0-9a-f]:[0-9a-f:.]*)%([\w.-]+)$/i.exec(text) ?? []
  return address !== undefined && zone !== undefined ? address : text
}

function byProtocol({family, lo, hi}: FamilyInterval): readonly FamilyInterval[] {
  if (family === 4 || hi < MAPPED.lo || lo > MAPPED.hi) return [{family, lo, hi}]
  const below: FamilyInterval[] = lo < MAPPED.lo ? [{family, lo, hi: previous(MAPPED.lo)}] : []
  const above: FamilyInterval[] = hi > MAPPED.hi ? [{family, lo: next(MAPPED.hi), hi}] : []
  const mapped: FamilyInterval = {
    family: 4,
    lo: lo < MAPPED.lo ? 0 : Number(BigInt(lo) - MAPPED.lo),
    hi: hi > MAPPED.hi ? 0xffffffff : Number(BigInt(hi) - MAPPED.lo),
  }
  return [...below, mapped, ...above]
}
