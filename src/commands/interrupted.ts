import {ownCommandText} from '../contract/own-command.ts'
import {openJournal} from '../engine/repair/journal.ts'
import {undoEntries} from '../engine/repair/undo.ts'
import {recoverInterrupted} from '../engine/repair/undoable.ts'
import {UserError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {RunOptions} from '../options/resolve.ts'
import {runCommand} from '../platform/command.ts'
import {undoLine} from './undo-lines.ts'

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
