import {randomBytes} from 'node:crypto'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {Remedy} from '../../contract/remedy.ts'
import {UserError} from '../../errors.ts'
import {describeFileError, errnoOf} from '../../platform/files/file-error.ts'
import {readSystemFile} from '../../platform/files/read.ts'
import {makeDirectory, replaceFile} from '../../platform/files/write.ts'
import {JOURNAL_VERSION, type JournalEntry, type JournalStepState, journalEntry} from './journal-entry.ts'
import {entriesDirectory, entryPath, type OpenEntry, openEntry, serialize} from './open-entry.ts'
import {type ProcessIdentity, thisProcess} from './process-identity.ts'
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
  return {
    directory,
    runId,
    newId() {
      count += 1
      return `${runId}-${String(count).padStart(2, '0')}`
    },
    async begin(id, remedy, steps, confirmBy = null) {
      const entry = newEntry({id, runId, remedy, steps, confirmBy, owner})
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
 * @throws UserError naming the file that cannot be understood
 */
export async function readJournal(directory: string): Promise<readonly JournalEntry[]> {
  if (!(await requireTrusted(directory))) return []
  const entries = entriesDirectory(directory)
  let names: string[]
  try {
    names = await readdir(entries)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw unreadable(entries, describeFileError(error))
  }
  const files = names.filter(name => name.endsWith('.json')).sort()
  return Promise.all(files.map(name => readEntry(join(entries, name))))
}

/** @throws UserError where it is missing, or cannot be understood */
export async function readEntry(path: string): Promise<JournalEntry> {
  let data: unknown
  try {
    data = JSON.parse(await readSystemFile(path, {follow: false}))
  } catch (error) {
    throw unreadable(path, describeFileError(error))
  }
  const version =
    typeof data === 'object' && data !== null && 'schemaVersion' in data ? data.schemaVersion : null
  if (typeof version === 'number' && version > JOURNAL_VERSION) {
    throw new UserError(
      `The journal ${path} was written by a newer drs-onboard (version ${version} of the format), so nothing was changed; use that release.`,
    )
  }
  const parsed = journalEntry.safeParse(data)
  if (!parsed.success) throw unreadable(path, 'it is not a journal entry')
  if (parsed.data.steps.length !== parsed.data.remedy.steps.length)
    throw unreadable(path, 'its steps do not match')
  return parsed.data
}

function unreadable(path: string, why: string): UserError {
  return new UserError(
    `The journal ${path} cannot be understood (${why}), so nothing was changed; restore it from a backup, or move it away to give up its undo.`,
  )
}

type NewEntry = Pick<JournalEntry, 'id' | 'runId' | 'steps'> & {
  remedy: Remedy
  confirmBy: string | null
  owner: ProcessIdentity
}

function newEntry({id, runId, remedy: planned, steps, confirmBy, owner}: NewEntry): JournalEntry {
  const startedAt = new Date().toISOString()
  // Undoing goes by the steps alone.
  const {preview: _, ...remedy} = planned
  return {
    schemaVersion: JOURNAL_VERSION,
    id,
    runId,
    remedy,
    startedAt,
    process: owner,
    steps,
    result: null,
    reason: null,
    ...(confirmBy === null ? {} : {confirmBy}),
  }
}

/** `20250131T094500123-k3f9`: sorts by time, is a file name everywhere, and can be read out over the phone. */
function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:.Z]/g, '')
  return `${time}-${randomBytes(2).toString('hex')}`
}
