import type {Condition} from '../model/condition.ts'
import type {Packet} from '../model/packet.ts'
import type {Action, Rule} from '../model/rules.ts'
import {and, MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import {ANY_SET, mayHaveChanged} from '../sets/changing-sets.ts'
import {effectOf} from './effects.ts'
import {matchRule} from './match.ts'
import {selectKey} from './select.ts'
import {type State, UNKNOWN_MARK} from './state.ts'
import {NotUniform, type Walk, type WalkOutcome} from './trace.ts'

const MAX_DEPTH = 256

/** Where packets are on their way through a chain; what goes on to the next rule is added to `staying`. */
type Passage = {
  readonly walk: Walk
  readonly outcome: WalkOutcome
  readonly staying: Set<State>
}

/** Does to a packet what a rule does that surely or maybe matches it. */
export function apply(passage: Passage, rule: Rule, state: State, match: Ternary): void {
  const {walk, staying} = passage
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
  act(passage, rule, state, match)
}

/** Does what the rule does to a packet that matches it, surely or maybe. */
function act(passage: Passage, rule: Rule, state: State, match: Ternary): void {
  const {walk, outcome} = passage
  const {trace} = walk
  const {action} = rule
  trace.record?.({kind: 'act', rule, match})
  switch (action.kind) {
    case 'continue':
    case 'rewrite':
      goOn(passage, rule, state, match)
      return
    case 'choose':
      choose(passage, rule, action, state, match)
      return
    case 'accept':
      // It leaves other NAT chains of the hook as well, where all hang on one (since Linux 4.18), or it does not.
      if (walk.nat && action.unread) doAnything(passage, rule, state)
      else outcome.accepted.add(state)
      break
    case 'return':
      outcome.returned.add(state)
      break
    case 'drop':
    case 'reject':
      block(walk, rule, action, state, match === YES)
      break
    case 'unknown':
      doAnything(passage, rule, state)
      trace.changedSets.add(ANY_SET)
      break
    case 'call':
      call(passage, rule, action, state, match)
      return
    case 'change-set':
      trace.changedSets.add(action.set)
      goOn(passage, rule, state, match)
      return
    default: {
      const effect = effectOf(action, state, walk.packetOf(state), trace.pool)
      const redirectedBy = action.kind === 'destination-nat' ? rule : state.redirectedBy
      const after = trace.pool.change(effect.state, {redirectedBy})
      if (effect.terminal) outcome.accepted.add(after)
      else goOn(passage, rule, after, match)
      if (after === state && !effect.terminal) return
    }
  }
  if (match === MAYBE) trace.doubts.add(rule)
}

/** What comes after an action that let the packet go on: the rest of its rule, or the next rule. */
function goOn(passage: Passage, {next: rest}: Rule, state: State, match: Ternary): void {
  const {walk, staying} = passage
  const next = rest ? matchRule(rest, walk.packetOf(state), walk.trace.partiality) : NO
  if (rest && next === NO) walk.trace.record?.({kind: 'rule', rule: rest, match: NO})
  if (!rest || next === NO) staying.add(state)
  else if (next === MAYBE) apply(passage, rest, state, MAYBE)
  else act(passage, rest, state, match)
}

/** Nobody knows what the rule does to the packet, or to its marks. */
function doAnything({walk, outcome, staying}: Passage, rule: Rule, state: State): void {
  const changed = walk.trace.pool.change(state, {
    ...{mark: UNKNOWN_MARK, connectionMark: UNKNOWN_MARK},
    // A program that reads a queue may have it routed again.
    ...(walk.outgoing && {reroutedBy: UNKNOWN_MARK}),
  })
  block(walk, rule, {kind: 'drop'}, state, false)
  outcome.accepted.add(changed)
  staying.add(changed)
  walk.trace.doubts.add(rule)
}

function choose(
  passage: Passage,
  rule: Rule,
  {key, from, changing}: Action & {kind: 'choose'},
  state: State,
  match: Ternary,
): void {
  const {walk, staying} = passage
  const {trace} = walk
  const {query, present, varies} = selectKey(key, walk.packetOf(state))
  if (present === NO) {
    trace.record?.({kind: 'rule', rule, match: NO})
    staying.add(state)
    return
  }
  if (mayHaveChanged(changing, walk.packetOf(state).sets)) {
    // Rules add no verdicts to a map (net/netfilter/nft_dynset.c), so that no other chain comes into it.
    doAnything(passage, rule, state)
    return
  }
  const {hits, miss} = from.find(query, varies && trace.wholeOnly)
  if (hits.length === 0) trace.record?.({kind: 'rule', rule, match: NO})
  const open = hits.length > 1 || (miss !== NO && miss !== YES)
  if (varies && open) {
    trace.partiality.seen = true
    if (trace.wholeOnly) throw new NotUniform()
  }
  if (miss !== NO || present === MAYBE) staying.add(state)
  for (const hit of hits) {
    const certainty = and(and(match, present), hit.match)
    act(passage, hit.value, state, certainty)
    if (certainty === MAYBE) trace.doubts.add(rule)
  }
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
  passage: Passage,
  rule: Rule,
  action: Action & {kind: 'call'},
  state: State,
  match: Ternary,
): void {
  const {walk, outcome, staying} = passage
  if (walk.open.has(action.chain) || walk.open.size > MAX_DEPTH) {
    apply(passage, {...rule, action: {kind: 'unknown'}}, state, match)
    return
  }
  const blocksBefore = walk.trace.blocks.length
  const inner = walk.enter(action.chain, state)
  for (const one of inner.accepted) outcome.accepted.add(one)
  for (const one of inner.returned) (action.goto ? outcome.returned : staying).add(one)
  const passesThrough = inner.accepted.size === 0 && inner.returned.size === 1 && inner.returned.has(state)
  const changesNothing = passesThrough && !action.goto && walk.trace.blocks.length === blocksBefore
  if (match === MAYBE && !changesNothing) walk.trace.doubts.add(rule)
}

/** A pattern or size that only data can have, and a rule that would stop it: TCP as such gets through, UDP is data. */
function actsOnPayloadOnly({conditions, action}: Rule, packet: Packet): boolean {
  if (!packet.hasPayload || packet.protocol !== 'tcp' || (action.kind !== 'drop' && action.kind !== 'reject'))
    return false
  return conditions.some(
    condition =>
      (condition.kind === 'payload' || condition.kind === 'length' || readsLength(condition)) &&
      !condition.negated,
  )
}

function readsLength(condition: Condition): condition is Condition & {kind: 'lookup'} {
  return condition.kind === 'lookup' && condition.key.some(({source}) => source.of === 'length')
}

/** Whether a condition that is not decided looks at data. */
function readsPayload(condition: Condition): boolean {
  return condition.kind === 'undecided' && condition.payload
}
