import {isListening, type Listeners} from '../host/listeners.ts'
import {MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import {isLocal, type Route} from '../routing/routes.ts'
import {ANY_SET} from '../sets/changing-sets.ts'
import type {Block} from './block.ts'
import type {Journey} from './run-hook.ts'
import {type Endpoint, formatEndpoint, type State, sameEndpoint} from './state.ts'
import type {Connection} from './views.ts'

type Arrived = Journey & {readonly listeners: Listeners}

/** What comes back in to this host, by NAT or by routing, is refused where nothing listens. */
export function findListener(journey: Arrived, states: Set<State>, route: Route): Set<State> {
  const {connection, trace} = journey
  const taken = new Set<State>()
  for (const state of states) {
    const isHome = isLocal(connection.routing, state.to.address) === YES
    const refused = isHome ? refuseRedirected(journey, state) : refuseLedHome(journey, state, route)
    if (refused) trace.blocks.push(refused)
    else taken.add(state)
  }
  return taken
}

function refuseRedirected({connection, listeners, trace}: Arrived, state: State): Block | null {
  const {to, redirectedBy: rule} = state
  if (rule === null || sameEndpoint(to, connection.server)) return null
  const answer = isHeard(connection, listeners, to)
  const place = formatEndpoint(connection.family, to)
  if (answer === MAYBE) trace.unclear.add(`whether a program listens on ${place}, to which it is redirected`)
  return answer === NO ? {rule, ...REFUSED, state, deadEnd: place} : null
}

const REFUSED = {stage: 'out-syn', how: 'reject', certain: true} as const

/** Sockets of UDP are not captured. */
function isHeard({family, protocol}: Connection, listeners: Listeners, {address, ports}: Endpoint): Ternary {
  if (protocol === 'udp') return MAYBE
  return listeners === null ? YES : isListening(listeners, family, address, ports)
}

/**
 * What routing, and not NAT, leads to this host is mostly meant for a transparent proxy: a rule hands it to one whatever
 * its address (TPROXY), and is one of those that are not read.
 */
function refuseLedHome({connection, listeners, trace}: Arrived, state: State, route: Route): Block | null {
  const {to} = state
  const mayBeHanded = trace.changedSets.has(ANY_SET)
  const isRefused = !mayBeHanded && isHeard(connection, listeners, to) === NO
  if (!isRefused || isLocal(connection.routing, to.address) !== NO) {
    trace.unclear.add('routing rules that lead the connection to this host itself, and what takes it there')
    return null
  }
  const text = `${route.text ?? 'a route'}, to this host itself, where nothing listens on port ${to.ports.lo}`
  // IPv4 sends no reset from an address that is not its own. Measured on 6.18.
  const how = connection.family === 4 ? 'drop' : 'reject'
  return {rule: null, ...REFUSED, how, state, routing: {by: 'route', text}}
}
