import {EVERYTHING, type Family, type Interval, parseInterval, single, within} from '../model/address.ts'
import type {Packet, Partiality} from '../model/packet.ts'
import {ADDRESS_TYPE_VALUES} from '../model/selector.ts'
import {and, definite, MAYBE, NO, or, type Ternary, YES} from '../model/ternary.ts'
import {isLocal} from '../routing/routes.ts'

const V4_MULTICAST = requireInterval('224.0.0.0/4')
const V4_ZERO = requireInterval('0.0.0.0/8')
const V4_LIMITED_BROADCAST = requireInterval('255.255.255.255')
const V6_MULTICAST = requireInterval('ff00::/8')
const V6_UNSPECIFIED = requireInterval('::')

function requireInterval(text: string): Interval {
  const interval = parseInterval(text)
  if (!interval) throw new Error(`not an address: ${text}`)
  return {lo: interval.lo, hi: interval.hi}
}

/** Addresses at which the kernel's own classification changes, whatever the rules say. */
export const ADDRESS_TYPE_BOUNDARIES = {
  4: [V4_MULTICAST, V4_ZERO, V4_LIMITED_BROADCAST],
  6: [V6_MULTICAST, V6_UNSPECIFIED],
} as const

/** The addresses of each subnet that the kernel treats as broadcast. */
export function broadcastAddresses(packet: Pick<Packet, 'routing'>): Interval[] {
  if (packet.routing.family === 6) return []
  return packet.routing.own.flatMap(({subnet}) =>
    BigInt(subnet.hi) - BigInt(subnet.lo) < 3n ? [] : [single(subnet.hi), single(subnet.lo)],
  )
}

/** Follows xt_addrtype: IPv4 has one type per address; IPv6 tests the listed types one after the other. */
export function hasAddressType(
  packet: Packet,
  address: Interval,
  types: readonly string[],
  partiality: Partiality,
): Ternary {
  const local = isLocal(packet.routing, address)
  if (local === MAYBE) {
    partiality.seen = true
    return MAYBE
  }
  const note = (answer: Ternary) => {
    if (answer === MAYBE) partiality.seen = true
    return answer
  }
  if (types.some(type => !DECIDABLE.has(type))) return MAYBE
  return packet.family === 4 ? v4(packet, address, types, local, note) : v6(address, types, local, note)
}

const DECIDABLE = new Set(['LOCAL', 'UNICAST', 'MULTICAST', 'BROADCAST', 'UNSPEC'])

type Note = (answer: Ternary) => Ternary

function v4(
  packet: Packet,
  address: Interval,
  types: readonly string[],
  local: Ternary,
  note: Note,
): Ternary {
  const multicast = note(within(V4_MULTICAST, address))
  const subnet = note(anyWithin(broadcastAddresses(packet), address))
  const broadcast = or(
    note(anyWithin([V4_ZERO, V4_LIMITED_BROADCAST], address)),
    // Older kernels also treat a subnet's first address as broadcast.
    subnet === YES && packet.routing.own.some(own => own.subnet.lo === address.lo) ? MAYBE : subnet,
  )
  const special = or(multicast, broadcast)
  const answers: Readonly<Record<string, Ternary>> = {
    LOCAL: local,
    MULTICAST: multicast,
    BROADCAST: and(broadcast, definite(local === NO)),
    UNICAST: local === YES ? NO : special === NO ? YES : special === YES ? NO : MAYBE,
    UNSPEC: NO,
  }
  return types.reduce<Ternary>((found, type) => or(found, answers[type] ?? MAYBE), NO)
}

function anyWithin(intervals: readonly Interval[], address: Interval): Ternary {
  return intervals.reduce<Ternary>((found, interval) => or(found, within(interval, address)), NO)
}

