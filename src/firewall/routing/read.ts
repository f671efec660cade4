import {
  EVERYTHING,
  type Family,
  type Interval,
  parseAddress,
  parseInterval,
  parseIpv4,
  parseIpv6,
  single,
} from '../model/address.ts'
import {DEFAULT_RULES, dependsOnRules, readPolicyRules, tableName} from './policy-rules.ts'
import {
  type HostAddress,
  LOOPBACK,
  LOOPBACK_ADDRESS,
  type NextHop,
  type RouteEntry,
  type Routing,
} from './routes.ts'

/** Lines of `ip route show` and `ip rule show`, of one host. */
export type RoutingLines = {
  /** Of the main table, both address families together. */
  readonly routes: readonly string[]
  /** Of all tables of the family; null where they were not captured, so that of all others nothing is known. */
  readonly tables: readonly string[] | null
  /** Of the family; null if they could not be read. */
  readonly rules: readonly string[] | null
}

function coversAll(family: Family, {kind, lo, hi}: RouteEntry): boolean {
  return kind === 'unicast' && lo === EVERYTHING[family].lo && hi === EVERYTHING[family].hi
}

/** Reads what decides interface and source address: addresses per interface (`10.0.0.2/24`), routes and rules. */
export function readRouting(
  family: Family,
  interfaces: Readonly<Record<string, readonly string[]>>,
  {routes, tables: lines, rules: ruleLines}: RoutingLines,
): Routing {
  const own = Object.entries(interfaces).flatMap(([name, addresses]) =>
    addresses.flatMap(text => hostAddress(family, name, text)),
  )
  const joined = joinNextHops(lines ?? routes)
  const read = joined.flatMap(line => routeEntry(family, line))
  const tables = new Map<string, readonly RouteEntry[]>()
  for (const [name, entries] of Map.groupBy(read, ({table}) => table))
    if (lines !== null || name === 'main') tables.set(name, sorted(joinEqual(entries)))
  if (!tables.has('local')) tables.set('local', sorted(own.map(localEntry).concat(loopbackEntry(family))))
  const rules = ruleLines && readPolicyRules(family, ruleLines.length > 0 ? ruleLines : DEFAULT_RULES)
  const main = tables.get('main') ?? []
  const open =
    !rules ||
    // A line that is damaged may be any route.
    !joined.every(isRoute) ||
    (lines === null &&
      dependsOnRules(
        rules,
        main.some(entry => coversAll(family, entry)),
      ))
  return {
    ...{family, own, tables, rules: rules ?? [], open, complete: lines !== null},
    boundaries: [
      ...own.map(({address}) => address),
      ...[...tables.values()].flat(),
      ...(rules ?? []).flatMap(({to}) => to ?? []),
      LOOPBACK[family],
    ],
    found: new Map(),
  }
}

function sorted(entries: RouteEntry[]): RouteEntry[] {
  return entries.sort((a, b) => b.prefix - a.prefix || a.metric - b.metric)
}

/** How the kernel routes to an address of its own, where its table was not captured. */
function localEntry({interface: name, address}: HostAddress): RouteEntry {
  const prefix = typeof address.lo === 'number' ? 32 : 128
  return {...LOCAL, ...address, prefix, source: address, text: `local ${name}`}
}

function loopbackEntry(family: Family): RouteEntry {
  const prefix = family === 4 ? 8 : 128
  return {...LOCAL, ...LOOPBACK[family], prefix, source: LOOPBACK_ADDRESS[family], text: 'local lo'}
}

const LOCAL = {
  ...{kind: 'local', interfaces: ['lo'], gateway: null, nextHops: [], metric: 0, unsure: false},
} as const satisfies Partial<RouteEntry>

/** Routes of IPv6 that differ in their next hop only are one route with several. */
function joinEqual(entries: readonly RouteEntry[]): RouteEntry[] {
  const joined = new Map<string, RouteEntry>()
  for (const entry of entries) {
    const key = `${entry.kind} ${entry.lo} ${entry.hi} ${entry.metric} ${entry.unsure && entry.text}`
    const same = joined.get(key)
    joined.set(key, same ? bothOf(same, entry) : entry)
  }
  return [...joined.values()]
}

