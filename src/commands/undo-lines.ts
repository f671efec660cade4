import {shellOf, undoText} from '../contract/command-line.ts'
import type {UndoEvent} from '../engine/repair/undo.ts'

/** One line for each thing that an undo did; null for events that need none. */
export function undoLine(event: UndoEvent): string | null {
  switch (event.type) {
    case 'undo-started':
      return null
    case 'undo-waits':
      return `WAITING ${event.step.title}: a command of the run that died is still at work (process ${event.processes.join(', ')}); waiting for up to ${event.atMostMs / 1_000} s`
    case 'undo-step-finished': {
      const {step, result} = event
      const shell = shellOf(process.platform)
      switch (result.outcome) {
        case 'undone':
          return `UNDONE  ${step.title}: ${undoText(step, shell)}`
        case 'already-removed':
          return `GONE    ${step.title}: somebody had already removed it`
        case 'gone-since-reboot':
          return `GONE    ${step.title}: it did not outlive the reboot`
        case 'failed':
          return `FAILED  ${step.title}: ${result.reason}; run this by hand: ${undoText(step, shell)}`
      }
      break
    }
    case 'undo-finished':
      return event.result === 'undone'
        ? `Taken back: ${event.entry}`
        : `Not wholly taken back: ${event.entry}`
  }
}
