import type {Traits} from '../host/traits.ts'
import type {Packet} from '../model/packet.ts'
import {MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import {routesFor} from '../routing/lookup.ts'
import type {Route, Routing} from '../routing/routes.ts'
import {NO_MARK, type State} from './state.ts'
import type {Connection} from './views.ts'

/**
 * Whether the route back to a packet's source leads out where it came in. `varies`: it depends on which address of an
 * interval is meant.
 */
export function reversePath(packet: Packet): {readonly answer: Ternary; readonly varies: boolean} {
  const {family, routing, inInterface: names, mark, protocol} = packet
  const isArp = protocol === null && family === 4
  if (isArp || names === 'none' || names === null || names.length !== 1) return {answer: MAYBE, varies: false}
  const [name = ''] = names
  if (name === 'lo') return {answer: YES, varies: false}
  const routes = routesFor(routing, {
    ...{protocol: protocol ?? 'icmpv6', to: packet.src, from: packet.dst, uid: 0, rerouted: true},
    ports: {src: packet.dstPorts, dst: packet.srcPorts},
    // Whether the rule asks for the mark is not told.
    mark: {value: 0, unknown: (mark.value | mark.unknown) >>> 0},
  })
  const known = routes.every(
    ({interfaces, partial, deadEnd}) =>
      !partial && !deadEnd && interfaces?.length === 1 && interfaces[0] === name,
  )
  return {answer: known ? YES : MAYBE, varies: routes.some(({partial}) => partial)}
}

/** Values of `rp_filter` (ip-sysctl). */
const STRICT = 1

/**
 * Whether the kernel takes a reply on the interface that it comes in by: with `rp_filter` the route back to the server
 * has to lead out there, or with its loose form anywhere (`__fib_validate_source` in net/ipv4/fib_frontend.c). IPv6 has
 * no such setting.
 */
export function admitsReply(connection: Connection, state: State, names: readonly string[]): Ternary {
  const {family, routing, traits} = connection
  if (family === 6 || routing.open) return YES
  const answers = names.map(name => admitsAt(connection, state, name, traits.reversePath(name)))
  const [first = YES] = answers
  return answers.every(answer => answer === first) ? first : MAYBE
}

function admitsAt(
  {routing, client, protocol}: Connection,
  {to, mark}: State,
  name: string,
  {filter, byMark}: ReturnType<Traits['reversePath']>,
): Ternary {
  const unknown = (mark.value | mark.unknown) >>> 0
  const flow = {
    ...{protocol, to: to.address, from: client.address, uid: 0, rerouted: true},
    ports: {src: client.ports, dst: to.ports},
  }
  const routes = routesFor(routing, {
    ...flow,
    mark: byMark === YES ? mark : byMark === NO ? NO_MARK : {value: 0, unknown},
  })
  // A sender whose address is routed to this host itself is taken for a spoofed one whatever the filter.
  if (filter === 0) return routes.some(({local}) => local === YES) ? MAYBE : YES
  return routes.map(route => admitsBy(routing, route, name, filter)).reduce(agree)
}

function agree(a: Ternary, b: Ternary): Ternary {
  return a === b ? a : MAYBE
}

function admitsBy(routing: Routing, route: Route, name: string, filter: number | null): Ternary {
  const {local, interfaces, deadEnd, nextHops} = route
  const unless = (answer: Ternary): Ternary => (filter === null ? MAYBE : answer)
  // An own address as the sender's is a spoofed one, unless `accept_local` is set.
  if (local !== NO) return MAYBE
  if (deadEnd) return unless(NO)
  if (interfaces === null || nextHops === null)
    return routing.complete && nextHops === null ? unless(NO) : MAYBE
  if (interfaces.includes(name)) return YES
  return unless(filter === STRICT ? NO : YES)
}
