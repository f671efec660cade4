import type {Listeners} from '../host/listeners.ts'
import {MAYBE, YES} from '../model/ternary.ts'
import {homesOf, type Interfaces, isLocal, type Route} from '../routing/routes.ts'
import type {Finder} from './discovery/discovery.ts'
import {findListener} from './find-listener.ts'
import {handOver} from './hand-over.ts'
import {endThere, filterReversePaths, openConnection} from './routing-stops.ts'
import {changeAll, type Interfacing, type Journey, runHook} from './run-hook.ts'
import {isFirst, isFirstReply, SEGMENTS, type Segment} from './segment.ts'
import {NO_MARK, type State, sameEndpoint} from './state.ts'
import type {Trace} from './trace.ts'
import {makesEntry, settledEntry} from './tracking.ts'
import {waysOf} from './ways.ts'

/** A walk of a connection that has to find its next hop. */
export type Search = Journey & Finder & {readonly listeners: Listeners}

/**
 * Sends the first packets of the connection through all rules, on every path that the rules leave open. Returns the
 * states in which it got through to the first data from the server; what was stopped is in `trace.blocks`.
 */
export function followConnection(journey: Search): Set<State> {
  const {connection, trace} = journey
  let states = new Set([
    trace.pool.intern({
      entry: 'none',
      connectionMark: NO_MARK,
      to: connection.server,
      from: connection.client,
      redirectedBy: null,
      reroutedBy: null,
      destinationBound: false,
      sourceBound: false,
      mark: NO_MARK,
      tracking: 'unseen',
    }),
  ])
  states = openConnection(journey, states)
  for (const segment of SEGMENTS[connection.protocol]) {
    const fresh = changeAll(states, state =>
      trace.pool.change(state, {mark: NO_MARK, tracking: 'unseen', entry: settledEntry(state.entry)}),
    )
    const blocksBefore = trace.blocks.length
    states = segment.outbound ? sendOut(journey, segment, fresh) : bringIn(journey, segment, fresh)
    if (segment.name === 'ack') surviveLostAcknowledgement(trace, blocksBefore, states)
    for (const state of states) noteLostTranslation(journey, state)
    if (states.size === 0) break
    // The server may send its data at once, which acknowledges as well.
    if (segment.name === 'ack' && !segment.outbound) for (const one of fresh) states.add(one)
  }
  return states
}

/**
 * Data acknowledges as well, so a bare ACK that is dropped alone stops nothing; whether its reset arrives in time
 * to end the connection is a race.
 */
function surviveLostAcknowledgement(trace: Trace, blocksBefore: number, states: Set<State>): void {
  for (const block of trace.blocks.slice(blocksBefore)) {
    states.add(block.state)
    // An entry that it has made stands only if it got out of this host, or all the way in.
    if (makesEntry(block.state.entry)) states.add(trace.pool.change(block.state, {entry: 'none'}))
    if (block.rule) trace.doubts.add(block.rule)
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

function sendOut(journey: Search, segment: Segment, states: Set<State>): Set<State> {
  const {connection, trace} = journey
  const {outInterface, routing, server} = connection
  const unrouted = changeAll(states, state => trace.pool.change(state, {reroutedBy: null}))
  const sent = runHook(journey, segment, unrouted, 'output', {inInterface: 'none', outInterface})
  const isHere = isLocal(routing, server.address) === YES
  return byRoute(journey, settle(journey, sent, 'destinationBound'), (group, route) => {
    if (route.deadEnd) return endThere(trace, segment, group, route.deadEnd)
    if (isHere && route.local !== YES)
      trace.unclear.add('NAT sends a connection to this host itself elsewhere, from a local source address')
    const out = {inInterface: 'none', outInterface: route.interfaces} as const
    const left = leave(journey, segment, group, out)
    const arrived = route.local === YES ? comeBackIn(journey, segment, left) : left
    if (!isFirst(segment)) return arrived
    for (const name of left.size > 0 ? (route.interfaces ?? []) : []) trace.leftBy.add(name)
    return route.local === YES ? findListener(journey, arrived, route) : handOver(journey, arrived, route)
  })
}

function bringIn(journey: Journey, segment: Segment, states: Set<State>): Set<State> {
  return byRoute(journey, states, (group, route) => {
    if (route.local !== YES) return arriveFromOutside(journey, segment, group, route)
    const lo = {inInterface: 'none', outInterface: ['lo']} as const
    const sent = settle(journey, runHook(journey, segment, group, 'output', lo), 'destinationBound')
    return comeBackIn(journey, segment, leave(journey, segment, sent, lo))
  })
}

/** Replies come in where the connection went out, or where the address lives that it was given as its source. */
function arriveFromOutside(journey: Journey, segment: Segment, states: Set<State>, route: Route): Set<State> {
  const passed = new Set<State>()
  for (const state of states) {
    const homes = homesOf(journey.connection.routing, state.from.address).map(home => home.interface)
    const names = route.interfaces && [...new Set([...route.interfaces, ...homes])]
    const likely = homes.filter(name => name !== 'lo')
    const place = {names, by: likely.length > 0 ? likely : route.interfaces}
    for (const one of arrive(journey, segment, new Set([state]), place, false)) passed.add(one)
  }
  return passed
}

function leave(journey: Journey, segment: Segment, states: Set<State>, out: Interfacing): Set<State> {
  const routed = runHook(journey, segment, states, 'postrouting', out)
  return runHook(journey, segment, settle(journey, routed, 'sourceBound'), 'egress', out)
}

function comeBackIn(journey: Journey, segment: Segment, states: Set<State>): Set<State> {
  return arrive(journey, segment, states, {names: ['lo'], by: null}, true)
}

/** Where a packet comes in: the interfaces that it may, and those that the filter of reverse paths is asked for. */
type Arrival = {readonly names: Interfaces; readonly by: Interfaces}

function arrive(
  journey: Journey,
  segment: Segment,
  states: Set<State>,
  {names, by}: Arrival,
  looped: boolean,
): Set<State> {
  const place = {inInterface: names, outInterface: 'none', looped} as const
  const taken = runHook(journey, segment, states, 'ingress', place)
  const routed = runHook(journey, segment, taken, 'prerouting', place)
  const admitted = isFirstReply(segment) && by ? filterReversePaths(journey, segment, routed, by) : routed
  return runHook(journey, segment, admitted, 'input', place)
}

/** Takes each way that may be taken. */
function byRoute(
  {connection, trace}: Journey,
  states: Set<State>,
  run: (group: Set<State>, route: Route) => Set<State>,
): Set<State> {
  const passed = new Set<State>()
  for (const state of states) {
    for (const route of waysOf(connection, state)) {
      if (route.partial || route.local === MAYBE) trace.partiality.seen = true
      for (const doubt of route.doubts) trace.routeDoubts.add(doubt)
      for (const one of run(new Set([state]), route)) passed.add(one)
    }
  }
  return passed
}

/** A connection that no rule has bound by now stays as it is: no later NAT chain of this kind is asked. */
function settle({trace}: Journey, states: Set<State>, bound: 'destinationBound' | 'sourceBound'): Set<State> {
  return changeAll(states, state => trace.pool.change(state, {[bound]: true}))
}
