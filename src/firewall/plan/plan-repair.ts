import {commandLine} from '../../contract/command-line.ts'
import type {
  Answer,
  Blocker,
  Judgement,
  Stage,
  StoppedArp,
  StoppedByRouting,
  StoppedDiscovery,
} from '../../contract/judgement.ts'
import type {Remedy} from '../../contract/remedy.ts'
import {compileFirewall, type Firewall} from '../compile.ts'
import type {Grounded} from '../evaluate/grounds.ts'
import {NO_PERSISTENCE, type Persistence} from '../state/managers.ts'
import type {FirewallState} from '../state/state.ts'
import type {FirewallTools} from '../state/tools.ts'
import {
  type Connection,
  describeBlocker,
  type Need,
  type Obstacle,
  type Opening,
  type Proposal,
  portOf,
} from './engine-planner.ts'
import {misfitOf} from './grammar/forms.ts'
import {proposalsFor} from './planners.ts'
import {type Change, remedyOf} from './remedy-of.ts'

export type {Need} from './engine-planner.ts'

/** Rules tried where it is not known which of them stops a connection; each costs some judgements. */
const MOST_DOUBTFUL = 4

/** Obstacles that one connection may meet, one behind the other. */
const MAX_OBSTACLES = 8

/**
 * Plans the smallest change of the rules that lets the needed connections through, by trying it on a copy of the
 * state and judging again. Every change that is offered serves a destination that the judge then
 * says is reached; `unfixable` says in one sentence why another one stays blocked. Pure.
 */
export function planRepair(
  state: FirewallState,
  tools: FirewallTools,
  need: Need,
  {persistence = NO_PERSISTENCE}: {readonly persistence?: Persistence} = {},
): {readonly remedies: readonly Remedy[]; readonly unfixable: string | null} {
  const compileOnce = rememberCompiled()
  let plan: Draft = {state, changes: []}
  let unfixable: string | null = null
  for (const {owner, to, protocol} of connectionsOf(need)) {
    const judge = (changed: FirewallState) =>
      compileOnce(changed).examine({to, port: need.port, ...(protocol === 'tcp' ? {} : {protocol}), ...owner})
    const limited = need.connections ? {...need, destination: to} : need
    const result = open(plan, {tools, need: limited, persistence, to, protocol}, judge)
    if (typeof result === 'string') unfixable ??= result
    else plan = result
  }
  const [first] = plan.changes
  if (!first) return {remedies: [], unfixable}
  const remedy = remedyOf(state, need, persistence, plan.changes, first)
  return misfitOf(remedy) === null
    ? {remedies: [remedy], unfixable}
    : {remedies: [], unfixable: byHand(remedy)}
}

function connectionsOf({connections, owners = [{}], to}: Need): readonly Connection[] {
  return connections ?? owners.flatMap(owner => to.map(address => ({to: address, protocol: 'tcp', owner})))
}

/** A rule set may have names that no form allows; what could not be undone from the journal is not done. */
function byHand({steps}: Remedy): string {
  const commands = steps.filter(({lasting}) => !lasting).map(step => `\`${commandLine(step.do)}\``)
  return `The fix has names or values that this tool does not write, so run ${commands.join(' and ')} by hand, then check again.`
}

/** Many destinations are judged by the same state. */
function rememberCompiled(): (state: FirewallState) => Firewall {
  const compiled = new WeakMap<FirewallState, Firewall>()
  return state => {
    const firewall = compiled.get(state) ?? compileFirewall(state)
    compiled.set(state, firewall)
    return firewall
  }
}

type Judge = (state: FirewallState) => Grounded

type Draft = {readonly state: FirewallState; readonly changes: readonly Change[]}

/** @returns the plan with what this connection needs on top; or why it cannot be opened, in one sentence */
function open(plan: Draft, opening: Opening, judge: Judge): Draft | string {
  let {state, changes} = plan
  let judged = judge(state)
  // What may stop it counts only behind what surely does: else there is nothing to repair.
  for (let round = 0; isStopped(judged.told) || (round > 0 && judged.told.verdict === 'unknown'); round++) {
    if (round === MAX_OBSTACLES) {
      return `More than ${MAX_OBSTACLES} rules in a row block ${portOf(opening)} to ${opening.to}, so fix them by hand: ${judged.told.reason}`
    }
    const change = nextChange(opening, state, judged, judge)
    if (typeof change === 'string') return change
    changes = [...changes, {...change, opening}]
    judged = change.after
    state = change.proposal.state
  }
  return judged.told.verdict === 'allow' ? {state, changes} : judged.told.reason
}

/** A change, and what is judged with it in place. */
type Advance = Omit<Change, 'opening'> & {readonly after: Grounded}

/** A next hop that is still known for now will not be for long. */
export function isStopped({verdict, neighbourDiscovery}: Judgement): boolean {
  return verdict === 'block' || neighbourDiscovery !== undefined
}

/**
 * The first change that gets the connection past what stops it, or may stop it; else the first after which it is open
 * whether it gets through.
 * @returns one sentence that says why there is none
 */
