import {EVERYTHING, type Interval, parseInterval} from '../address.ts'
import {ADDRESS_TYPE_VALUES} from '../lookup/selector.ts'
import type {Packet} from '../packet.ts'
import {isLocal} from '../routes.ts'
import {MAYBE, YES} from '../ternary.ts'
import {broadcastAddresses} from './address-type.ts'

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
