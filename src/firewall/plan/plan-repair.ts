import {commandLine} from '../../contract/command-line.ts'
import type {Judgement} from '../../contract/judgement.ts'
import type {Remedy} from '../../contract/remedy.ts'
import {compileFirewall} from '../compile.ts'
import {type Keeper, NO_KEEPER} from '../keeper.ts'
import type {FirewallState} from '../state.ts'
import type {FirewallTools} from '../tools.ts'
import {type Compile, type Connection, type Need, type Opening, portOf} from './engine-planner.ts'
import {misfitOf} from './grammar/forms.ts'
import {isStopped, nextChange} from './next-change.ts'
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
  for (const {owner, to, protocol} of connectionsOf(need)) {
    const judge = (changed: FirewallState) =>
      once(changed).judge({to, port: need.port, ...(protocol === 'tcp' ? {} : {protocol}), ...owner})
    const limited = need.connections ? {...need, destination: to} : need
    const result = open(plan, {tools, need: limited, keeper, to, protocol}, judge)
    if (typeof result === 'string') unfixable ??= result
    else plan = result
  }
  const [first] = plan.changes
  if (!first) return {remedies: [], unfixable}
  const remedy = remedyOf(state, need, keeper, plan.changes, first)
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
function open(plan: Draft, opening: Opening, judge: (state: FirewallState) => Judgement): Draft | string {
  let {state, changes} = plan
  let judgement = judge(state)
  // What may stop it counts only behind what surely does: else there is nothing to repair.
  for (let round = 0; isStopped(judgement) || (round > 0 && judgement.verdict === 'unknown'); round++) {
    if (round === MAX_OBSTACLES) {
      return `More than ${MAX_OBSTACLES} rules in a row block ${portOf(opening)} to ${opening.to}, so fix them by hand: ${judgement.reason}`
    }
    const change = nextChange(opening, state, judgement, judge)
    if (typeof change === 'string') return change
    changes = [...changes, {...change, opening}]
    judgement = change.after
    state = change.proposal.state
  }
  return judgement.verdict === 'allow' ? {state, changes} : judgement.reason
}
