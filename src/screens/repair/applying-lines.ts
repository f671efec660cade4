import type {Remedy} from '../../contract/remedy.ts'
import type {RemedyResult} from '../../engine/events.ts'
import type {Session, StepState} from '../../engine/session.ts'
import {proofText} from '../../report/lines.ts'
import {fact, type Line} from '../ui/lines.ts'
import type {MarkName} from '../ui/theme.ts'
import {previewLines} from './remedy-lines.ts'

const STEP_MARKS: Record<StepState, MarkName> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  'already-done': 'done',
  failed: 'fail',
  undone: 'taken-back',
}

const STEP_NOTES: Partial<Record<StepState, string>> = {
  'already-done': ' (already in place)',
  failed: ' (failed)',
  undone: ' (reverted)',
}

const RESULT_LINES: Record<RemedyResult, {readonly mark: MarkName; readonly text: string}> = {
  kept: {mark: 'pass', text: 'Verified and kept.'},
  'rolled-back': {mark: 'taken-back', text: 'Reverted.'},
  failed: {mark: 'fail', text: 'It could not be applied.'},
}

/** Each remedy with its steps as they go on, and how it ended. */
export function applyingLines(session: Session, remedyIds: readonly string[]): readonly Line[] {
  const meant = new Set([...remedyIds, ...(session.replaced?.keys() ?? [])])
  const remedies = session.plan?.remedies.filter(({id}) => meant.has(id)) ?? []
  return remedies.flatMap(remedy => [
    {text: remedy.title, tone: 'strong'} satisfies Line,
    ...replacementLines(session, remedy),
    ...stepStates(session, remedy),
    ...(isProving(session, remedy) ? [PROVING] : []),
    ...resultLines(session, remedy),
  ])
}

/** What a remedy changes that nobody has seen before it was applied. */
function replacementLines({replaced}: Session, remedy: Remedy): readonly Line[] {
  const title = replaced?.get(remedy.id)
  if (title === undefined) return []
  return [
    {text: `The rules have changed: this replaces “${title}”.`, tone: 'caution', indent: 2},
    ...previewLines(remedy),
  ]
}

const PROVING: Line = {
  text: 'Verifying: re-checking the rules and connecting',
  mark: 'running',
  indent: 2,
}

/** Whether what a remedy does at once is done, and it is not yet known whether it helps. */
function isProving({steps, applied}: Session, {id, steps: planned}: Remedy): boolean {
  const states = steps.get(id)
  if (states === undefined || applied.some(({remedy}) => remedy === id)) return false
  const later = planned.flatMap(({lasting}, at) => (lasting ? [states[at]] : []))
  const now = planned.flatMap(({lasting}, at) => (lasting ? [] : [states[at]]))
  return now.every(isDone) && later.every(state => state === 'waiting' || state === undefined)
}

function isDone(state: StepState | undefined): boolean {
  return state === 'done' || state === 'already-done'
}

function stepStates({steps}: Session, remedy: Remedy): readonly Line[] {
  const states = steps.get(remedy.id)
  return remedy.steps.map((step, at) => {
    const state = states?.[at] ?? 'waiting'
    return {text: `${step.title}${STEP_NOTES[state] ?? ''}`, mark: STEP_MARKS[state], indent: 2}
  })
}

function resultLines({applied}: Session, remedy: Remedy): readonly Line[] {
  const last = applied.findLast(entry => entry.remedy === remedy.id)
  if (last === undefined) return []
  const {mark, text} = RESULT_LINES[last.result]
  const proof = proofText(last.probes)
  return [
    {mark, text: last.reason ?? text, indent: 2},
    ...(proof === null ? [] : [{...fact('Tested', proof), indent: 2}]),
  ]
}
