import {EVERYTHING, type Interval, within} from '../model/address.ts'
import type {IpProtocol} from '../model/protocol.ts'
import {MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import type {Flow} from './flow.ts'
import {matchPolicyRule, type PolicyAction} from './policy-rules.ts'
import {
  addressOn,
  type DeadEnd,
  hull,
  isLocal,
  LOOPBACK,
  overlaps,
  plainFlow,
  type Route,
  type RouteEntry,
  type Routing,
} from './routes.ts'

/** fe80::/10 */
const LINK_LOCAL: Interval = {lo: 0xfe80n << 112n, hi: (0xfec0n << 112n) - 1n}

/** More ways than these are not followed. */
const MAX_WAYS = 8

/** As many flows are remembered. */
const MAX_FOUND = 1000

/**
 * The routes that a packet may take: one, unless rules or routes are in doubt. Rules are asked in their order, and each
 * table for its longest prefix (ip-rule(8); net/core/fib_rules.c, `fib_rules_lookup`).
 */
export function routesFor(routing: Routing, flow: Flow): readonly Route[] {
  const key = keyOf(flow)
  const known = routing.found.get(key)
  if (known) return known
  const routes = lookUp(routing, flow)
  if (routing.found.size >= MAX_FOUND) routing.found.clear()
  routing.found.set(key, routes)
  return routes
}

/** The route of a packet that nobody has marked; what is not the same for all packets is not known. */
export function routeTo(routing: Routing, to: Interval, protocol: IpProtocol = 'tcp'): Route {
  const [first, ...more] = routesFor(routing, plainFlow(protocol, to))
  if (!first) throw new Error('no route at all')
  return more.reduce(merge, first)
}

function keyOf({protocol, to, from, mark, uid, ports: {src, dst}, rerouted}: Flow): string {
  return [
    protocol,
    to.lo,
    to.hi,
    from?.lo,
    from?.hi,
    mark.value,
    mark.unknown,
    uid,
    src?.lo,
    src?.hi,
    dst.lo,
    dst.hi,
    rerouted,
  ].join(' ')
}

type Ways = {
  readonly found: Route[]
  /** Steps that may still be taken. */
  left: number
  /** A rule is for a part of the destinations. */
  partial: boolean
}

function lookUp(routing: Routing, flow: Flow): readonly Route[] {
  const {to} = flow
  if (routing.open) {
    const local = isLocal(routing, to)
    const [entry] = local === NO ? [] : (routing.tables.get('local') ?? []).filter(one => overlaps(one, to))
    return [entry ? routeOver(routing, entry, to) : wayUnknown(routing)]
  }
  const first = ask(routing, flow)
  const isAnswer = first.every(({deadEnd}) => deadEnd === null)
  if (routing.family === 4 || flow.from !== null || isAnswer) return first
  return [...first.filter(({deadEnd}) => deadEnd === null), ...askAgain(routing, flow, first)]
}

/**
 * For IPv6 an error of a packet without a source address does not count: the kernel chooses an address of any interface,
 * and asks with that (`ip6_dst_lookup_tail` in net/ipv6/ip6_output.c).
 */
function askAgain(routing: Routing, flow: Flow, first: readonly Route[]): readonly Route[] {
  const candidates = routing.own.filter(({address}) => !overlaps(address, LOOPBACK[6]))
  const global = candidates.filter(({address}) => !overlaps(address, LINK_LOCAL))
  if (candidates.length === 0) return first.filter(({deadEnd}) => deadEnd)
  const choice = global.length > 0 ? global : candidates
  const from = (source: Interval, doubts: readonly string[]) =>
    ask(routing, {...flow, from: source}).map(route => ({
      ...route,
      source,
      doubts: [...route.doubts, ...doubts],
    }))
  if (choice.length > MAX_WAYS) return from(hull(6, choice), [])
  return choice.flatMap(({address}) => from(address, choice.length > 1 ? [SOURCE_OPEN] : []))
}

const SOURCE_OPEN = 'which of its addresses this host connects from'

function ask(routing: Routing, flow: Flow): readonly Route[] {
  const ways: Ways = {found: [], left: 64, partial: false}
  follow(routing, flow, 0, [], ways)
  const isUnknown = ways.left < 0 || ways.found.length > MAX_WAYS
  const found = isUnknown ? [wayUnknown(routing)] : ways.found
  return ways.partial ? found.map(route => ({...route, partial: true})) : found
}

/** Asks the rules from one of them on, and adds each route that may be taken. */
function follow(routing: Routing, flow: Flow, start: number, before: readonly string[], ways: Ways): void {
  const {rules} = routing
  let doubts = before
  if (ways.left-- < 0) return
  for (let at = start; at < rules.length; at++) {
    const rule = rules[at]
    if (!rule) break
    const match = matchPolicyRule(rule, flow)
    if (match === NO) continue
    if (match === MAYBE) doubts = [...doubts, rule.text]
    if (rule.to && within(rule.to, flow.to) === MAYBE) ways.partial = true
    const {action} = rule
    if (action.kind === 'goto') {
      const next = rules.findIndex(({priority}) => priority === action.priority)
      if (next <= at) continue
      if (match === YES) at = next - 1
      else follow(routing, flow, next, doubts, ways)
    } else if (take(routing, flow, action, rule.text, doubts, ways) && match === YES) return
  }
  ways.found.push({...unrouted(routing), ...(flow.rerouted && nowhere(routing)), doubts})
}

/** Whether there the search surely ends. */
function take(
  routing: Routing,
  flow: Flow,
  action: PolicyAction,
  text: string,
  doubts: readonly string[],
  {found}: Ways,
): boolean {
  switch (action.kind) {
    case 'nothing':
    case 'goto':
      return false
    case 'unknown':
      found.push({...wayUnknown(routing), doubts: [...doubts, text]})
      return false
    case 'lookup':
      return askTable(routing, flow, action, doubts, found)
    default:
      found.push({...ended(routing, {by: 'routing-rule', text}), doubts})
      return true
  }
}

function askTable(
  routing: Routing,
  {to}: Flow,
  {table, suppressPrefix, suppressGroup}: PolicyAction & {kind: 'lookup'},
  doubts: readonly string[],
  found: Route[],
): boolean {
  for (const entry of routing.tables.get(table) ?? []) {
    if (!overlaps(entry, to)) continue
    if (entry.kind === 'throw') return false
    const suppressed = suppressPrefix !== null && entry.prefix <= suppressPrefix
    if (!suppressed) found.push({...routeOver(routing, entry, to), doubts})
    if (!entry.unsure) return !suppressed && !suppressGroup
  }
  return false
}

function routeOver(routing: Routing, entry: RouteEntry, to: Interval): Route {
  const partial = !(entry.lo <= to.lo && to.hi <= entry.hi)
  const {kind, interfaces, source, nextHops, text} = entry
  switch (kind) {
    case 'local':
      return {
        ...{
          local: partial ? MAYBE : YES,
          interfaces: ['lo'],
          nextHops: [],
          partial,
          deadEnd: null,
          text,
          doubts: [],
        },
        source: partial ? EVERYTHING[routing.family] : (source ?? to),
      }
    case 'unicast':
      return {
        ...{local: NO, interfaces, nextHops, partial, deadEnd: null, text, doubts: []},
        source: source ?? addressOn(routing, interfaces, entry.gateway),
      }
    default:
      return {...ended(routing, {by: 'route', text}), partial}
  }
}

function ended(routing: Routing, deadEnd: DeadEnd): Route {
  return {...wayUnknown(routing), nextHops: [], deadEnd}
}

/** There is no route for it, as far as is known. */
function unrouted(routing: Routing): Route {
  const {family, own, tables} = routing
  const names = new Set(own.map(address => address.interface).filter(name => name !== 'lo'))
  const isBare = [...tables].every(([table, entries]) => table === 'local' || entries.length === 0)
  return {
    ...{local: NO, interfaces: isBare && names.size > 0 ? [...names] : null, nextHops: null},
    ...{partial: false, deadEnd: null, text: null, doubts: []},
    source: hull(
      family,
      own.filter(({interface: name}) => name !== 'lo'),
    ),
  }
}

/** What is sent already and then finds no route is dropped. */
function nowhere({complete}: Routing): Partial<Route> {
  const text = 'no route for the mark that rules have set'
  return complete ? {nextHops: [], deadEnd: {by: 'no-route', text}} : {}
}

function wayUnknown({family, own}: Routing): Route {
  const elsewhere = own.filter(({address}) => !overlaps(address, LOOPBACK[family]))
  return {
    ...{local: NO, interfaces: null, nextHops: null, partial: false, deadEnd: null, text: null, doubts: []},
    source: hull(family, elsewhere),
  }
}

function merge(a: Route, b: Route): Route {
  const either = (x: Interval, y: Interval): Interval => ({
    lo: x.lo < y.lo ? x.lo : y.lo,
    hi: x.hi > y.hi ? x.hi : y.hi,
  })
  return {
    local: a.local === b.local ? a.local : (MAYBE satisfies Ternary),
    interfaces: a.interfaces && b.interfaces && [...new Set([...a.interfaces, ...b.interfaces])],
    source: either(a.source, b.source),
    nextHops: a.nextHops && b.nextHops && [...a.nextHops, ...b.nextHops],
    partial: a.partial || b.partial,
    deadEnd: a.deadEnd && b.deadEnd,
    text: a.text === b.text ? a.text : null,
    doubts: [...new Set([...a.doubts, ...b.doubts])],
  }
}
