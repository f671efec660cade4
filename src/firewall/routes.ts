import {
  EVERYTHING,
  type Family,
  type Interval,
  parseAddress,
  parseInterval,
  parseIpv4,
  parseIpv6,
  single,
} from './address.ts'
import {MAYBE, NO, type Ternary, YES} from './ternary.ts'

/** Names that an interface may have; null: any but `lo`. */
export type Interfaces = readonly string[] | null

export type Route = {
  /** Whether the destination is this host itself, so that packets go through `lo` in both directions. */
  readonly local: Ternary
  readonly interfaces: Interfaces
  /** Holds the source address that the host would use. */
  readonly source: Interval
  /** Part of the destinations takes another route. */
  readonly partial: boolean
}

type Entry = Interval & {
  readonly interfaces: Interfaces
  readonly source: Interval | null
  readonly gateway: Interval | null
  readonly metric: number
}

type HostAddress = {
  readonly interface: string
  readonly address: Interval
  readonly subnet: Interval
}

export type Routing = {
  readonly family: Family
  readonly own: readonly HostAddress[]
  readonly entries: readonly Entry[]
  /** Every address at which the answer of `routeTo` may change. */
  readonly boundaries: readonly Interval[]
}

const LOOPBACK: Readonly<Record<Family, Interval>> = {
  4: {lo: 0x7f000000, hi: 0x7fffffff},
  6: single(1n),
}

export const LOOPBACK_ADDRESS: Readonly<Record<Family, Interval>> = {4: single(0x7f000001), 6: single(1n)}

/**
 * Reads what decides interface and source address: addresses per interface (`10.0.0.2/24`) and lines of
 * `ip route show` and `ip -6 route show` together.
 */
export function readRouting(
  family: Family,
  interfaces: Readonly<Record<string, readonly string[]>>,
  lines: readonly string[],
): Routing {
  const own = Object.entries(interfaces).flatMap(([name, addresses]) =>
    addresses.flatMap(text => hostAddress(family, name, text)),
  )
  const entries = joinNextHops(lines).flatMap(line => routeEntry(family, line))
  entries.sort((a, b) => size(a) - size(b) || a.metric - b.metric)
  return {
    family,
    own,
    entries,
    boundaries: [...own.map(({address}) => address), ...entries, LOOPBACK[family]],
  }
}

function size({lo, hi}: Interval): number {
  return Number(BigInt(hi) - BigInt(lo))
}

function hostAddress(family: Family, name: string, text: string): HostAddress[] {
  const address = parseAddress(text.split('/')[0] ?? '')
  const subnet = parseInterval(text)
  if (!address || !subnet || address.family !== family) return []
  return [{interface: name, address: single(address.value), subnet}]
}

/** A multipath route prints its next hops on lines of their own. */
function joinNextHops(lines: readonly string[]): string[] {
  const joined: string[] = []
  for (const line of lines) {
    if (/^\s*nexthop\s/.test(line) && joined.length > 0) joined.push(`${joined.pop()} ${line.trim()}`)
    else if (line.trim()) joined.push(line.trim())
  }
  return joined
}

const UNUSABLE = new Set([
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'broadcast',
  'multicast',
  'anycast',
])

function routeEntry(family: Family, line: string): Entry[] {
  const words = line.split(/\s+/)
  const first = words[0] ?? ''
  const typed = UNUSABLE.has(first) || first === 'local' || first === 'unicast' || first === 'nat'
  if (UNUSABLE.has(first) || first === 'local' || !isMainTable(words)) return []
  const target = words[typed ? 1 : 0] ?? ''
  const range = target === 'default' ? defaultRange(family, words) : parseInterval(target)
  if (!range || ('family' in range && range.family !== family)) return []
  const devices = words.flatMap((word, index) => (word === 'dev' ? [words[index + 1] ?? ''] : []))
  return [
    {
      lo: range.lo,
      hi: range.hi,
      interfaces: devices.length > 0 ? devices : null,
      source: addressAfter(family, words, 'src'),
      gateway: devices.length > 1 ? null : addressAfter(family, words, 'via'),
      metric: Number(valueAfter(words, 'metric') ?? 0),
    },
  ]
}

/** Lines of `ip route show table all` name every other table than main. */
function isMainTable(words: readonly string[]): boolean {
  const table = valueAfter(words, 'table')
  return table === undefined || table === 'main' || table === '254'
}

function defaultRange(family: Family, words: readonly string[]): Interval | null {
  const named = [valueAfter(words, 'src'), valueAfter(words, 'via')].find(value => value !== undefined)
  const isV6 =
    named === undefined ? words.includes('pref') : named === 'inet6' ? false : parseIpv6(named) !== null
  const isV4 = named === undefined ? words.includes('scope') && !isV6 : !isV6
  const ambiguous = named === undefined && !isV4 && !isV6
  return ambiguous || (family === 6 ? isV6 : isV4) ? EVERYTHING[family] : null
}

function valueAfter(words: readonly string[], key: string): string | undefined {
  const index = words.indexOf(key)
  return index < 0 ? undefined : words[index + 1]
}

function addressAfter(family: Family, words: readonly string[], key: string): Interval | null {
  const text = valueAfter(words, key) ?? ''
  const value = family === 4 ? parseIpv4(text) : parseIpv6(text)
  return value === null ? null : single(value)
}

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
    partial: !inside,
  }
}

function unroutedRoute(routing: Routing): Route {
  const names = new Set(routing.own.map(address => address.interface).filter(name => name !== 'lo'))
  const interfaces = routing.entries.length === 0 && names.size > 0 ? [...names] : null
  const source = hull(
    routing.family,
    routing.own.filter(address => address.interface !== 'lo'),
  )
  return {local: NO, interfaces, source, partial: false}
}

function sourceAddress(routing: Routing, entry: Entry): Interval {
  const onDevice = routing.own.filter(
    address => entry.interfaces?.includes(address.interface) && !isLinkLocal(routing.family, address.address),
  )
  const {gateway} = entry
  const nearGateway = gateway ? onDevice.filter(({subnet}) => overlaps(subnet, gateway)) : []
  return hull(routing.family, nearGateway.length > 0 ? nearGateway : onDevice)
}

/** IPv6 link-local addresses are not used as the source towards anything that a route with a wider scope reaches. */
function isLinkLocal(family: Family, {lo}: Interval): boolean {
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
