import {minuteText} from '../ui/lines.ts'

/** A change that is in place, and can be reverted. */
export type StandingChange = {
  readonly id: string
  readonly run: string
  readonly title: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** `in place`, `half-applied by an interrupted run`. */
  readonly condition: string
  /** What would be run, ready to paste, in that order. */
  readonly commands: readonly string[]
}

/** Changes that are reverted together. */
export type UndoChoice = {
  readonly label: string
  readonly changes: readonly StandingChange[]
}

/** What can be chosen: the last run as a whole first, then each change, then everything of all runs. Newest first. */
export function undoChoices(changes: readonly StandingChange[]): readonly UndoChoice[] {
  const runs = new Set(changes.map(({run}) => run))
  const ofLastRun = changes.filter(({run}) => run === changes[0]?.run)
  return [
    ...(ofLastRun.length > 1
      ? [{label: `All ${ofLastRun.length} changes of the last run`, changes: ofLastRun}]
      : []),
    ...changes.map(change => ({label: `${change.title} (${minuteText(change.at)})`, changes: [change]})),
    ...(runs.size > 1 ? [{label: `All ${changes.length} changes of all ${runs.size} runs`, changes}] : []),
  ]
}
