import {EVERYTHING, type Family, type FamilyInterval, type Interval, single} from '../model/address.ts'
import type {IpProtocol} from '../model/protocol.ts'
import {MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import type {Flow} from './flow.ts'
import type {PolicyRule} from './policy-rules.ts'

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

/** What of the routing leads nowhere, and so stops a packet. */
export type DeadEnd = {
  readonly by: 'route' | 'routing-rule' | 'no-route'
  /** The line of `ip route` or `ip rule`, or a sentence. */
  readonly text: string
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
  /** Null: it leads somewhere. */
  readonly deadEnd: DeadEnd | null
  /** The line of `ip route`; null where there is none. */
  readonly text: string | null
  /** Texts of the routing rules in doubt on the way to it. */
  readonly doubts: readonly string[]
}

export type RouteEntry = Interval & {
  readonly kind: 'unicast' | 'local' | 'throw' | 'blackhole' | 'unreachable' | 'prohibit'
  readonly prefix: number
  readonly interfaces: Interfaces
  readonly source: Interval | null
  readonly gateway: Interval | null
  readonly nextHops: readonly NextHop[]
  readonly metric: number
  /** It counts for some packets only, in a way that is not followed. */
  readonly unsure: boolean
  readonly text: string
}

export type HostAddress = {
  readonly interface: string
  readonly address: Interval
  readonly subnet: Interval
}

export type Routing = {
  readonly family: Family
  readonly own: readonly HostAddress[]
  /** By the name of the table, those that are preferred first. */
  readonly tables: ReadonlyMap<string, readonly RouteEntry[]>
  readonly rules: readonly PolicyRule[]
  /** Other tables than the main one may decide, so that nothing is known of the way out. */
  readonly open: boolean
  /** All tables were captured. */
  readonly complete: boolean
  /** Every address at which the answer of `routesFor` may change. */
  readonly boundaries: readonly Interval[]
  /** Routes by flow, once they were looked up. */
  readonly found: Map<string, readonly Route[]>
}

export const LOOPBACK: Readonly<Record<Family, Interval>> = {
  4: {lo: 0x7f000000, hi: 0x7fffffff},
  6: single(1n),
}

export const LOOPBACK_ADDRESS: Readonly<Record<Family, Interval>> = {4: single(0x7f000001), 6: single(1n)}

export function overlaps(a: Interval, b: Interval): boolean {
  return a.lo <= b.hi && b.lo <= a.hi
}

/** Whether the address is one of this host, by the table that the kernel asks for its type. */
export function isLocal({tables}: Routing, to: Interval): Ternary {
  const entry = tables.get('local')?.find(candidate => overlaps(candidate, to))
  if (entry?.kind !== 'local') return NO
  return entry.lo <= to.lo && to.hi <= entry.hi ? YES : MAYBE
}

/** Where the address lives, or some of the addresses. */
export function homesOf({own}: Routing, address: Interval): HostAddress[] {
  return own.filter(home => overlaps(home.address, address))
}

/** IPv6 link-local addresses are not used as the source towards anything that a route with a wider scope reaches. */
export function isLinkLocal(family: Family, {lo}: Interval): boolean {
  return family === 6 && BigInt(lo) >> 118n === 0x3fan
}

/** The address of the interfaces that a packet gets as its source; near the gateway where one of them is. */
export function addressOn(
  {family, own}: Pick<Routing, 'family' | 'own'>,
  interfaces: Interfaces,
  gateway: Interval | null,
): Interval {
  const onDevice = own.filter(
    ({interface: name, address}) => interfaces?.includes(name) && !isLinkLocal(family, address),
  )
  const nearGateway = gateway ? onDevice.filter(({subnet}) => overlaps(subnet, gateway)) : []
  return hull(family, nearGateway.length > 0 ? nearGateway : onDevice)
}

export function hull(family: Family, addresses: readonly HostAddress[]): Interval {
  const values = addresses.map(({address}) => address.lo)
  const [first, ...rest] = values
  if (first === undefined) return EVERYTHING[family]
  return {
    lo: rest.reduce((low, value) => (value < low ? value : low), first),
    hi: rest.reduce((high, value) => (value > high ? value : high), first),
  }
}

/** A packet of nobody in particular, which no rule has marked. */
export function plainFlow(protocol: IpProtocol, to: Interval): Flow {
  const ports = {src: null, dst: {lo: 0, hi: 65535}}
  return {protocol, to, from: null, mark: {value: 0, unknown: 0}, uid: null, ports, rerouted: false}
}
