import type {Stage} from '../../contract/judgement.ts'
import type {Packet} from '../model/packet.ts'
import type {BaseChain, Chain, Rule} from '../model/rules.ts'
import {NO, YES} from '../model/ternary.ts'
import {apply} from './apply.ts'
import {matchRule} from './match.ts'
import type {State} from './state.ts'
import {NotUniform, TooManyPaths, type Trace, type Walk, type WalkOutcome} from './trace.ts'

const NOT_UNIFORM = new NotUniform()

const MAX_STATES = 64

/** What has become of each state in each chain: the same state fares the same again. */
type Memo = Map<Chain, Map<State, WalkOutcome>>

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
  const memo: Memo = new Map()
  const walk: Walk = {
    nat: base.nat,
    outgoing: base.hook === 'output',
    trace,
    stage,
    packetOf,
    open: new Set(),
    enter: (chain, state) => walkChain(walk, memo, chain, state),
  }
  const passed = new Set<State>()
  for (const state of states) {
    const {accepted, returned} = walk.enter(base.chain, state)
    for (const one of accepted) passed.add(one)
    for (const one of returned) applyPolicy(walk, base.policy, one, passed)
  }
  if (passed.size > MAX_STATES) throw new TooManyPaths()
  return passed
}

function applyPolicy(walk: Walk, policy: Rule, state: State, passed: Set<State>): void {
  const outcome: WalkOutcome = {accepted: passed, returned: passed}
  apply({walk, outcome, staying: passed}, policy, state, YES)
}

function walkChain(walk: Walk, memo: Memo, chain: Chain, entry: State): WalkOutcome {
  const byState = memo.get(chain) ?? new Map<State, WalkOutcome>()
  memo.set(chain, byState)
  const known = byState.get(entry)
  const {trace} = walk
  trace.record?.({kind: 'chain', chain, again: known !== undefined})
  if (known) {
    trace.record?.({kind: 'chain-end'})
    return known
  }
  const outcome: WalkOutcome = {accepted: new Set(), returned: new Set()}
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
function stepOne(walk: Walk, rule: Rule, current: State[], outcome: WalkOutcome): State[] {
  const [state] = current
  if (!state) return current
  const match = matchRule(rule, walk.packetOf(state), walk.trace.partiality)
  if (match === NO) return current
  const staying = new Set<State>()
  apply({walk, outcome, staying}, rule, state, match)
  return [...staying]
}

function stepAll(walk: Walk, rule: Rule, current: readonly State[], outcome: WalkOutcome): State[] {
  const staying = new Set<State>()
  for (const state of current) {
    const match = matchRule(rule, walk.packetOf(state), walk.trace.partiality)
    if (match === NO) staying.add(state)
    else apply({walk, outcome, staying}, rule, state, match)
  }
  if (staying.size > MAX_STATES) throw new TooManyPaths()
  return [...staying]
}
