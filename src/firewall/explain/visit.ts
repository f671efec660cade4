import type {WalkEvent} from '../evaluate/trace.ts'
import type {BaseChain, Chain, Rule} from '../model/rules.ts'
import {MAYBE} from '../model/ternary.ts'
import {lineKey} from './same-rule.ts'

type Segment = (WalkEvent & {kind: 'base'})['segment']

/** How a rule took the packet. `part`: its first statements acted, the rest did not match. */
export type Matched = 'yes' | 'maybe' | 'part'

export type VisitedRule = {
  readonly rule: Rule
  readonly matched: Matched
  /** The chains that it sent the packet to. */
  readonly calls: readonly VisitedChain[]
}

export type VisitedChain = {
  readonly chain: Chain
  /** The packet came by before on this way: what happened is not told twice. */
  readonly again: boolean
  /** Those that matched, or may have, in their order. */
  readonly rules: readonly VisitedRule[]
}

/** One packet of the connection in one base chain. */
export type Visit = {
  readonly base: BaseChain
  /** Numeric priority of the chain in its hook. */
  readonly priority: number
  readonly segment: Segment
  /** The packet has come back in over `lo`. */
  readonly looped: boolean
  readonly root: VisitedChain
  readonly fate: Fate
}

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
