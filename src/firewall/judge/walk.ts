import type {Stage} from '../../contract/judgement.ts'
import type {Action, BaseChain, Chain, Condition, Rule} from '../model.ts'
import type {Packet, Partiality} from '../packet.ts'
import {and, MAYBE, NO, type Ternary, YES} from '../ternary.ts'
import {effectOf} from './effects.ts'
import {matchRule} from './match.ts'
import {selectKey} from './select.ts'
import type {State, StatePool} from './state.ts'
import type {RecordWalk} from './walk-event.ts'

export type Block = {
  readonly rule: Rule
  readonly stage: Stage
  readonly how: 'drop' | 'reject'
  /** Every packet that came to the rule was stopped. */
  readonly certain: boolean
  readonly state: State
}

/** What a walk through the rules brings together on its way. */
export type Trace = {
  readonly pool: StatePool
  readonly partiality: Partiality
  readonly blocks: Block[]
  /** Rules that were not decided and could have made a difference. */
  readonly doubts: Set<Rule>
  readonly warnings: Set<Rule>
  /** What else leaves the outcome open, in words. */
  readonly unclear: Set<string>
  readonly rulesOf: (chain: Chain) => readonly Rule[]
  /** An answer that does not hold for the whole interval is of no use. */
  readonly wholeOnly: boolean
  /** Rules that may still be looked at before the question is given up; shared by all pieces of a range. */
  readonly work: {left: number}
  readonly record?: RecordWalk | undefined
}

/** The interval has to be split: thrown instead of an answer that would not hold for all of it. */
export class NotUniform extends Error {}

/** The question has more answers than can be followed. */
export class TooManyPaths extends Error {}

const NOT_UNIFORM = new NotUniform()

const MAX_STATES = 64
const MAX_DEPTH = 256

type Outcome = {
  /** States that left the base chain with an accept. */
  readonly accepted: Set<State>
  /** States that came to the end of the chain, or returned from it. */
  readonly returned: Set<State>
}

type Walk = {
  readonly trace: Trace
  readonly stage: Stage
  readonly packetOf: (state: State) => Packet
  readonly memo: Map<Chain, Map<State, Outcome>>
  readonly open: Set<Chain>
}

/** Sends the states through one base chain; returns those that it lets on. */
export function walkBase(
  base: BaseChain,
  states: ReadonlySet<State>,
  stage: Stage,
  viewOf: (state: State) => Packet,
  trace: Trace,
): Set<State> {
  const packets = new Map<State, Packet>()
  const packetOf = (state: State) => {
    const known = packets.get(state)
    if (known) return known
    const packet = viewOf(state)
    packets.set(state, packet)
    return packet
  }
  const walk: Walk = {trace, stage, packetOf, memo: new Map(), open: new Set()}
  const passed = new Set<State>()
  for (const state of states) {
    const {accepted, returned} = walkChain(walk, base.chain, state)
    for (const one of accepted) passed.add(one)
    for (const one of returned) applyPolicy(walk, base.policy, one, passed)
  }
  if (passed.size > MAX_STATES) throw new TooManyPaths()
  return passed
}

function applyPolicy(walk: Walk, policy: Rule, state: State, passed: Set<State>): void {
  const outcome: Outcome = {accepted: passed, returned: passed}
  apply(walk, policy, state, YES, outcome, passed)
}

function walkChain(walk: Walk, chain: Chain, entry: State): Outcome {
  const byState = walk.memo.get(chain) ?? new Map<State, Outcome>()
  walk.memo.set(chain, byState)
  const known = byState.get(entry)
  const {trace} = walk
  trace.record?.({kind: 'chain', chain, again: known !== undefined})
  if (known) {
    trace.record?.({kind: 'chain-end'})
    return known
  }
  const outcome: Outcome = {accepted: new Set(), returned: new Set()}
  const rules = trace.rulesOf(chain)
  trace.work.left -= rules.length
  if (trace.work.left < 0) throw new TooManyPaths()
  walk.open.add(chain)
  let current = [entry]
  for (const rule of rules) {
    const following =
      current.length === 1 ? stepOne(walk, rule, current, outcome) : stepAll(walk, rule, current, outcome)
    current = following
    if (trace.wholeOnly && trace.partiality.seen) throw NOT_UNIFORM
    if (current.length === 0) break
  }
  for (const state of current) outcome.returned.add(state)
  walk.open.delete(chain)
  trace.record?.({kind: 'chain-end'})
  byState.set(entry, outcome)
  return outcome
}

/** The common case, without allocating anything for a rule that does not match. */
function stepOne(walk: Walk, rule: Rule, current: State[], outcome: Outcome): State[] {
  const [state] = current
  if (!state) return current
  const match = matchRule(rule, walk.packetOf(state), walk.trace.partiality)
  if (match === NO) return current
  const staying = new Set<State>()
  apply(walk, rule, state, match, outcome, staying)
  return [...staying]
}

function stepAll(walk: Walk, rule: Rule, current: readonly State[], outcome: Outcome): State[] {
  const staying = new Set<State>()
  for (const state of current) {
    const match = matchRule(rule, walk.packetOf(state), walk.trace.partiality)
    if (match === NO) staying.add(state)
    else apply(walk, rule, state, match, outcome, staying)
  }
  if (staying.size > MAX_STATES) throw new TooManyPaths()
  return [...staying]
}

