import type {BaseChain, Hook} from '../model.ts'
import {PRIORITY} from '../model.ts'
import {type Interfaces, type Route, routeTo} from '../routes.ts'
import {MAYBE, NO, YES} from '../ternary.ts'
import {within} from '../within.ts'
import {type Hooks, natOrders} from './hooks.ts'
import {NO_MARK, type State, sameEndpoint} from './state.ts'
import {type Connection, type Place, SEGMENTS, type Segment, viewPacket} from './views.ts'
import {type Trace, walkBase} from './walk.ts'

type Journey = {
  readonly hooks: Hooks
  readonly connection: Connection
  readonly trace: Trace
}

/**
 * Sends the first packets of the connection through all rules, on every path that the rules leave open. Returns the
 * states in which it got through to the first data from the server; what was stopped is in `trace.blocks`.
 */
export function followConnection(journey: Journey): Set<State> {
  const {connection, trace} = journey
  let states = new Set([
    trace.pool.intern({
      entry: 'none',
      connectionMark: NO_MARK,
      to: connection.server,
      from: connection.client,
      destinationBound: false,
      sourceBound: false,
      mark: NO_MARK,
      tracking: 'unseen',
    }),
  ])
  for (const segment of SEGMENTS) {
    const fresh = map(states, state => trace.pool.change(state, {mark: NO_MARK, tracking: 'unseen'}))
    const blocksBefore = trace.blocks.length
    states = segment.outbound ? sendOut(journey, segment, fresh) : bringIn(journey, segment, fresh)
    if (segment.name === 'ack') surviveLostAcknowledgement(trace, blocksBefore, states)
    for (const state of states) noteLostTranslation(journey, state)
    if (states.size === 0) break
  }
  return states
}

/**
 * Data acknowledges as well, so a bare ACK that is dropped stops nothing by itself; whether its reset arrives in time
 * to end the connection is a race.
 */
function surviveLostAcknowledgement(trace: Trace, blocksBefore: number, states: Set<State>): void {
  for (const block of trace.blocks.slice(blocksBefore)) {
    states.add(block.state)
    trace.doubts.add(block.rule)
  }
}

/** Only tracked packets are translated: a translated connection with others among its packets may be torn apart. */
function noteLostTranslation({connection: {server, client}, trace}: Journey, state: State): void {
  if (state.tracking === 'entry' || (sameEndpoint(state.to, server) && sameEndpoint(state.from, client)))
    return
  trace.unclear.add(
    'packets that escape connection tracking (NOTRACK) in a connection that NAT has translated',
  )
}

function sendOut(journey: Journey, segment: Segment, states: Set<State>): Set<State> {
  const {outInterface} = journey.connection
  const sent = runHook(journey, segment, states, 'output', {inInterface: 'none', outInterface})
  const leavesLoopback = routeTo(journey.connection.routing, journey.connection.server.address).local === YES
  return byRoute(journey, settle(journey, sent, 'destinationBound'), (group, route) => {
    if (leavesLoopback && route.local !== YES)
      journey.trace.unclear.add(
        'NAT sends a connection to this host itself elsewhere, from a local source address',
      )
    const out = {inInterface: 'none', outInterface: route.interfaces} as const
    const left = leave(journey, segment, group, out)
    return route.local === YES ? comeBackIn(journey, segment, left) : left
  })
}

function bringIn(journey: Journey, segment: Segment, states: Set<State>): Set<State> {
  return byRoute(journey, states, (group, route) => {
    if (route.local !== YES) return arriveFromOutside(journey, segment, group, route)
    const lo = {inInterface: 'none', outInterface: ['lo']} as const
    const sent = runHook(journey, segment, group, 'output', lo)
    return comeBackIn(journey, segment, leave(journey, segment, sent, lo))
  })
}

/** Replies come in where the connection went out, or where the address lives that it was given as its source. */
function arriveFromOutside(journey: Journey, segment: Segment, states: Set<State>, route: Route): Set<State> {
  const {own} = journey.connection.routing
  const passed = new Set<State>()
  for (const state of states) {
    const homes = own
      .filter(({address}) => within(state.from.address, address) !== NO)
      .map(home => home.interface)
    const names = route.interfaces && [...new Set([...route.interfaces, ...homes])]
    for (const one of arrive(journey, segment, new Set([state]), names, false)) passed.add(one)
  }
  return passed
}

