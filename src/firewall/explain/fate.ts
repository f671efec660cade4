import type {WalkEvent} from '../judge/walk-event.ts'
import type {Rule} from '../model.ts'
import {MAYBE} from '../ternary.ts'
import {lineKey} from './same-rule.ts'

/** What became of the packet in a base chain. `given-up`: it branched in more ways than can be followed. */
export type Fate = {
  readonly kind: 'passed' | 'stopped' | 'open' | 'given-up'
  readonly by: readonly Rule[]
}

export type Act = WalkEvent & {kind: 'act'}

/** @param passed whether the packet may have been let on; null where the walk was given up */
export function fateOf(acts: readonly Act[], passed: boolean | null): Fate {
  if (passed === null) return {kind: 'given-up', by: []}
  const stops = acts.filter(({rule}) => STOPPING.has(rule.action.kind))
  if (stops.length === 0) {
    return {kind: 'passed', by: distinct(acts.filter(({rule}) => PASSING.has(rule.action.kind)))}
  }
  if (passed) return {kind: 'open', by: distinct(acts.filter(leavesOpen))}
  const certain = stops.filter(({match}) => match !== MAYBE)
  return {kind: 'stopped', by: distinct(certain.length > 0 ? certain : stops).slice(-1)}
}

const STOPPING: ReadonlySet<string> = new Set(['drop', 'reject', 'unknown'])
const PASSING: ReadonlySet<string> = new Set(['accept', 'destination-nat', 'source-nat'])
const STEERING: ReadonlySet<string> = new Set([...STOPPING, ...PASSING, 'return', 'call', 'choose'])

function leavesOpen({rule: {action}, match}: Act): boolean {
  return action.kind === 'unknown' || (match === MAYBE && STEERING.has(action.kind))
}

function distinct(acts: readonly Act[]): Rule[] {
  return [...new Map(acts.map(({rule}) => [lineKey(rule), rule])).values()]
}
