import {PRIORITY} from '../model/protocol.ts'
import type {BaseChain, Hook} from '../model/rules.ts'
import {type Hooks, natOrders} from './hooks.ts'
import {isFirst, type Segment} from './segment.ts'
import {isSameMark, type State, sameEndpoint} from './state.ts'
import type {Trace} from './trace.ts'
import {makesEntry, track} from './tracking.ts'
import {type Connection, type PacketPosition, viewPacket} from './views.ts'
import {walkBase} from './walk.ts'

export type Journey = {
  readonly hooks: Hooks
  readonly connection: Connection
  readonly trace: Trace
}

export type Interfacing = Pick<PacketPosition, 'inInterface' | 'outInterface'> & {readonly looped?: boolean}

/** Where it is open which of a hook's chains comes first, every order is followed. */
export function runHook(
  journey: Journey,
  segment: Segment,
  states: Set<State>,
  hook: Hook,
  interfaces: Interfacing,
): Set<State> {
  const {orders, ties, tooMany} = journey.hooks[hook]
  const outcomes = orders.map(order => runChains(journey, segment, states, hook, order, interfaces))
  const [first = new Set<State>(), ...others] = outcomes
  if (others.some(other => !isSameSet(first, other))) for (const tie of ties) journey.trace.ties.add(tie)
  if (tooMany) for (const tie of ties) journey.trace.unclear.add(tie)
  return others.length === 0 ? first : new Set(outcomes.flatMap(outcome => [...outcome]))
}

/** States are interned. */
function isSameSet(a: ReadonlySet<State>, b: ReadonlySet<State>): boolean {
  return a.size === b.size && [...a].every(state => b.has(state))
}

function runChains(
  journey: Journey,
  segment: Segment,
  states: Set<State>,
  hook: Hook,
  bases: readonly BaseChain[],
  interfaces: Interfacing,
): Set<State> {
  let current = states
  let tracked = hook !== 'output' && hook !== 'prerouting'
  let translated = false
  for (const base of bases) {
    if (!tracked && base.priority > PRIORITY.conntrack) {
      current = changeAll(current, state => track(journey.trace.pool, segment, state))
      tracked = true
    }
    if (base.nat && translated) continue
    if (base.nat) translated = true
    if (base.nat) current = translate(journey, segment, current, bases, hook, interfaces)
    else if (base.reroutes) current = reroute(journey, segment, base, current, interfaces)
    else current = walkPlace(journey, segment, base, current, interfaces)
    if (base.nat && hook === 'output') current = rerouteTranslated(journey, current)
    if (current.size === 0) return current
  }
  return tracked ? current : changeAll(current, state => track(journey.trace.pool, segment, state))
}

/** A packet is routed once more where the chain may have changed its mark (`ipt_mangle_out`, `nf_route_table_hook4`). */
function reroute(
  journey: Journey,
  segment: Segment,
  base: BaseChain,
  states: ReadonlySet<State>,
  interfaces: Interfacing,
): Set<State> {
  const passed = new Set<State>()
  for (const before of states)
    for (const state of walkPlace(journey, segment, base, new Set([before]), interfaces)) {
      const {mark} = state
      const same = mark.unknown === 0 && isSameMark(mark, before.mark)
      passed.add(same ? state : journey.trace.pool.change(state, {reroutedBy: mark}))
    }
  return passed
}

/** So is every packet whose destination NAT has changed, whatever its mark (`nf_nat_ipv4_local_fn`). */
function rerouteTranslated({connection: {server}, trace}: Journey, states: ReadonlySet<State>): Set<State> {
  return changeAll(states, state =>
    state.to.address.lo === server.address.lo && state.to.address.hi === server.address.hi
      ? state
      : trace.pool.change(state, {reroutedBy: state.mark}),
  )
}

function walkPlace(
  {connection, trace}: Journey,
  segment: Segment,
  base: BaseChain,
  states: ReadonlySet<State>,
  {inInterface, outInterface, looped = false}: Interfacing,
): Set<State> {
  const {hook, priority} = base
  const place = {hook, priority, inInterface, outInterface, looped}
  const viewOf = (state: State) => viewPacket(connection, segment, place, state)
  if (!trace.record || states.size === 0) return walkBase(base, states, segment.stage, viewOf, trace)
  trace.record({kind: 'base', base, segment, looped})
  const passed = walkBase(base, states, segment.stage, viewOf, trace)
  trace.record({kind: 'base-end', passed: passed.size > 0})
  return passed
}

/**
 * NAT chains see the first packet of a tracked connection only, and the first binding stands. Engines registered at
 * the same hook come in an order that the dumps do not tell, so either order is followed.
 */
function translate(
  journey: Journey,
  segment: Segment,
  states: Set<State>,
  all: readonly BaseChain[],
  hook: Hook,
  interfaces: Interfacing,
): Set<State> {
  const bound = hook === 'output' || hook === 'prerouting' ? 'destinationBound' : 'sourceBound'
  const isNew = ({entry}: State) => isFirst(segment) || makesEntry(entry)
  const passed = new Set<State>()
  for (const order of natOrders(all)) {
    let current = states
    for (const base of order) {
      const open = new Set([...current].filter(state => isTracked(state) && isNew(state) && !state[bound]))
      const closed = [...current].filter(state => !open.has(state))
      const walked = walkPlace(journey, segment, base, open, interfaces)
      current = new Set([...closed, ...changeAll(walked, state => undoLate(journey, segment, state, bound))])
    }
    for (const state of current) passed.add(state)
  }
  if (!isFirst(segment) && [...states].some(({tracking}) => tracking === 'murky'))
    journey.trace.unclear.add(LATE_TRANSLATION)
  return passed
}

const LATE_TRANSLATION =
  'packets that connection tracking treats as new (NOTRACK), with NAT rules that apply to them'

/** Translating a connection that is open already tears it apart, unless it comes to the same addresses and ports. */
function undoLate(
  {trace, connection: {client, server}}: Journey,
  segment: Segment,
  state: State,
  bound: 'destinationBound' | 'sourceBound',
): State {
  if (isFirst(segment) || !state[bound]) return state
  if (segment.outbound && sameEndpoint(state.to, server) && sameEndpoint(state.from, client)) return state
  trace.unclear.add(LATE_TRANSLATION)
  // Whether what follows still belongs to the entry depends on what is tracked of it.
  return trace.pool.change(state, {to: server, from: client, redirectedBy: null, entry: 'murky'})
}

function isTracked({tracking}: State): boolean {
  return tracking === 'entry' || tracking === 'murky'
}

export function changeAll(states: ReadonlySet<State>, change: (state: State) => State): Set<State> {
  return new Set([...states].map(change))
}
