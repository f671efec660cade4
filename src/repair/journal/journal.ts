import {randomBytes} from 'node:crypto'
import {readdir} from 'node:fs/promises'
import {UserError} from '../../contract/errors.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import type {Remedy} from '../../contract/remedy.ts'
import {misfitOf} from '../../firewall/plan/grammar/forms.ts'
import {fewAtOnce} from '../../lib/few-at-once.ts'
import {errnoOf} from '../../platform/files/file-error.ts'
import {makeDirectory, replaceFile} from '../../platform/files/write.ts'
import {byAge, isEntryId, JOURNAL_VERSION, type JournalEntry, type JournalStepState} from './entry.ts'
import {entriesDirectory, entryPath, type OpenEntry, openEntry, serialize} from './open-entry.ts'
import {type ProcessIdentity, thisProcess} from './process-identity.ts'
import {readEntryFile, unreadable} from './read-entry.ts'
import {cannotRecord, prepareStateDirectory, requireTrusted} from './state-directory.ts'

/** The journal of one run. The run holds the state directory's lock meanwhile. */
export type Journal = {
  readonly directory: string
  readonly runId: string
  /** An id for the next entry; it names nothing until `begin` is called with it. */
  newId(): string
  /** Records what is about to be done. @throws UserError when that is impossible; nothing has been changed then */
  begin(
    id: string,
    remedy: Remedy,
    steps: readonly JournalStepState[],
    confirmBy?: string | null,
  ): Promise<OpenEntry>
  /** Opens an entry of an earlier run, to undo it. */
  reopen(entry: JournalEntry): OpenEntry
}

/** @throws UserError when the directory cannot be created, or is not this user's alone */
export async function openJournal(directory: string): Promise<Journal> {
  await prepareStateDirectory(directory)
  const owner = await thisProcess()
  const runId = newRunId(new Date())
  let count = 0
  let sequence = 0
  return {
    directory,
    runId,
    newId() {
      count += 1
      return `${runId}-${String(count).padStart(2, '0')}`
    },
    async begin(id, remedy, steps, confirmBy = null) {
      const misfit = misfitOf(remedy)
      // What the journal would not undo is not done.
      if (misfit !== null) throw new Error(`the change ${remedy.id} cannot be recorded: ${misfit}`)
      // Read again each time: between two repairs of a wizard another run may have written.
      sequence = Math.max(sequence, highestOf(await readJournal(directory))) + 1
      const entry = newEntry({id, runId, sequence, remedy, steps, confirmBy, owner})
      try {
        await makeDirectory(entriesDirectory(directory))
        await replaceFile(entryPath(directory, id), serialize(entry), {own: true})
      } catch (error) {
        throw cannotRecord(entriesDirectory(directory), error)
      }
      return openEntry(directory, entry, owner)
    },
    reopen: entry => openEntry(directory, entry, owner),
  }
}

/**
 * All entries, oldest first; none where nothing was ever changed.
 * @throws UserError naming the file that cannot be understood, or that is not to be trusted
 */
export async function readJournal(directory: string): Promise<readonly JournalEntry[]> {
  if (!(await requireTrusted(directory))) return []
  let names: string[]
  try {
    names = await readdir(entriesDirectory(directory))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw unreadable(entriesDirectory(directory), error)
  }
  const ids = names.filter(name => name.endsWith('.json')).map(name => name.slice(0, -'.json'.length))
  const entries = await fewAtOnce(ids, id => readEntryFile(directory, id).catch(ifGone))
  return entries.filter(entry => entry !== null).sort(byAge)
}

/** Another run may have pruned it meanwhile. */
function ifGone(error: unknown): null {
  if (error instanceof UserError && errnoOf(error.cause) === 'ENOENT') return null
  throw error
}

/** @throws UserError where it is missing, cannot be understood, or is not to be trusted */
export async function readEntry(directory: string, id: string): Promise<JournalEntry> {
  if (!isEntryId(id))
    throw new UserError(
      `${id} is not the id of a journal entry; see \`${ownCommandText('undo', '--list')}\`.`,
    )
  await requireTrusted(directory)
  return readEntryFile(directory, id)
}

type NewEntry = Pick<JournalEntry, 'id' | 'runId' | 'sequence' | 'steps'> & {
  remedy: Remedy
  confirmBy: string | null
  owner: ProcessIdentity
}

function newEntry({id, runId, sequence, remedy: planned, steps, confirmBy, owner}: NewEntry): JournalEntry {
  const startedAt = new Date().toISOString()
  // Undoing goes by the steps alone.
  const {preview: _, ...remedy} = planned
  return {
    schemaVersion: JOURNAL_VERSION,
    id,
    runId,
    sequence,
    remedy,
    startedAt,
    process: owner,
    steps,
    result: null,
    reason: null,
    ...(confirmBy === null ? {} : {confirmBy}),
  }
}

function highestOf(entries: readonly JournalEntry[]): number {
  return entries.reduce((highest, {sequence = 0}) => Math.max(highest, sequence), 0)
}

/** `20250131T094500123-k3f9`: sorts by time, is a file name everywhere, and can be read out over the phone. */
function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:.Z]/g, '')
  return `${time}-${randomBytes(2).toString('hex')}`
}
