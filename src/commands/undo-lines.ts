import {commandLine, type Shell, shellOf, undoText} from '../contract/command-line.ts'
import type {UndoEvent, UndoStepOutcome} from '../engine/repair/undo.ts'
import {printableLine} from '../report/printable.ts'

/** One line for each thing that an undo did, safe for a terminal; null for events that need none. */
export function undoLine(event: UndoEvent): string | null {
  const line = lineOf(event)
  return line === null ? null : printableLine(line)
}

function lineOf(event: UndoEvent): string | null {
  switch (event.type) {
    case 'undo-started':
      return null
    case 'undo-waits':
      return `WAITING ${event.step.title}: a command of the interrupted run is still running (process ${event.processes.join(', ')}); waiting for up to ${event.atMostMs / 1_000} s`
    case 'undo-step-finished': {
      const {step, result} = event
      const shell = shellOf(process.platform)
      switch (result.outcome) {
        case 'undone':
          return `UNDONE  ${step.title}: ${undoText(step, shell)}`
        case 'already-removed': {
          const unseen = result.unexamined
            ? '; a changed copy may be in place, which could not be checked'
            : ''
          return `GONE    ${step.title}: already removed by somebody else${unseen}`
        }
        case 'still-needed':
          return `KEPT    ${step.title}: another fix needs it`
        case 'gone-since-reboot':
          return `GONE    ${step.title}: it did not survive the reboot`
        case 'changed':
          return `LEFT    ${step.title}: ${changedWords(result, shell)}`
        case 'failed':
          return `FAILED  ${step.title}: ${result.reason}; run this command yourself: ${undoText(step, shell)}`
      }
      break
    }
    case 'undo-finished':
      return event.result === 'undone'
        ? `Reverted: ${event.entry}`
        : `Not completely reverted: ${event.entry}`
  }
}

type Changed = Extract<UndoStepOutcome, {outcome: 'changed'}>

function changedWords({undone, left}: Changed, shell: Shell): string {
  const isMarked = left.length === 0 || left.some(({marked}) => marked)
  const what = undone
    ? 'reverted, but a copy of the change is still in place'
    : isMarked
      ? 'changed by somebody else, so not reverted and still in place'
      : 'already removed by somebody else, but another rule allows the same'
  const each = left.map(({text, remove}) => `\`${text}\`; to remove it, run: ${commandLine(remove, shell)}`)
  return each.length === 0 ? what : `${what}: ${each.join('; and ')}`
}
