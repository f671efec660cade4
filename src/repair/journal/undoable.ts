import {UserError} from '../../contract/errors.ts'
import {fewAtOnce} from '../../lib/few-at-once.ts'
import {rebootedSince} from '../undo.ts'
import {type JournalEntry, stands} from './entry.ts'
import {readJournal} from './journal.ts'
import {currentBootId, isRunning} from './process-identity.ts'

/** An entry whose change may still be in effect. */
export type Undoable = {
  readonly entry: JournalEntry
  /**
   * `kept`: proved to have helped. `left-over`: reverting it failed. `interrupted`: its run, or an undo of it, died
   * half-way. `running`: that is at work now.
   */
  readonly state: 'kept' | 'left-over' | 'interrupted' | 'running'
  /** The host was rebooted since, so that what does not persist is gone. */
  readonly rebooted: boolean
}

/**
 * Entries that are in place, newest first. Reads only the journal, not the host.
 * @throws UserError when the journal cannot be read
 */
export async function listUndoable(directory: string): Promise<readonly Undoable[]> {
  return standing(await readJournal(directory))
}

async function standing(entries: readonly JournalEntry[]): Promise<readonly Undoable[]> {
  const bootId = await currentBootId()
  return fewAtOnce(entries.filter(stands).reverse(), async entry => ({
    entry,
    state: await stateOf(entry),
    rebooted: rebootedSince(entry.process, bootId),
  }))
}

async function stateOf(entry: JournalEntry): Promise<Undoable['state']> {
  const worker = entry.undoneBy ?? (entry.result === null ? entry.process : null)
  if (worker === null) return entry.result === 'kept' ? 'kept' : 'left-over'
  return (await isRunning(worker)) ? 'running' : 'interrupted'
}

/**
 * What runs that died half-way have changed, newest first: to be undone before anything else is done. That is all of
 * such a run, also what it had proved and kept before, since it was one answer that was agreed to; of an undo that died,
 * which may have been meant for one entry alone, only that. An entry that died before its first step changed nothing.
 * @throws UserError when the journal cannot be read
 */
export async function recoverInterrupted(directory: string): Promise<readonly JournalEntry[]> {
  const undoable = await listUndoable(directory)
  const died = undoable.filter(({state}) => state === 'interrupted').map(({entry}) => entry)
  const runs = new Set(died.filter(({result}) => result === null).map(({runId}) => runId))
  return undoable
    .filter(({entry, state}) => state !== 'running' && (died.includes(entry) || runs.has(entry.runId)))
    .map(({entry}) => entry)
}

/**
 * What `undo` is to revert: without an id everything of the last run that is still in place; with one that run,
 * entry, or remedy. Empty where nothing of it is in place (any more).
 * @throws UserError for an id that the journal does not know; when the journal cannot be read
 */
export async function selectUndoable(directory: string, id: string | null): Promise<readonly JournalEntry[]> {
  const all = await readJournal(directory)
  const undoable = await standing(all)
  const entries = undoable.filter(({state}) => state !== 'running').map(({entry}) => entry)
  if (id === null) return entries.filter(({runId}) => runId === entries[0]?.runId)
  const named = (entry: JournalEntry) => [entry.id, entry.runId, entry.remedy.id].includes(id)
  if (!all.some(named)) throw unknownId(id, entries)
  return entries.filter(named)
}

/** Entries by their own ids, those still in place; newest first. @throws UserError when the journal cannot be read */
export async function selectEntries(
  directory: string,
  ids: readonly string[],
): Promise<readonly JournalEntry[]> {
  const chosen = new Set(ids)
  const undoable = await listUndoable(directory)
  return undoable
    .filter(({state, entry}) => state !== 'running' && chosen.has(entry.id))
    .map(({entry}) => entry)
}

function unknownId(id: string, entries: readonly JournalEntry[]): UserError {
  const known = entries.map(entry => `${entry.id} (${entry.remedy.id})`)
  return new UserError(
    known.length > 0
      ? `No change with id "${id}". These can be undone: ${known.join(', ')}.`
      : `No change with id "${id}". Nothing to undo.`,
  )
}
