import {access} from 'node:fs/promises'
import {join} from 'node:path'
import {UserError} from '../../contract/errors.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {printableLine} from '../../lib/printable.ts'
import type {JournalEntry} from '../../repair/journal/entry.ts'

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
