import {reachableActions} from '../model/reachable.ts'
import type {RuleSet} from '../model/rules.ts'

/** Sets behind a test that rules change while packets pass, by what their names are beyond their table. */
export type ChangingSets = readonly string[]

/** Stands for whatever sets there are: something unknown was done. */
export const ANY_SET = '*'

/** What is known of the sets that rules change while packets pass. */
export type SetKnowledge = {
  /** Those that packets of the question may have changed; null: any. All others are as captured. */
  readonly open: ReadonlySet<string> | null
  /** Those that were asked for while they were open. */
  readonly asked: Set<string>
}

/** For who does not ask twice. */
export const NOTHING_KNOWN: SetKnowledge = {open: null, asked: new Set()}

/** Whether what a test looks into may not be as captured any more. */
export function mayHaveChanged(changing: ChangingSets | undefined, {open, asked}: SetKnowledge): boolean {
  if (changing === undefined) return false
  const now = changing.filter(set => open === null || open.has(set))
  for (const set of now) asked.add(set)
  return now.length > 0
}

/**
 * What is known after a question was asked: all that its packets can change is among what they changed, since nothing
 * that might have been on their way was left out. Null where it is no more than before.
 */
export function settled(
  {asked}: SetKnowledge,
  changed: ReadonlySet<string>,
  alsoChanged: () => ReadonlySet<string>,
): SetKnowledge | null {
  if (asked.size === 0) return null
  const open = new Set([...changed, ...alsoChanged()])
  if (open.has(ANY_SET) || [...asked].every(set => open.has(set))) return null
  return {open, asked: new Set()}
}

/** Every set that some rule changes. */
export function changedByRules(ruleSet: RuleSet): ReadonlySet<string> {
  const changed = new Set<string>()
  for (const action of reachableActions(ruleSet.bases.map(({chain}) => chain))) {
    if (action.kind === 'change-set') changed.add(action.set)
    if (action.kind === 'unknown') changed.add(ANY_SET)
  }
  return changed
}
