import type {StoppedByRouting} from '../../contract/judgement.ts'
import {MAYBE, NO} from '../model/ternary.ts'
import type {DeadEnd} from '../routing/routes.ts'
import {admitsReply} from './reverse-path.ts'
import type {Journey} from './run-hook.ts'
import type {Segment} from './segment.ts'
import type {State} from './state.ts'
import type {Trace} from './trace.ts'
import {waysOf} from './ways.ts'

/**
 * Where every way is a dead end, connect() fails before anything is sent; where some are, it may fail, whatever rules would
 * make of the connection later.
 */
export function openConnection({connection, trace}: Journey, states: Set<State>): Set<State> {
  const opened = new Set<State>()
  for (const state of states) {
    const ways = waysOf(connection, state)
    const stopped = ways.filter(({deadEnd}) => deadEnd)
    const [deadEnd] = stopped.flatMap(({deadEnd}) => deadEnd ?? [])
    if (deadEnd) stopByRouting(trace, state, 'out-syn', 'reject', deadEnd)
    for (const doubt of stopped.flatMap(({doubts}) => doubts)) trace.routeDoubts.add(doubt)
    if (stopped.length < ways.length) opened.add(state)
  }
  return opened
}

function stopByRouting(
  {blocks}: Trace,
  state: State,
  stage: Segment['stage'],
  how: 'drop' | 'reject',
  {by, text}: StoppedByRouting,
): void {
  blocks.push({rule: null, routing: {by, text}, stage, how, certain: true, state})
}

/** What is routed once more, into a dead end, is dropped. */
export function endThere(trace: Trace, {stage}: Segment, states: Set<State>, deadEnd: DeadEnd): Set<State> {
  for (const state of states) stopByRouting(trace, state, stage, 'drop', deadEnd)
  return new Set()
}

/** Leaves out what comes in by another interface than its source would be routed to, where that is asked for. */
export function filterReversePaths(
  {connection, trace}: Journey,
  {stage}: Segment,
  states: Set<State>,
  names: readonly string[],
): Set<State> {
  const admitted = new Set<State>()
  for (const state of states) {
    const answer = admitsReply(connection, state, names)
    if (answer !== NO) admitted.add(state)
    const text = `rp_filter of ${names.join(', ')}`
    if (answer === MAYBE) trace.unclear.add(`${text}, which may drop replies`)
    if (answer === NO) stopByRouting(trace, state, stage, 'drop', {by: 'reverse-path', text})
  }
  return admitted
}
