import type {Answer, Blocker, Judgement, Stage, StoppedDiscovery} from '../../contract/judgement.ts'
import type {Remedy} from '../../contract/remedy.ts'
import {compileFirewall} from '../compile.ts'
import {type Keeper, NO_KEEPER} from '../keeper.ts'
import type {FirewallState} from '../state.ts'
import type {FirewallTools} from '../tools.ts'
import {type Compile, describeBlocker, type Need, type Obstacle, type Proposal} from './engine-planner.ts'
import {proposalsFor} from './planners.ts'
import {type Change, remedyOf} from './remedy-of.ts'

export type {Need} from './engine-planner.ts'

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
  {
    compile = compileFirewall,
    keeper = NO_KEEPER,
  }: {readonly compile?: Compile; readonly keeper?: Keeper} = {},
): {readonly remedies: readonly Remedy[]; readonly unfixable: string | null} {
  const once = compileOnce(compile)
  let plan: Draft = {state, changes: []}
  let unfixable: string | null = null
  for (const uid of need.uids ?? [ROOT]) {
    for (const to of need.to) {
      const result = open(plan, {to, uid}, {tools, need, keeper}, once)
      if (typeof result === 'string') unfixable ??= result
      else plan = result
    }
  }
  const [first] = plan.changes
  if (!first) return {remedies: [], unfixable}
  return {remedies: [remedyOf(state, need, keeper, plan.changes, first)], unfixable}
}

const ROOT = 0

/** Many destinations are judged by the same state. */
function compileOnce(compile: Compile): Compile {
  const compiled = new WeakMap<FirewallState, ReturnType<Compile>>()
  return state => {
    const firewall = compiled.get(state) ?? compile(state)
    compiled.set(state, firewall)
    return firewall
  }
}

type Draft = {readonly state: FirewallState; readonly changes: readonly Change[]}

/** @returns the plan with what this connection needs on top; or why it cannot be opened, in one sentence */
function open(
  plan: Draft,
  {to, uid}: {readonly to: string; readonly uid: number},
  means: Pick<Obstacle, 'tools' | 'need' | 'keeper'>,
  compile: Compile,
): Draft | string {
  const {need} = means
  const judge = (state: FirewallState) => compile(state).judge({to, port: need.port, uid})
  let {state, changes} = plan
  let judgement = judge(state)
  for (let round = 0; isStopped(judgement); round++) {
    const {stage, blocker, discovery} = obstacleOf(judgement)
    if (blocker === null) return `${judgement.reason}; this tool has no remedy for that.`
    if (round === MAX_OBSTACLES) {
      return `More than ${MAX_OBSTACLES} rules block TCP ${need.port} to ${to} one after the other, the next being ${describeBlocker(blocker)}, so that it is better mended by hand.`
    }
    const proposals = atEither(stage, at =>
      proposalsFor({...means, state, stage: at, blocker, ...(discovery && {discovery})}),
    )
    if (typeof proposals === 'string') return proposals
    const before = answerKey(judgement)
    let found: {proposal: Proposal; judgement: Judgement} | null = null
    let dependsOn: string | null = null
    for (const proposal of proposals) {
      const after = judge(proposal.state)
      const isOpen = after.verdict === 'unknown' && !isStopped(after)
      if (isOpen) dependsOn ??= after.unknownBecause[0] ?? null
      if (isOpen || answerKey(after) === before) continue
      found = {proposal, judgement: after}
      break
    }
    if (!found && dependsOn !== null) {
      return `Whether an accept before ${describeBlocker(blocker)} would let TCP ${need.port} to ${to} through cannot be told from the rules, since it depends on \`${dependsOn}\`; change these rules by hand, then check again.`
    }
    if (!found) {
      return `An accept before ${describeBlocker(blocker)} would not let TCP ${need.port} to ${to} through; change that rule by hand, then check again.`
    }
    changes = [...changes, {proposal: found.proposal, judgement, blocker}]
    ;({judgement} = found)
    state = found.proposal.state
  }
  return judgement.verdict === 'allow' ? {state, changes} : judgement.reason
}

/** One rule may stop the connection at several stages, depending on what is not known: then what helps may go either way. */
function atEither(
  stage: Stage | null,
  propose: (stage: Stage) => readonly Proposal[] | string,
): readonly Proposal[] | string {
  if (stage !== null) return propose(stage)
  const [out, back] = [propose('out-syn'), propose('in-synack')]
  if (typeof out === 'string') return back
  return typeof back === 'string' ? out : [...out, ...back]
}

/** A next hop that is still known for now will not be for long. */
function isStopped({verdict, neighbourDiscovery}: Judgement): boolean {
  return verdict === 'block' || neighbourDiscovery !== undefined
}

function obstacleOf({
  stage,
  blocker,
  neighbourDiscovery: discovery,
}: Judgement): Pick<Judgement, 'stage' | 'blocker'> & {readonly discovery?: StoppedDiscovery} {
  if (!discovery) return {stage, blocker}
  return {stage: discovery.way === 'out' ? 'out-syn' : 'in-synack', blocker: discovery.blocker, discovery}
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
