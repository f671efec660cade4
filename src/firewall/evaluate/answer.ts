import type {Answer, StoppedByRouting} from '../../contract/judgement.ts'
import type {Listeners} from '../host/listeners.ts'
import {looksLikeTunnel} from '../host/traits.ts'
import {partsOf, type Rule} from '../model/rules.ts'
import {YES} from '../model/ternary.ts'
import {isLocal} from '../routing/routes.ts'
import type {OpenDiscovery} from './block.ts'
import {type Block, groundOf, publish} from './block.ts'
import {describeDiscovery, describeOpenDiscovery, describePlace} from './discovery/words.ts'
import {type Grounded, inWords, ofRule, withoutDoubt} from './grounds.ts'
import {formatEndpoint, type State, sameEndpoint} from './state.ts'
import type {Connection} from './views.ts'

/** How a connection through all rules came out. */
export type Outcome = {
  readonly passed: ReadonlySet<State>
  readonly blocks: readonly Block[]
  readonly doubts: ReadonlySet<Rule>
  /** Routing rules in doubt that could have made a difference. */
  readonly routeDoubts: ReadonlySet<string>
  /** Interfaces by which it left. */
  readonly leftBy: ReadonlySet<string>
  readonly warnings: ReadonlySet<Rule>
  /** Orders of chains that are not known and make a difference. */
  readonly ties: ReadonlySet<string>
  /** What else leaves the outcome open. */
  readonly unclear: ReadonlySet<string>
  /** What may keep the next hop from being found. */
  readonly openDiscoveries: readonly OpenDiscovery[]
}

/** Allowed when every path gets through, blocked when none does, unknown otherwise. */
export function answerOf(connection: Connection, outcome: Outcome, listeners: Listeners): Grounded<Answer> {
  const warnings = [...outcome.warnings].map(rule => rule.source.text)
  if (outcome.passed.size === 0) return withoutDoubt({...blocked(connection, outcome), warnings})
  const {blocks, unclear, openDiscoveries} = outcome
  if (blocks.length > 0 || unclear.size > 0 || openDiscoveries.length > 0) return undecided(outcome, warnings)
  const redirectedTo = common([...outcome.passed].map(state => redirection(connection, state)))
  return withoutDoubt({
    ...NOTHING,
    verdict: 'allow',
    redirectedTo,
    reason: describePassage(connection, outcome, redirectedTo, listeners),
    warnings,
  })
}

function describePassage(
  {traits: {links}}: Connection,
  {leftBy}: Outcome,
  redirectedTo: string | null,
  listeners: Listeners,
): string {
  if (redirectedTo !== null) {
    const known = listeners ? ', where a program listens; what the program does with it was not examined' : ''
    return `No rule on this host blocks it, but it is redirected to ${redirectedTo} on this host${known}.`
  }
  const tunnels = (links ?? []).filter(link => leftBy.has(link.name) && looksLikeTunnel(link))
  if (tunnels.length === 0) return 'No rule on this host blocks it.'
  const names = tunnels.map(({name}) => name).join(', ')
  return `No rule on this host blocks it; it leaves through ${names}, which looks like a tunnel; the network that carries the tunnel was not examined.`
}

const NOTHING = {stage: null, blocker: null, how: null, redirectedTo: null, unknownBecause: []} as const

function blocked(connection: Connection, {blocks, unclear, openDiscoveries}: Outcome): Answer {
  const last = blocks.findLast(({certain}) => certain) ?? blocks.at(-1)
  if (!last) throw new Error('nothing passed and nothing was blocked')
  const early = notFound(openDiscoveries, blocks)
  const block = early ?? last
  const stage = common(blocks.map(one => one.stage))
  const opens = stage === 'out-data' || stage === 'in-data'
  const mayNotOpen = unclear.size > 0 || (opens && openDiscoveries.length > 0)
  return {
    verdict: 'block',
    // It may fail before it gets there.
    stage: mayNotOpen ? null : (early?.stage ?? stage),
    blocker: block.rule?.source ?? null,
    how: early?.how ?? common(blocks.map(({how}) => how)),
    redirectedTo: redirection(connection, last.state),
    reason: describeBlock(block, connection),
    unknownBecause: [],
    warnings: [],
    ...beyondRules(block),
  }
}

/** What else an answer says about what stops it. */
function beyondRules(block: Block): Partial<Answer> {
  if (block.rule === null) return {routing: block.routing}
  return {
    ...(block.discovery && publish(block.discovery)),
    ...(block.deadEnd !== undefined && {nothingListens: true as const}),
  }
}

/** What is stopped further on does not get so far while the next hop is not found. */
function notFound(open: readonly OpenDiscovery[], blocks: readonly Block[]): Block | null {
  if (blocks.some(({stage}) => stage === 'out-syn')) return null
  return open.find(({why}) => why === 'may-be-told')?.block ?? null
}

function common<T>(values: readonly T[]): T | null {
  const [first] = values
  return first !== undefined && values.every(value => value === first) ? first : null
}

