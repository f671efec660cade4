import type {Remedy} from '../../contract/remedy.ts'
import type {RemedyResult} from '../../engine/events.ts'
import type {Session, StepState} from '../../engine/session.ts'
import type {MarkName} from '../theme.ts'
import type {Line} from './lines.ts'

const STEP_MARKS: Record<StepState, MarkName> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  'already-done': 'done',
  failed: 'fail',
  undone: 'taken-back',
}

const STEP_NOTES: Partial<Record<StepState, string>> = {
  'already-done': ' (was in place already)',
  failed: ' (failed)',
  undone: ' (taken back)',
}

const RESULT_LINES: Record<RemedyResult, {readonly mark: MarkName; readonly text: string}> = {
  kept: {mark: 'pass', text: 'It helped, and is kept.'},
  'rolled-back': {mark: 'taken-back', text: 'It was taken back.'},
  failed: {mark: 'fail', text: 'It could not be applied.'},
}

/** Each remedy with its steps as they go on, and how it ended. */
export function applyingLines(session: Session, remedyIds: readonly string[]): readonly Line[] {
  const remedies = session.plan?.remedies.filter(({id}) => remedyIds.includes(id)) ?? []
  return remedies.flatMap(remedy => [
    {text: remedy.title, tone: 'strong'} satisfies Line,
    ...stepStates(session, remedy),
    ...resultLines(session, remedy),
  ])
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
  return [{mark, text: last.reason ?? text, indent: 2}]
}
