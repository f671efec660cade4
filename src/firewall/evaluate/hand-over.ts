import {homesOf, type Route} from '../routing/routes.ts'
import {type Finder, oneOfSeveral} from './discovery/discovery.ts'
import type {Journey} from './run-hook.ts'
import type {State} from './state.ts'

/** What has left is handed to a next hop, which has to be known or found; so has this host, where replies come home. */
export function handOver(
  {findNextHop, findHome, connection: {routing}, trace}: Finder & Journey,
  states: Set<State>,
  {nextHops, interfaces}: Route,
): Set<State> {
  const found = new Set<State>()
  for (const state of states) {
    const source = state.from.address
    const findings = (nextHops ?? [null]).map(hop => findNextHop(hop, state.to.address, source, trace))
    const [block] = findings.flatMap(finding => finding.block ?? [])
    if (block && findings.every(finding => finding.block !== null)) trace.blocks.push({...block, state})
    else found.add(state)
    for (const finding of findings) trace.openDiscoveries.push(...finding.open)
    if (block && found.has(state)) trace.openDiscoveries.push(oneOfSeveral(block))
    // What is asked of a way that is not known holds for all interfaces.
    const elsewhere = interfaces
      ? homesOf(routing, source).filter(
          home => home.interface !== 'lo' && !interfaces.includes(home.interface),
        )
      : []
    for (const home of elsewhere) trace.openDiscoveries.push(...findHome(home, trace))
  }
  return found
}
