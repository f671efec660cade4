import {access} from 'node:fs/promises'
import {join} from 'node:path'
import type {JournalEntry} from '../engine/repair/journal-entry.ts'

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
  const {recoverInterrupted} = await import('../engine/repair/undoable.ts')
  return recoverInterrupted(directory)
}
