import type {Traits} from '../../host/traits.ts'
import type {Interval} from '../../model/address.ts'
import type {Hook, Rule} from '../../model/rules.ts'
import type {Interfaces, Routing} from '../../routing/routes.ts'
import {NOTHING_KNOWN} from '../../sets/changing-sets.ts'
import type {RuleBlock} from '../block.ts'
import {type Ground, inWords, ofRule} from '../grounds.ts'
import type {Hooks} from '../hooks.ts'
import {type Interfacing, runHook} from '../run-hook.ts'
import type {ResolvingName, Segment} from '../segment.ts'
import {type Endpoint, NO_MARK, type State, StatePool} from '../state.ts'
import type {Trace} from '../trace.ts'
import type {Connection} from '../views.ts'

/** One message by which a next hop is found, as it leaves this host or comes in. */
export type DiscoveryPacket = {
  readonly name: ResolvingName
  readonly way: 'out' | 'in'
  readonly from: Interval
  readonly to: Interval
  readonly interfaces: Interfaces
}

/** What the rules do to it: they let it through, stop it, or it depends on rules that are not decided. */
export type Fate =
  | {readonly kind: 'passes'}
  | {readonly kind: 'stopped'; readonly block: RuleBlock}
  | {readonly kind: 'open'; readonly because: readonly Ground[]}

/** What such a walk shares with the question that it is part of. */
export type Shared = Pick<Trace, 'partiality' | 'wholeOnly' | 'work' | 'record'>

const SEGMENTS: Readonly<Record<DiscoveryPacket['name'], Readonly<Record<DiscoveryPacket['way'], Segment>>>> =
  {
    solicitation: {
      out: {stage: 'out-syn', name: 'solicitation', outbound: true},
      in: {stage: 'in-synack', name: 'solicitation', outbound: false},
    },
    advertisement: {
      out: {stage: 'in-synack', name: 'advertisement', outbound: true},
      in: {stage: 'in-synack', name: 'advertisement', outbound: false},
    },
    'arp-request': {
      out: {stage: 'out-syn', name: 'arp-request', outbound: true},
      in: {stage: 'in-synack', name: 'arp-request', outbound: false},
    },
    'arp-reply': {
      out: {stage: 'in-synack', name: 'arp-reply', outbound: true},
      in: {stage: 'in-synack', name: 'arp-reply', outbound: false},
    },
  }

/** The header has no ports; rules that ask for some never come to compare them. */
const NO_PORTS = {lo: 0, hi: 0}

/** Sends one such message through all hooks that it meets. */
export function walkDiscovery(
  hooks: Hooks,
  routing: Routing,
  traits: Traits,
  {name, way, from, to, interfaces}: DiscoveryPacket,
  {partiality, wholeOnly, work, record}: Shared,
): Fate {
  const segment = SEGMENTS[name][way]
  const [own, other] = way === 'out' ? [from, to] : [to, from]
  const connection: Connection = {
    family: routing.family,
    client: {address: own, ports: NO_PORTS},
    server: {address: other, ports: NO_PORTS},
    owner: {kind: 'kernel'},
    protocol: 'tcp',
    routing,
    outInterface: interfaces,
    sets: NOTHING_KNOWN,
    traits,
    rewritten: new Set(),
  }
  const trace: Trace = {
    ...{partiality, wholeOnly, work, record},
    pool: new StatePool(),
    blocks: [],
    doubts: new Set<Rule>(),
    warnings: new Set<Rule>(),
    ties: new Set<string>(),
    unclear: new Set<string>(),
    routeDoubts: new Set(),
    leftBy: new Set(),
    openDiscoveries: [],
    changedSets: new Set(),
    rulesOf: chain => chain.rules,
  }
  // The kernel makes it for its interface, by which ip6_output says that it came in. Measured on 6.18.
  const placeAt = (hook: Hook): Interfacing =>
    way === 'in'
      ? {inInterface: interfaces, outInterface: 'none'}
      : {inInterface: hook === 'postrouting' ? interfaces : 'none', outInterface: interfaces}
  let states = new Set([trace.pool.intern(firstState(connection.client, connection.server))])
  for (const hook of way === 'out' ? OUTWARD : INWARD)
    states = runHook({hooks, connection, trace}, segment, states, hook, placeAt(hook))
  return fateOf(states, trace)
}

const OUTWARD = ['output', 'postrouting', 'egress'] as const
const INWARD = ['ingress', 'prerouting', 'input'] as const

function firstState(from: Endpoint, to: Endpoint): State {
  return {
    ...{entry: 'none', tracking: 'unseen', mark: NO_MARK, connectionMark: NO_MARK},
    ...{from, to, redirectedBy: null, reroutedBy: null, destinationBound: true, sourceBound: true},
  }
}

function fateOf(passed: ReadonlySet<State>, {blocks: all, doubts, ties, unclear}: Trace): Fate {
  const blocks = all.filter(block => block.rule !== null)
  const block = blocks.findLast(({certain}) => certain) ?? blocks.at(-1)
  if (!block) return {kind: 'passes'}
  if (passed.size === 0) return {kind: 'stopped', block}
  const because = [...[...doubts].map(ofRule), ...[...ties, ...unclear].map(inWords)]
  return {kind: 'open', because: because.length > 0 ? because : [ofRule(block.rule)]}
}
