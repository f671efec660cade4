import {openJournal} from '../engine/repair/journal.ts'
import {undoEntries} from '../engine/repair/undo.ts'
import {recoverInterrupted} from '../engine/repair/undoable.ts'
import {UserError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {RunOptions} from '../options/resolve.ts'
import {runCommand} from '../platform/command.ts'
import {undoLine} from './undo-lines.ts'

/**
 * Takes back what a run that died half-way left behind, telling it on stderr. The caller holds the lock.
 *
 * @throws UserError (exit 4) when something could not be taken back
 */
export async function undoInterrupted(
  directory: string,
  {quiet}: Pick<RunOptions, 'quiet'>,
  signal: AbortSignal,
): Promise<void> {
  const entries = await recoverInterrupted(directory)
  if (entries.length === 0) return
  const journal = await openJournal(directory)
  for await (const event of undoEntries({entries, journal, runCommand, signal})) {
    const line = undoLine(event)
    if (line !== null && !quiet) process.stderr.write(`From an interrupted run: ${line}\n`)
    if (event.type === 'undo-finished' && event.result === 'failed') {
      throw new UserError(
        `What an interrupted run left behind could not be taken back; run \`drs-onboard undo ${event.entry}\` to see why, and start again.`,
        EXIT.remedyFailed,
      )
    }
  }
}