export function nextChange(
  opening: Opening,
  state: FirewallState,
  judged: Grounded,
  judge: Judge,
): Advance | string {
  const {told: judgement} = judged
  if (judgement.arp) return withoutArp(judgement.arp)
  if (judgement.routing) return beyondRules(opening, judgement.routing)
  let possible: Advance | null = null
  let advice: string | null = null
  for (const [blocker, obstacle] of obstaclesOf(opening, state, judged)) {
    const proposals = atEither(obstacle.stage, stage => proposalsFor({...obstacle, stage, blocker}))
    if (typeof proposals === 'string') {
      advice ??= proposals
      continue
    }
    for (const proposal of proposals) {
      const after = judge(proposal.state)
      if (!getsFurther(judgement, after.told)) continue
      // Somebody redirects it on purpose, though nothing listens there.
      const risk = judgement.nothingListens ? 'disruptive' : proposal.risk
      const change = {proposal: {...proposal, risk}, judgement, blocker, after}
      if (after.told.verdict === 'allow' || isStopped(after.told)) return change
      possible ??= change
    }
  }
  if (possible) return possible
  if (!isStopped(judgement)) return undecided(opening, judgement)
  return judgement.nothingListens
    ? withoutListener(opening, judgement)
    : (advice ?? useless(opening, judgement))
}

type Somewhere = Omit<Obstacle<FirewallState>, 'stage' | 'blocker'> & {readonly stage: Stage | null}

function obstaclesOf(
  {to: _, ...means}: Opening,
  state: FirewallState,
  {told: judgement, doubtful}: Grounded,
): readonly (readonly [Blocker, Somewhere])[] {
  if (!isStopped(judgement))
    return doubtful.slice(0, MOST_DOUBTFUL).map(blocker => [blocker, {...means, state, stage: null}])
  const {blocker, stage, discovery} = stoppedBy(judgement)
  return blocker === null ? [] : [[blocker, {...means, state, stage, ...(discovery && {discovery})}]]
}

function stoppedBy({
  stage,
  blocker,
  neighbourDiscovery: discovery,
}: Judgement): Pick<Judgement, 'stage' | 'blocker'> & {readonly discovery?: StoppedDiscovery} {
  if (!discovery) return {stage, blocker}
  return {stage: discovery.way === 'out' ? 'out-syn' : 'in-synack', blocker: discovery.blocker, discovery}
}

/** Where it is not known at which stage a rule stops the connection, what helps may go either way. */
function atEither(
  stage: Stage | null,
  propose: (stage: Stage) => readonly Proposal[] | string,
): readonly Proposal[] | string {
  if (stage !== null) return propose(stage)
  const [out, back] = [propose('out-syn'), propose('in-synack')]
  if (typeof out === 'string') return back
  return typeof back === 'string' ? out : [...out, ...back]
}

function getsFurther(before: Judgement, after: Judgement): boolean {
  if (isStopped(before)) return answerKey(after) !== answerKey(before)
  if (after.verdict === 'allow') return !isStopped(after)
  return after.verdict === 'unknown' && after.unknownBecause.length < before.unknownBecause.length
}

/** What an answer says, apart from the numbers of rules, which a new rule moves. */
function answerKey(judgement: Judgement): string {
  const place = (blocker: Blocker | null | undefined) =>
    blocker && [blocker.engine, blocker.family, blocker.table, blocker.chain, blocker.text]
  const key = ({verdict, stage, blocker, neighbourDiscovery: discovery}: Answer) => [
    ...[verdict, stage, place(blocker)],
    ...[discovery?.icmpv6Type, discovery?.way, place(discovery?.blocker)],
  ]
  return JSON.stringify([key(judgement), judgement.parts.map(part => [part.to, ...key(part)])])
}

function withoutListener(opening: Opening, {blocker, redirectedTo}: Judgement): string {
  const rule = blocker ? describeBlocker(blocker) : 'a rule'
  return `${portOf(opening)} to ${opening.to} is redirected to ${redirectedTo} on this host by ${rule}, where nothing listens; start the program that should listen there, or exclude this destination from that rule, then check again.`
}

function beyondRules(opening: Opening, {text}: StoppedByRouting): string {
  return `Routing on this host, not a firewall rule, blocks ${portOf(opening)} to ${opening.to} (\`${text}\`); change it by hand, then check again.`
}

function withoutArp({blocker, nextHop}: StoppedArp): string {
  return `ARP for the next hop ${nextHop}, which all IPv4 traffic needs, is blocked by ${describeBlocker(blocker)}; allow ARP directly before it, then check again.`
}

function useless(opening: Opening, judgement: Judgement): string {
  const {blocker} = stoppedBy(judgement)
  if (blocker === null) return `${judgement.reason}; this tool has no fix for that.`
  return `An accept before ${describeBlocker(blocker)} would not allow ${portOf(opening)} to ${opening.to}; change that rule by hand, then check again.`
}

function undecided(opening: Opening, {unknownBecause}: Judgement): string {
  return `Past the rules that certainly block ${portOf(opening)} to ${opening.to}, the rules do not decide it, because it depends on \`${unknownBecause[0] ?? ''}\`; change these rules by hand, then check again.`
}
