import {EVERYTHING, type Interval} from '../address.ts'
import type {PortRange} from '../fields.ts'
import {partsOf, type RuleSet} from '../model.ts'
import {isLocal, LOOPBACK, LOOPBACK_ADDRESS, type Routing} from '../routes.ts'
import {NO} from '../ternary.ts'

/** What NAT may make of a connection that begins on this host. */
export type Translations = {
  /** Addresses that stand where the server stood; with `home`, also those of this host. */
  readonly peers: readonly Interval[]
  /** A connection to elsewhere may end on this host, and go over `lo` in both directions. */
  readonly home: boolean
  readonly serverPorts: readonly PortRange[]
  readonly clientPorts: readonly PortRange[]
}

export function translationsOf({chains, family}: RuleSet, routing: Routing): Translations {
  const servers: Interval[] = []
  const clients: Interval[] = []
  const serverPorts: PortRange[] = []
  const clientPorts: PortRange[] = []
  for (const {rules} of chains)
    for (const rule of rules)
      for (const {action} of partsOf(rule)) {
        if (action.kind === 'destination-nat') {
          const address = action.toThisHost ? LOOPBACK_ADDRESS[family] : action.to.address
          if (address) servers.push(address)
          if (action.to.ports) serverPorts.push(action.to.ports)
        } else if (action.kind === 'source-nat') {
          clients.push(action.to.address ?? EVERYTHING[family])
          if (action.to.ports) clientPorts.push(action.to.ports)
        }
      }
  const home = servers.some(address => isLocal(routing, address) !== NO)
  const own = [LOOPBACK[family], ...routing.own.map(({address}) => address), ...clients]
  return {peers: home ? [...servers, ...own] : servers, home, serverPorts, clientPorts}
}