function v6(address: Interval, types: readonly string[], local: Ternary, note: Note): Ternary {
  const multicast = note(within(V6_MULTICAST, address))
  const unspecified = note(within(V6_UNSPECIFIED, address))
  const unicast = and((2 - multicast) as Ternary, (2 - unspecified) as Ternary)
  let match: Ternary = types.includes('BROADCAST') ? MAYBE : YES
  if (types.includes('MULTICAST')) match = and(match, multicast)
  if (types.includes('UNICAST')) match = and(match, unicast)
  if (types.includes('UNSPEC')) match = and(match, unspecified)
  if (types.includes('LOCAL')) match = and(match, local)
  return match
}

/**
 * Addresses that nobody is given, so that no country has them. Source: IANA IPv4 and IPv6 Special-Purpose Address
 * Registries (RFC 6890), those that are not globally reachable; RFC 5771 and RFC 4291 for multicast.
 */
const SPECIAL: Readonly<Record<Family, readonly string[]>> = {
  4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
  ],
  6: ['::/127', '100::/64', '2001:db8::/32', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
}

function intervals(family: Family): readonly Interval[] {
  return SPECIAL[family].map(text => {
    const interval = parseInterval(text)
    if (!interval) throw new Error(`not an address: ${text}`)
    return {lo: interval.lo, hi: interval.hi}
  })
}

export const SPECIAL_ADDRESSES: Readonly<Record<Family, readonly Interval[]>> = {
  4: intervals(4),
  6: intervals(6),
}

/**
 * The types that an address may have, as `fib … type` looks it up without regard to an interface (nft_fib_ipv4.c,
 * nft_fib_ipv6.c); null when that cannot be told.
 */
export function addressTypes(packet: Packet, address: Interval): readonly number[] | null {
  const {routing, family} = packet
  const local = isLocal(routing, address)
  if (local === MAYBE) return null
  if (local === YES) return [ADDRESS_TYPE_VALUES.local]
  const types = new Set<number>()
  let plain = true
  for (const {within, type, sure} of family === 4 ? specialV4(packet) : SPECIAL_V6) {
    if (within.lo > address.hi || within.hi < address.lo) continue
    types.add(type)
    if (sure && within.lo <= address.lo && address.hi <= within.hi) plain = false
  }
  if (plain) {
    types.add(ADDRESS_TYPE_VALUES.unicast)
    if (!hasRoute(packet, address)) for (const type of UNROUTED) types.add(type)
  }
  return [...types]
}

const UNROUTED = [
  ADDRESS_TYPE_VALUES.unspec,
  ADDRESS_TYPE_VALUES.blackhole,
  ADDRESS_TYPE_VALUES.unreachable,
  ADDRESS_TYPE_VALUES.prohibit,
]

function hasRoute({routing}: Packet, address: Interval): boolean {
  const entries = [...routing.tables.values()].flat()
  return entries.some(({kind, lo, hi}) => kind === 'unicast' && lo <= address.lo && address.hi <= hi)
}

type Special = {readonly within: Interval; readonly type: number; readonly sure: boolean}

function special(text: string, type: number): Special {
  const within = parseInterval(text) ?? EVERYTHING[4]
  return {within, type, sure: true}
}

const SPECIAL_V6 = [
  special('ff00::/8', ADDRESS_TYPE_VALUES.multicast),
  special('::', ADDRESS_TYPE_VALUES.unspec),
]

const SPECIAL_V4 = [
  special('224.0.0.0/4', ADDRESS_TYPE_VALUES.multicast),
  special('0.0.0.0/8', ADDRESS_TYPE_VALUES.broadcast),
  special('255.255.255.255', ADDRESS_TYPE_VALUES.broadcast),
]

/** Older kernels take a subnet's first address for broadcast, too. */
function specialV4(packet: Packet): readonly Special[] {
  const type = ADDRESS_TYPE_VALUES.broadcast
  return [
    ...SPECIAL_V4,
    ...broadcastAddresses(packet).map(within => ({
      within,
      type,
      sure: packet.routing.own.some(({subnet}) => subnet.hi === within.hi),
    })),
  ]
}