const WHAT = {
  tcp: {
    'out-syn': 'the connection request',
    'in-synack': 'the reply to the connection request',
    'out-data': 'data sent on the open connection',
    'in-data': 'data received on the open connection',
  },
  udp: {
    'out-syn': 'the datagram',
    'in-synack': 'the answer to the datagram',
    'out-data': 'the datagram',
    'in-data': 'the answer to the datagram',
  },
} as const

function describeBlock(block: Block, {protocol}: Connection): string {
  if (block.rule === null) return describeRouting(block.routing, WHAT[protocol][block.stage])
  const {
    rule: {source},
    stage,
    how,
    discovery,
    deadEnd,
  } = block
  if (deadEnd !== undefined)
    return `${describePlace(source)} redirects the connection to ${deadEnd} on this host, where nothing listens: ${source.text}`
  const does = how === 'drop' ? 'drops' : 'rejects'
  const what = discovery ? describeDiscovery(discovery) : WHAT[protocol][stage]
  return `${describePlace(source)} ${does} ${what}: ${source.text}`
}

const ROUTING: Readonly<Record<StoppedByRouting['by'], string>> = {
  route: 'a route of this host blocks',
  'routing-rule': 'a routing rule of this host blocks',
  'no-route': 'this host has no route for',
  'reverse-path': 'reverse-path filtering (rp_filter) on this host drops',
}

function describeRouting({by, text}: StoppedByRouting, what: string): string {
  return `Routing, not a firewall rule: ${ROUTING[by]} ${what}: ${text}`
}

function undecided(
  {doubts, routeDoubts, blocks, ties, unclear, openDiscoveries}: Outcome,
  warnings: readonly string[],
): Grounded<Answer> {
  const notes = new Map([...doubts].flatMap(rule => noteOn(rule)))
  const open = openDiscoveries.find(({stopped}) => stopped !== null) ?? openDiscoveries[0]
  // What is in doubt but stops nothing leaves nothing open.
  const inDoubt = [...[...doubts].map(ofRule), ...[...routeDoubts, ...ties].map(inWords)]
  const undecidable = blocks.length + unclear.size > 0 ? inDoubt : []
  const discovered = openDiscoveries.flatMap(({because}) => because)
  const known = [...undecidable, ...[...unclear].map(inWords), ...discovered]
  const grounds = known.length > 0 ? known : blocks.map(groundOf)
  const because = [...new Set(grounds.map(({text}) => text))]
  const onlyDiscovery = open !== undefined && blocks.length + unclear.size === 0
  const told: Answer = {
    ...NOTHING,
    verdict: 'unknown',
    reason: onlyDiscovery ? describeOpenDiscovery(open) : describeDoubts(because, notes),
    unknownBecause: because,
    warnings,
    ...(open?.stopped && publish(open.stopped)),
  }
  return {told, doubtful: grounds.flatMap(({rule}) => rule ?? [])}
}

/** What can be said of a rule in doubt besides its text. */
function noteOn(rule: Rule): [text: string, note: string][] {
  const why = [...partsOf(rule)].map(({action}) => (action.kind === 'unknown' ? action.why : undefined))
  const note = why.find(one => one !== undefined)
  return note === undefined ? [] : [[rule.source.text, note]]
}

/** What comes of answers for several orders of chains, of which one is true; the likely one is last. */
export function dependsOnOrder(
  answers: readonly Grounded<Answer>[],
  ties: ReadonlySet<string>,
): Grounded<Answer> {
  const likely = answers.at(-1)
  if (likely && answers.every(({told}) => told.verdict === likely.told.verdict && told.verdict !== 'unknown'))
    return likely
  const because = [...new Set([...ties, ...answers.flatMap(({told}) => told.unknownBecause)])]
  const told: Answer = {
    ...NOTHING,
    verdict: 'unknown',
    reason: describeDoubts(because, new Map()),
    unknownBecause: because,
    warnings: [...new Set(answers.flatMap(each => each.told.warnings))],
  }
  return {told, doubtful: answers.flatMap(({doubtful}) => doubtful)}
}

function describeDoubts(because: readonly string[], notes: ReadonlyMap<string, string>): string {
  const [first = ''] = because
  const note = notes.get(first)
  const rule = note === undefined ? first : `${first} (${note})`
  return because.length === 1
    ? `The rules alone do not decide it; it depends on: ${rule}`
    : `The rules alone do not decide it; it depends on ${because.length} rules, first: ${rule}`
}

/** The answer for a question that was given up. */
export function tooComplex(): Grounded<Answer> {
  return withoutDoubt({
    ...NOTHING,
    verdict: 'unknown',
    reason: 'The rules have more branches than can be followed.',
    unknownBecause: ['more rules that cannot be decided than can be followed'],
    warnings: [],
  })
}

function redirection({family, server, routing}: Connection, {to}: State): string | null {
  if (sameEndpoint(server, to) || isLocal(routing, to.address) !== YES) return null
  return formatEndpoint(family, to)
}
