import type {Shell} from '../../contract/command-line.ts'
import {type ScreenTerminal, showOnTerminal} from '../show-on-terminal.ts'
import {UndoApp} from './undo-app.tsx'
import type {StandingChange} from './undo-choices.ts'

/**
 * Asks on a terminal which of the changes to revert. Changes nothing itself.
 *
 * @returns the ids agreed to; null where nothing is to be reverted
 * @throws Interrupted on Ctrl-C, on the end of input, and for an aborted `signal` (then its reason).
 */
export function askWhatToUndo(
  changes: readonly StandingChange[],
  shell: Shell,
  terminal: ScreenTerminal,
): Promise<readonly string[] | null> {
  const {signal} = terminal
  return showOnTerminal(<UndoApp changes={changes} shell={shell} {...(signal && {signal})} />, terminal)
}
