import {type Interval, parseInterval, single} from '../address.ts'
import type {Packet, Partiality} from '../packet.ts'
import {isLocal} from '../routes.ts'
import {and, definite, MAYBE, NO, or, type Ternary, YES} from '../ternary.ts'
import {within} from '../within.ts'

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
