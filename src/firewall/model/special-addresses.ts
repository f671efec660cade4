import {type FamilyInterval, liesWithin, next, parseInterval, previous} from './address.ts'

/**
 * Where no other host can be: what it is called, and whether Linux opens TCP connections there all the same. It takes
 * the unspecified address for its own loopback address, and refuses multicast and broadcast (net/ipv4/tcp_ipv4.c,
 * net/ipv6/tcp_ipv6.c).
 * Source: the IANA registries of special-purpose addresses (RFC 6890), RFC 5771, RFC 1112, RFC 4291.
 */
const SPECIAL = [
  special('0.0.0.0', 'the unspecified address', false),
  special('0.0.0.0/8', 'an address of "this network", 0.0.0.0/8', true),
  special('127.0.0.0/8', 'a loopback address', true),
  special('169.254.0.0/16', 'a link-local address', true),
  special('224.0.0.0/4', 'a multicast address', false),
  special('255.255.255.255', 'the broadcast address', false),
  special('240.0.0.0/4', 'a reserved address of 240.0.0.0/4', true),
  special('::', 'the unspecified address', false),
  special('::1', 'a loopback address', true),
  special('fe80::/10', 'a link-local address', true),
  special('ff00::/8', 'a multicast address', false),
]

function special(cidr: string, kind: string, takesTcp: boolean) {
  const range = parseInterval(cidr)
  if (!range) throw new Error(`not an address: ${cidr}`)
  return {range, kind, takesTcp}
}

/** What a destination is instead of one where a peer can be: "a loopback address". Null where it has room for a peer, or is no address. */
export function notAPeer(destination: readonly FamilyInterval[]): string | null {
  if (destination.length === 0 || destination.some(part => peersIn(part).length > 0)) return null
  return kindOf(destination, SPECIAL) ?? 'a range without any address of a host'
}

/** What a destination is instead of one that TCP can connect to. Null where it can, or is no address. */
export function notForTcp(destination: readonly FamilyInterval[]): string | null {
  return kindOf(
    destination,
    SPECIAL.filter(({takesTcp}) => !takesTcp),
  )
}

function kindOf(destination: readonly FamilyInterval[], kinds: typeof SPECIAL): string | null {
  if (destination.length === 0) return null
  return kinds.find(({range}) => destination.every(part => liesWithin(part, range)))?.kind ?? null
}

/** The addresses of a range where peers of this host can be; `own` are addresses of this host. */
export function peersIn(
  range: FamilyInterval,
  own: readonly FamilyInterval[] = [],
): readonly FamilyInterval[] {
  return without(range, [...SPECIAL.map(({range: excluded}) => excluded), ...own])
}

/** What is left of a range, in order. */
function without(range: FamilyInterval, excluded: readonly FamilyInterval[]): readonly FamilyInterval[] {
  return excluded.reduce<readonly FamilyInterval[]>(
    (left, one) => left.flatMap(part => withoutOne(part, one)),
    [range],
  )
}

function withoutOne(part: FamilyInterval, {family, lo, hi}: FamilyInterval): readonly FamilyInterval[] {
  if (part.family !== family || hi < part.lo || lo > part.hi) return [part]
  const below = part.lo < lo ? [{family, lo: part.lo, hi: previous(lo)}] : []
  const above = part.hi > hi ? [{family, lo: next(hi), hi: part.hi}] : []
  return [...below, ...above]
}
