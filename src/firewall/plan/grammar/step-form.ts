import type {Step} from '../../../contract/remedy.ts'
import {type Bound, matchCommand, matchText, type Word, type Words} from './pattern.ts'

/** One form that a step of a plan may have. A member that is left out is one that the step must not have. */
export type StepForm = {
  /** What it is, for people: a noun. */
  readonly name: string
  readonly do: Words
  readonly undo: Words
  readonly alreadyDone: Words | null
  readonly mark?: Word
  readonly edits?: Word
  /** The step may have this test, or none. */
  readonly test?: Words
  readonly input?: Word
  readonly sharedIn?: Word
  readonly afterUndo?: Words
  readonly verify?: Words
}

/** @returns what the slots of the form are bound to, or null for a step of another form */
export function matchStep(form: StepForm, step: Step, remedy: Bound): Bound | null {
  if (step.test !== undefined && form.test === undefined) return null
  let bound: Bound | null = matchCommand(form.do, step.do, remedy)
  bound = bound && matchCommand(form.undo, step.undo, bound)
  bound = bound && matchMaybe(matchCommand, form.alreadyDone, step.alreadyDone, bound)
  if (step.test !== undefined) bound = bound && matchMaybe(matchCommand, form.test, step.test, bound)
  for (const member of ['afterUndo', 'verify'] as const) {
    bound = bound && matchMaybe(matchCommand, form[member], step[member], bound)
  }
  for (const member of ['mark', 'edits', 'sharedIn', 'input'] as const) {
    bound = bound && matchMaybe(matchText, form[member], step[member], bound)
  }
  return bound
}

function matchMaybe<Pattern, Value>(
  match: (pattern: Pattern, value: Value, bound: Bound) => Bound | null,
  pattern: Pattern | null | undefined,
  value: Value | null | undefined,
  bound: Bound,
): Bound | null {
  const isLeftOut = (pattern ?? null) === null
  if (isLeftOut || (value ?? null) === null) return isLeftOut && (value ?? null) === null ? bound : null
  return match(pattern as Pattern, value as Value, bound)
}
