import {EVERYTHING, type Family, type FamilyInterval, type Interval, single} from './address.ts'
import {MAYBE, NO, type Ternary, YES} from './ternary.ts'

/** Names that an interface may have; null: any but `lo`. */
export type Interfaces = readonly string[] | null

/** Whom a packet is handed to. */
export type NextHop = {
  /** Null: the destination itself, which is on the link. */
  readonly gateway: FamilyInterval | null
  /** Destinations of the route. */
  readonly of: Interval
  /** Null: not known. */
  readonly interface: string | null
}

export type Route = {
  /** Whether the destination is this host itself, so that packets go through `lo` in both directions. */
  readonly local: Ternary
  readonly interfaces: Interfaces
  /** Holds the source address that the host would use. */
  readonly source: Interval
  /** One of them is taken. Empty for this host itself; null where no route is known. */
  readonly nextHops: readonly NextHop[] | null
  /** Part of the destinations takes another route. */
  readonly partial: boolean
}

export type RouteEntry = Interval & {
  readonly interfaces: Interfaces
  readonly source: Interval | null
  readonly gateway: Interval | null
  readonly nextHops: readonly NextHop[]
  readonly metric: number
}

export type HostAddress = {
  readonly interface: string
  readonly address: Interval
  readonly subnet: Interval
}

export type Routing = {
  readonly family: Family
  readonly own: readonly HostAddress[]
  readonly entries: readonly RouteEntry[]
  /** Other tables than the main one may decide, so that nothing is known of the way out. */
  readonly open: boolean
  /** Every address at which the answer of `routeTo` may change. */
  readonly boundaries: readonly Interval[]
}

export const LOOPBACK: Readonly<Record<Family, Interval>> = {
  4: {lo: 0x7f000000, hi: 0x7fffffff},
  6: single(1n),
}

export const LOOPBACK_ADDRESS: Readonly<Record<Family, Interval>> = {4: single(0x7f000001), 6: single(1n)}

/** Longest-prefix match over the main table. Without any route for it, the packet leaves by an unknown interface. */
export function routeTo(routing: Routing, to: Interval): Route {
  const own = routing.own.find(({address}) => overlaps(address, to))
  if (own || overlaps(LOOPBACK[routing.family], to)) return localRoute(routing, to, own?.address ?? null)
  const entry = routing.entries.find(candidate => overlaps(candidate, to))
  if (!entry) return unroutedRoute(routing)
  return {
    local: NO,
    interfaces: entry.interfaces,
    source: entry.source ?? sourceAddress(routing, entry),
    nextHops: entry.nextHops,
    partial: !(entry.lo <= to.lo && to.hi <= entry.hi),
  }
}

function overlaps(a: Interval, b: Interval): boolean {
  return a.lo <= b.hi && b.lo <= a.hi
}

function localRoute(routing: Routing, to: Interval, own: Interval | null): Route {
  const whole = own ?? LOOPBACK[routing.family]
  const inside = whole.lo <= to.lo && to.hi <= whole.hi
  return {
    local: inside ? YES : MAYBE,
    interfaces: ['lo'],
    source: inside ? (own ?? LOOPBACK_ADDRESS[routing.family]) : EVERYTHING[routing.family],
    nextHops: [],
    partial: !inside,
  }
}

function unroutedRoute(routing: Routing): Route {
  const {family, own, entries, open} = routing
  const names = new Set(own.map(address => address.interface).filter(name => name !== 'lo'))
  const interfaces = !open && entries.length === 0 && names.size > 0 ? [...names] : null
  const source = hull(
    family,
    own.filter(({interface: name, address}) => (open ? !overlaps(address, LOOPBACK[family]) : name !== 'lo')),
  )
  return {local: NO, interfaces, source, nextHops: null, partial: false}
}

function sourceAddress(routing: Routing, entry: RouteEntry): Interval {
  const onDevice = routing.own.filter(
    address => entry.interfaces?.includes(address.interface) && !isLinkLocal(routing.family, address.address),
  )
  const {gateway} = entry
  const nearGateway = gateway ? onDevice.filter(({subnet}) => overlaps(subnet, gateway)) : []
  return hull(routing.family, nearGateway.length > 0 ? nearGateway : onDevice)
}

/** IPv6 link-local addresses are not used as the source towards anything that a route with a wider scope reaches. */
export function isLinkLocal(family: Family, {lo}: Interval): boolean {
  return family === 6 && BigInt(lo) >> 118n === 0x3fan
}

function hull(family: Family, addresses: readonly HostAddress[]): Interval {
  const values = addresses.map(({address}) => address.lo)
  const [first, ...rest] = values
  if (first === undefined) return EVERYTHING[family]
  return {
    lo: rest.reduce((low, value) => (value < low ? value : low), first),
    hi: rest.reduce((high, value) => (value > high ? value : high), first),
  }
}
