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
import {dependsOnRules} from './policy-rules.ts'
import {type HostAddress, LOOPBACK, type NextHop, type RouteEntry, type Routing} from './routes.ts'

/**
 * Reads what decides interface and source address: addresses per interface (`10.0.0.2/24`), lines of `ip route show`
 * and `ip -6 route show` together, and those of the family's `ip rule show`, null if they could not be read. Where
 * rules may lead to another table than the main one, whose routes are all that is known, none counts.
 */
export function readRouting(
  family: Family,
  interfaces: Readonly<Record<string, readonly string[]>>,
  lines: readonly string[],
  rules: readonly string[] | null = [],
): Routing {
  const own = Object.entries(interfaces).flatMap(([name, addresses]) =>
    addresses.flatMap(text => hostAddress(family, name, text)),
  )
  const joined = joinNextHops(lines)
  const read = joined.flatMap(line => routeEntry(family, line))
  const open =
    rules === null ||
    // A line that is damaged may be any route.
    !joined.every(isRoute) ||
    dependsOnRules(
      rules,
      read.some(entry => coversAll(family, entry)),
    )
  const entries = open ? [] : joinEqual(read)
  entries.sort((a, b) => size(a) - size(b) || a.metric - b.metric)
  return {
    family,
    own,
    entries,
    open,
    boundaries: [...own.map(({address}) => address), ...entries, LOOPBACK[family]],
  }
}

function coversAll(family: Family, {lo, hi}: Interval): boolean {
  return lo === EVERYTHING[family].lo && hi === EVERYTHING[family].hi
}

/** Routes of IPv6 that differ in their next hop only are one route with several. */
function joinEqual(entries: readonly RouteEntry[]): RouteEntry[] {
  const joined = new Map<string, RouteEntry>()
  for (const entry of entries) {
    const key = `${entry.lo} ${entry.hi} ${entry.metric}`
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

const TYPES = new Set([...UNUSABLE, 'local', 'unicast', 'nat'])

function routeEntry(family: Family, line: string): RouteEntry[] {
  const words = line.split(/\s+/)
  const first = words[0] ?? ''
  const typed = TYPES.has(first)
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
      nextHops: nextHops(words, {lo: range.lo, hi: range.hi}),
      metric: Number(valueAfter(words, 'metric') ?? 0),
    },
  ]
}

const VALUED = new Set(['dev', 'via', 'src', 'metric', 'table'])

/** Whether a line has a destination, and a value after each word that asks for one. */
function isRoute(line: string): boolean {
  const words = line.split(/\s+/)
  const target = words.find(word => !TYPES.has(word)) ?? ''
  return (target === 'default' || parseInterval(target) !== null) && !VALUED.has(words.at(-1) ?? '')
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
