import type {Queues} from '../host/queues.ts'
import {NEVER, UNDECIDED} from '../iptables/context.ts'
import type {Condition} from '../model/condition.ts'
import type {Action, Chain, RuleSource} from '../model/rules.ts'
import type {MatchContext} from './matches.ts'
import type {TableSets} from './tables.ts'

export type RuleContext = MatchContext & {
  readonly sets: TableSets
  /** Null when there is no such chain. */
  readonly chainOf: (name: string) => Chain | null
  readonly source: RuleSource
  readonly queues: Queues
}

/** What one statement comes to: tests, then steps, and last of all at most one thing that ends the rule. */
export type Effect =
  | {readonly kind: 'tests'; readonly conditions: readonly Condition[]}
  | {readonly kind: 'acts'; readonly conditions: readonly Condition[]; readonly actions: readonly Action[]}
  | {readonly kind: 'ends'; readonly conditions: readonly Condition[]; readonly action: Action}
  | {readonly kind: 'chooses'; readonly key: unknown; readonly data: unknown; readonly actionOf: ActionOf}

export type ActionOf = (value: unknown) => Action

export const NOTHING: Effect = {kind: 'tests', conditions: []}
export const OPEN: Effect = {kind: 'tests', conditions: [UNDECIDED]}
export const MISSED: Effect = {kind: 'tests', conditions: [NEVER]}
export const UNKNOWN: Action = {kind: 'unknown'}
export const CONTINUE: Action = {kind: 'continue'}

export function ends(action: Action, ...conditions: readonly Condition[]): Effect {
  return {kind: 'ends', action, conditions}
}
