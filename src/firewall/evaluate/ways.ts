import type {Interval} from '../model/address.ts'
import type {SocketOwner} from '../model/packet.ts'
import type {PortRange, Transport} from '../model/protocol.ts'
import {NO, YES} from '../model/ternary.ts'
import {routesFor} from '../routing/lookup.ts'
import {type Interfaces, isLocal, type Route, type Routing} from '../routing/routes.ts'
import {NO_MARK, type State} from './state.ts'
import type {Connection} from './views.ts'

/** What a connection's socket is routed by. */
export type Opening = {
  /** Holds the source address that the kernel chooses. */
  readonly source: Interval
  readonly routes: readonly Route[]
}

/** What a socket connects with. */
type OpeningFlow = {
  readonly port: number
  readonly protocol: Transport
  readonly owner: SocketOwner
  readonly localPorts: PortRange
}

/**
 * How the kernel routes a connection before it sends anything. For IPv4 it asks again once it has chosen a source address
 * (`ip_route_connect`), and once more when it has chosen a port (`ip_route_newports`): the connection fails if one of the
 * three answers is an error. For IPv6 it does not ask again (`tcp_v6_connect`). Measured on 6.18. A
 * socket of UDP has its port from the beginning (`inet_dgram_connect`).
 */
export function openWay(
  routing: Routing,
  to: Interval,
  {port, protocol, owner, localPorts}: OpeningFlow,
): Opening {
  const plain = {protocol, to, from: null, mark: NO_MARK, uid: uidOf(owner), rerouted: false}
  const dst = {lo: port, hi: port}
  const src = protocol === 'udp' ? localPorts : null
  const first = routesFor(routing, {...plain, ports: {src, dst}}).map(route => withSource(routing, route))
  const source = hullOf(first)
  if (routing.family === 6 || first.every(({deadEnd}) => deadEnd)) return {source, routes: first}
  const second = routesFor(routing, {...plain, from: source, ports: {src, dst}})
  if (second.every(({deadEnd}) => deadEnd)) return {source, routes: second}
  const third = routesFor(routing, {...plain, from: source, ports: {src: localPorts, dst}})
  // A way that ends at once may be one of the earlier ones.
  const deadEnds = [...first, ...second].filter(({deadEnd}) => deadEnd)
  return {source, routes: [...deadEnds, ...third]}
}

/**
 * What a route takes for an address of this host, and is none, cannot be connected to by IPv4: the kernel takes it as the
 * source as well, and finds that it is not its own (`ip_route_output_key_hash_rcu`).
 */
function withSource(routing: Routing, route: Route): Route {
  const {local, source, text} = route
  const foreign = routing.family === 4 && local === YES && isLocal(routing, source) === NO
  return foreign ? {...route, deadEnd: {by: 'route', text: text ?? ''}} : route
}

/** The ways that the current packet may take: that of its socket, or that by the mark that it has now. */
export function waysOf(
  {routing, client, server, owner, protocol}: Connection,
  state: State,
): readonly Route[] {
  const {reroutedBy: mark, to} = state
  const isV4 = routing.family === 4
  if (mark === null)
    return openWay(routing, server.address, {
      ...{port: Number(server.ports.lo), protocol, owner, localPorts: client.ports},
    }).routes
  return routesFor(routing, {
    protocol,
    to: to.address,
    from: client.address,
    mark,
    // For IPv4 it is not asked for again (`ip_route_me_harder`); whether it was routed again may be open.
    uid: mark.unknown !== 0 ? null : isV4 ? 0 : uidOf(owner),
    ports: {src: client.ports, dst: to.ports},
    rerouted: true,
  })
}

function uidOf(owner: SocketOwner): number | null {
  return owner.kind === 'process' ? owner.uid : null
}

function hullOf([first, ...more]: readonly Route[]): Interval {
  if (!first) throw new Error('no route at all')
  return more.reduce<Interval>(
    ({lo, hi}, {source}) => ({lo: source.lo < lo ? source.lo : lo, hi: source.hi > hi ? source.hi : hi}),
    first.source,
  )
}

/** Where they lead out; null where that is not known. */
export function interfacesOf(routes: readonly Route[]): Interfaces {
  const names = new Set<string>()
  for (const {interfaces} of routes) {
    if (interfaces === null) return null
    for (const name of interfaces) names.add(name)
  }
  return [...names]
}
