import {EVERYTHING, type Interval, within} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {PortRange} from '../model/protocol.ts'
import {partsOf, type Rule, type RuleSet} from '../model/rules.ts'
import {MAYBE, NO, negateIf, or, type Ternary} from '../model/ternary.ts'
import {isLocal, LOOPBACK, LOOPBACK_ADDRESS, type Routing} from '../routing/routes.ts'

/** The ports that packets of one connection may have, at either end. */
export type PossiblePorts = Readonly<Record<'src' | 'dst', readonly PortRange[]>>

/** Which of a packet's two addresses is the server's in a chain: both when packets of either direction come by. */
export type Peer = 'src' | 'dst' | 'both'

/** By where the server stands; NAT may give it, and this host, other ports than those of the question. */
export function possiblePorts(
  port: number,
  localPorts: PortRange,
  {serverPorts, clientPorts}: Translations,
): Readonly<Record<Peer, PossiblePorts>> {
  const server = [{lo: port, hi: port}, ...serverPorts]
  const client = [localPorts, ...clientPorts]
  const all = [...server, ...client]
  return {dst: {src: client, dst: server}, src: {src: server, dst: client}, both: {src: all, dst: all}}
}

/** False when no packet with such ports can match the rule, wherever it goes. */
export function mayMatchPorts({conditions}: Rule, ports: PossiblePorts): boolean {
  return conditions.every(condition => answer(condition, ports) !== NO)
}

function answer(condition: Condition, ports: PossiblePorts): Ternary {
  switch (condition.kind) {
    case 'constant':
      return condition.value
    case 'ports': {
      const inRanges = (query: PortRange) =>
        condition.ranges.reduce<Ternary>((found, range) => or(found, within(range, query)), NO)
      const of = (end: 'src' | 'dst') => ofAll(ports[end].map(inRanges))
      const found = condition.of === 'either' ? or(of('src'), of('dst')) : of(condition.of)
      return negateIf(condition.negated, found)
    }
    case 'lookup': {
      const [selector, ...others] = condition.key
      if (selector?.source.of !== 'port' || others.length > 0 || selector.operations.length > 0) return MAYBE
      return negateIf(condition.negated, condition.among.contains([ports[selector.source.field]]))
    }
    default:
      return MAYBE
  }
}

function ofAll(answers: readonly Ternary[]): Ternary {
  const [first = MAYBE] = answers
  return answers.every(one => one === first) ? first : MAYBE
}

/** What NAT may make of a connection that begins on this host. */
type Translations = {
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
