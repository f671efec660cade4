import {access} from 'node:fs/promises'
import {join} from 'node:path'
import {UserError} from '../../contract/errors.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {printableLine} from '../../lib/printable.ts'
import type {RunOptions} from '../../options/resolve.ts'
import {runCommand} from '../../platform/process/command.ts'
import type {JournalEntry} from '../../repair/journal/entry.ts'
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

/**
 * What runs that died half-way left behind. Most servers have no journal, and then nothing that reads one is loaded.
 *
 * @throws UserError when the journal cannot be read
 */
export async function interruptedEntries(directory: string): Promise<readonly JournalEntry[]> {
  const hasJournal = await access(join(directory, 'journal')).then(
    () => true,
    // Whatever else than absence is wrong with it, reading it tells.
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
  if (!hasJournal) return []
  const {recoverInterrupted} = await import('../../repair/journal/undoable.ts')
  return recoverInterrupted(directory)
}

/** Says on stderr that a run died half-way, for commands that change nothing themselves. */
export async function warnOfInterrupted(directory: string): Promise<void> {
  try {
    const entries = await interruptedEntries(directory)
    if (entries.length === 0) return
    process.stderr.write(
      `An earlier run was interrupted, and ${entries.map(describe).join(', ')}; ` +
        `revert it with \`${ownCommandText('undo')}\`.\n`,
    )
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    // What cannot be read matters to `fix` and `undo`, which refuse to work; a check can still be made.
    process.stderr.write(`${printableLine(error.message)}\n`)
  }
}

function describe({remedy, result}: JournalEntry): string {
  return `${remedy.id} is ${result === 'kept' ? 'in place' : 'half-applied'}`
}