function leave(journey: Journey, segment: Segment, states: Set<State>, out: Interfacing): Set<State> {
  const routed = runHook(journey, segment, states, 'postrouting', out)
  return runHook(journey, segment, settle(journey, routed, 'sourceBound'), 'egress', out)
}

function comeBackIn(journey: Journey, segment: Segment, states: Set<State>): Set<State> {
  return arrive(journey, segment, states, ['lo'], true)
}

function arrive(
  journey: Journey,
  segment: Segment,
  states: Set<State>,
  inInterface: Interfaces,
  looped: boolean,
): Set<State> {
  const place = {inInterface, outInterface: 'none', looped} as const
  const taken = runHook(journey, segment, states, 'ingress', place)
  const routed = runHook(journey, segment, taken, 'prerouting', place)
  return runHook(journey, segment, routed, 'input', place)
}

function byRoute(
  {connection, trace}: Journey,
  states: Set<State>,
  run: (group: Set<State>, route: Route) => Set<State>,
): Set<State> {
  const passed = new Set<State>()
  for (const state of states) {
    const route = routeTo(connection.routing, state.to.address)
    if (route.partial || route.local === MAYBE) trace.partiality.seen = true
    for (const one of run(new Set([state]), route)) passed.add(one)
  }
  return passed
}

type Interfacing = Pick<Place, 'inInterface' | 'outInterface'> & {readonly looped?: boolean}

/** Where it is open which of a hook's chains comes first, every order is followed. */
function runHook(
  journey: Journey,
  segment: Segment,
  states: Set<State>,
  hook: Hook,
  interfaces: Interfacing,
): Set<State> {
  const passed = new Set<State>()
  for (const order of journey.hooks[hook])
    for (const state of runChains(journey, segment, states, hook, order, interfaces)) passed.add(state)
  return passed
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
      current = map(current, state => track(journey, segment, state))
      tracked = true
    }
    if (base.nat && translated) continue
    if (base.nat) translated = true
    current = base.nat
      ? translate(journey, segment, current, bases, hook, interfaces)
      : walkPlace(journey, segment, base, current, interfaces)
    if (current.size === 0) return current
  }
  return tracked ? current : map(current, state => track(journey, segment, state))
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
  if (segment.name !== 'syn') {
    if ([...states].some(({tracking}) => tracking === 'murky'))
      journey.trace.unclear.add(
        'packets that connection tracking takes for new ones (NOTRACK) and NAT rules that would see them',
      )
    return states
  }
  const orders = natOrders(all)
  const bound = hook === 'output' || hook === 'prerouting' ? 'destinationBound' : 'sourceBound'
  const passed = new Set<State>()
  for (const order of orders) {
    let current = states
    for (const base of order) {
      const open = new Set([...current].filter(state => isTracked(state) && !state[bound]))
      const closed = [...current].filter(state => !open.has(state))
      current = new Set([...closed, ...walkPlace(journey, segment, base, open, interfaces)])
    }
    for (const state of current) passed.add(state)
  }
  return passed
}

function isTracked({tracking}: State): boolean {
  return tracking === 'entry' || tracking === 'murky'
}

/** A connection that no rule has bound by now stays as it is: no later NAT chain of this kind is asked. */
function settle({trace}: Journey, states: Set<State>, bound: 'destinationBound' | 'sourceBound'): Set<State> {
  return map(states, state => trace.pool.change(state, {[bound]: true}))
}

/** The connection tracking hook: what it makes of a packet depends on which packets it has seen. */
function track({trace}: Journey, {name}: Segment, state: State): State {
  const {entry, tracking} = state
  if (tracking === 'untracked') return entry === 'none' ? state : trace.pool.change(state, {entry: 'murky'})
  if (tracking !== 'unseen') return state
  if (name === 'syn' && entry === 'none') return trace.pool.change(state, {entry: 'new', tracking: 'entry'})
  if (name === 'syn-ack' && entry === 'none') return trace.pool.change(state, {tracking: 'invalid'})
  if (name === 'syn-ack' && entry === 'new')
    return trace.pool.change(state, {entry: 'replied', tracking: 'entry'})
  if (entry === 'replied') return trace.pool.change(state, {tracking: 'entry'})
  return trace.pool.change(state, {entry: 'murky', tracking: 'murky'})
}

function map(states: ReadonlySet<State>, change: (state: State) => State): Set<State> {
  return new Set([...states].map(change))
}
