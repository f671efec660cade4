import {UserError} from '../../contract/errors.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import type {RunOptions} from '../../options/resolve.ts'
import {runCommand} from '../../platform/process/command.ts'
import {openJournal} from '../../repair/journal/journal.ts'
import {recoverInterrupted} from '../../repair/journal/undoable.ts'
import {undoEntries} from '../../repair/undo.ts'
import {undoLine} from '../undo/print.ts'

/**
 * Reverts what runs that died half-way have changed, telling it on stderr. The caller holds the lock.
 *
 * @throws UserError (exit 4) that names what could not be reverted, once the rest is
 */
export async function undoInterrupted(
  directory: string,
  {quiet}: Pick<RunOptions, 'quiet'>,
  signal: AbortSignal,
): Promise<void> {
  const entries = await recoverInterrupted(directory)
  if (entries.length === 0) return
  const journal = await openJournal(directory)
  const failed: string[] = []
  for await (const event of undoEntries({entries, journal, runCommand, signal})) {
    const line = undoLine(event)
    if (line !== null && !quiet) process.stderr.write(`From an interrupted run: ${line}\n`)
    if (event.type === 'undo-finished' && event.result === 'failed') failed.push(event.entry)
  }
  if (failed.length === 0) return
  const commands = failed.map(id => `\`${ownCommandText('undo', id)}\``).join(' and ')
  throw new UserError(
    `An interrupted run could not be reverted; run ${commands} to see why, then start again.`,
    EXIT.remedyFailed,
  )
}