function apply(
  walk: Walk,
  rule: Rule,
  state: State,
  match: Ternary,
  outcome: Outcome,
  staying: Set<State>,
): void {
  const {trace} = walk
  trace.record?.({kind: 'rule', rule, match})
  if (match === MAYBE && actsOnPayloadOnly(rule, walk.packetOf(state))) {
    trace.warnings.add(rule)
    staying.add(state)
    return
  }
  if (match === MAYBE) {
    staying.add(state)
    if (rule.conditions.some(readsPayload)) trace.warnings.add(rule)
  }
  act(walk, rule, state, match, outcome, staying)
}

/** Does what the rule does to a packet that matches it, surely or maybe. */
function act(
  walk: Walk,
  rule: Rule,
  state: State,
  match: Ternary,
  outcome: Outcome,
  staying: Set<State>,
): void {
  const {trace} = walk
  const {action} = rule
  trace.record?.({kind: 'act', rule, match})
  switch (action.kind) {
    case 'continue':
      goOn(walk, rule, state, match, outcome, staying)
      return
    case 'choose':
      choose(walk, rule, action, state, match, outcome, staying)
      return
    case 'accept':
      outcome.accepted.add(state)
      break
    case 'return':
      outcome.returned.add(state)
      break
    case 'drop':
    case 'reject':
      block(walk, rule, action, state, match === YES)
      break
    case 'unknown':
      block(walk, rule, {kind: 'drop'}, state, false)
      outcome.accepted.add(state)
      staying.add(state)
      trace.doubts.add(rule)
      break
    case 'call':
      call(walk, rule, action, state, match, outcome, staying)
      return
    default: {
      const effect = effectOf(action, state, walk.packetOf(state), trace.pool)
      if (effect.terminal) outcome.accepted.add(effect.state)
      else goOn(walk, rule, effect.state, match, outcome, staying)
      if (effect.state === state && !effect.terminal) return
    }
  }
  if (match === MAYBE) trace.doubts.add(rule)
}

/** What comes after an action that let the packet go on: the rest of its rule, or the next rule. */
function goOn(
  walk: Walk,
  {next: rest}: Rule,
  state: State,
  match: Ternary,
  outcome: Outcome,
  staying: Set<State>,
): void {
  const next = rest ? matchRule(rest, walk.packetOf(state), walk.trace.partiality) : NO
  if (rest && next === NO) walk.trace.record?.({kind: 'rule', rule: rest, match: NO})
  if (!rest || next === NO) staying.add(state)
  else if (next === MAYBE) apply(walk, rest, state, MAYBE, outcome, staying)
  else act(walk, rest, state, match, outcome, staying)
}

function choose(
  walk: Walk,
  rule: Rule,
  {key, from}: Action & {kind: 'choose'},
  state: State,
  match: Ternary,
  outcome: Outcome,
  staying: Set<State>,
): void {
  const {trace} = walk
  const {query, present, varies} = selectKey(key, walk.packetOf(state))
  if (present === NO) {
    trace.record?.({kind: 'rule', rule, match: NO})
    staying.add(state)
    return
  }
  const {hits, miss} = from.find(query, varies && trace.wholeOnly)
  if (hits.length === 0) trace.record?.({kind: 'rule', rule, match: NO})
  const open = hits.length > 1 || (miss !== NO && miss !== YES)
  if (varies && open) {
    trace.partiality.seen = true
    if (trace.wholeOnly) throw NOT_UNIFORM
  }
  if (miss !== NO || present === MAYBE) staying.add(state)
  for (const hit of hits) {
    const certainty = and(and(match, present), hit.match)
    act(walk, hit.value, state, certainty, outcome, staying)
    if (certainty === MAYBE) trace.doubts.add(rule)
  }
}

/** A pattern or size that only data can have, and a rule that would stop it: TCP as such gets through. */
function actsOnPayloadOnly({conditions, action}: Rule, packet: Packet): boolean {
  if (!packet.hasPayload || (action.kind !== 'drop' && action.kind !== 'reject')) return false
  return conditions.some(
    condition =>
      (condition.kind === 'payload' || condition.kind === 'length' || readsLength(condition)) &&
      !condition.negated,
  )
}

function readsLength(condition: Condition): condition is Condition & {kind: 'lookup'} {
  return condition.kind === 'lookup' && condition.key.some(({source}) => source.of === 'length')
}

function readsPayload(condition: Condition): boolean {
  return condition.kind === 'undecided' && condition.payload
}

function block(walk: Walk, rule: Rule, action: Action, state: State, certain: boolean): void {
  walk.trace.blocks.push({
    rule,
    stage: walk.stage,
    how: action.kind === 'reject' ? 'reject' : 'drop',
    certain,
    state,
  })
}

function call(
  walk: Walk,
  rule: Rule,
  action: Action & {kind: 'call'},
  state: State,
  match: Ternary,
  outcome: Outcome,
  staying: Set<State>,
): void {
  if (walk.open.has(action.chain) || walk.open.size > MAX_DEPTH) {
    apply(walk, {...rule, action: {kind: 'unknown'}}, state, match, outcome, staying)
    return
  }
  const blocksBefore = walk.trace.blocks.length
  const inner = walkChain(walk, action.chain, state)
  for (const one of inner.accepted) outcome.accepted.add(one)
  for (const one of inner.returned) (action.goto ? outcome.returned : staying).add(one)
  const passesThrough = inner.accepted.size === 0 && inner.returned.size === 1 && inner.returned.has(state)
  const changesNothing = passesThrough && !action.goto && walk.trace.blocks.length === blocksBefore
  if (match === MAYBE && !changesNothing) walk.trace.doubts.add(rule)
}
