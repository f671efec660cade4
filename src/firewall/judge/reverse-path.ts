import type {Packet} from '../packet.ts'
import {routeTo} from '../routes.ts'
import {MAYBE, type Ternary, YES} from '../ternary.ts'

/**
 * Whether the route back to a packet's source leads out where it came in. Packets of this connection come back by the
 * route that leads to their source, so it does. `varies`: it depends on which address of an interval is meant.
 */
export function reversePath(packet: Packet): {readonly answer: Ternary; readonly varies: boolean} {
  const names = packet.inInterface
  if (names === 'none' || names === null || names.length !== 1) return {answer: MAYBE, varies: false}
  if (names[0] === 'lo') return {answer: YES, varies: false}
  const route = routeTo(packet.routing, packet.src)
  const known = !route.partial && route.interfaces?.length === 1 && route.interfaces[0] === names[0]
  return {answer: known ? YES : MAYBE, varies: route.partial}
}