function bothOf(a: RouteEntry, b: RouteEntry): RouteEntry {
  const interfaces = a.interfaces && b.interfaces && [...new Set([...a.interfaces, ...b.interfaces])]
  return {
    ...a,
    interfaces,
    source: a.source?.lo === b.source?.lo ? a.source : null,
    gateway: a.gateway?.lo === b.gateway?.lo ? a.gateway : null,
    nextHops: [...a.nextHops, ...b.nextHops],
  }
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

const KINDS: ReadonlySet<string> = new Set<RouteEntry['kind']>([
  ...(['unicast', 'local', 'throw', 'blackhole', 'unreachable', 'prohibit'] as const),
])

/** Where no connection of TCP leads. */
const UNUSED = new Set(['broadcast', 'multicast', 'anycast', 'nat'])

/** What the kernel of IPv6 puts at the end of a table for want of a route. */
const LAST_METRIC = 4294967295

type TableEntry = RouteEntry & {readonly table: string}

function routeEntry(family: Family, line: string): TableEntry[] {
  const words = line.split(/\s+/)
  const first = words[0] ?? ''
  if (UNUSED.has(first)) return []
  const kind = KINDS.has(first) ? (first as RouteEntry['kind']) : 'unicast'
  const target = words[KINDS.has(first) ? 1 : 0] ?? ''
  const range = target === 'default' ? defaultRange(family, words) : parseInterval(target)
  if (!range || ('family' in range && range.family !== family)) return []
  const devices = words.flatMap((word, index) => (word === 'dev' ? [words[index + 1] ?? ''] : []))
  const metric = Number(valueAfter(words, 'metric') ?? 0)
  if (metric === LAST_METRIC || words.includes('dead')) return []
  return [
    {
      ...{lo: range.lo, hi: range.hi, kind, metric, text: line},
      table: tableName(valueAfter(words, 'table') ?? 'main'),
      prefix: prefixOf(family, range),
      interfaces: devices.length > 0 ? devices : null,
      source: addressAfter(family, words, 'src'),
      gateway: devices.length > 1 ? null : addressAfter(family, words, 'via'),
      nextHops: nextHops(words, {lo: range.lo, hi: range.hi}),
      // For one type of service, or for some sources of IPv6; or it may not be used while the link is down.
      unsure: ['tos', 'dsfield', 'from', 'linkdown'].some(word => words.includes(word)),
    },
  ]
}

const VALUED = new Set(['dev', 'via', 'src', 'metric', 'table'])

/** Whether a line has a destination, and a value after each word that asks for one. */
function isRoute(line: string): boolean {
  const words = line.split(/\s+/)
  const target = words.find(word => !KINDS.has(word) && !UNUSED.has(word)) ?? ''
  return (target === 'default' || parseInterval(target) !== null) && !VALUED.has(words.at(-1) ?? '')
}

function prefixOf(family: Family, {lo, hi}: Interval): number {
  const bits = (BigInt(hi) - BigInt(lo)).toString(2).replace(/^0$/, '').length
  return (family === 4 ? 32 : 128) - bits
}

/** Each of several comes after the word `nexthop`. */
function nextHops(words: readonly string[], of: Interval): NextHop[] {
  const starts = words.flatMap((word, index) => (word === 'nexthop' ? [index] : []))
  const groups = starts.length === 0 ? [words] : starts.map((start, at) => words.slice(start, starts[at + 1]))
  return groups.map(group => {
    const via = group.indexOf('via')
    const named = ['inet', 'inet6'].includes(group[via + 1] ?? '') ? 2 : 1
    const address = via < 0 ? null : parseAddress(group[via + named] ?? '')
    return {
      gateway: address && {family: address.family, ...single(address.value)},
      of,
      interface: valueAfter(group, 'dev') ?? null,
    }
  })
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
