import {rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {UserError} from '../../contract/errors.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import {describeFileError, errnoOf} from '../../platform/files/file-error.ts'
import {LIMIT, readSystemBytes} from '../../platform/files/read.ts'
import {makeDirectory, replaceFile} from '../../platform/files/write.ts'
import {editStands, type JournalEntry, type JournalStepState} from './entry.ts'
import type {ProcessIdentity} from './process-identity.ts'

/** The record of a change that is under way could not be written. */
export class JournalWriteError extends UserError {
  /** A clause that says what happened, for use inside a sentence. */
  readonly clause: string

  constructor(path: string, cause: unknown) {
    const clause = `the journal ${path} cannot be written (${describeFileError(cause)})`
    super(`Stopped: ${clause}; free some space there and start again.`, EXIT.remedyFailed, {cause})
    this.name = 'JournalWriteError'
    this.clause = clause
  }
}

/** One entry, whose every change is on the disk when the call returns. */
export type OpenEntry = {
  readonly entry: JournalEntry
  setStep(index: number, state: JournalStepState): Promise<void>
  /**
   * Copies a file that a step is about to edit, once. The copy goes when the entry is closed with no such step left.
   * @returns null, or why it could not be copied, as a clause
   */
  backUp(path: string): Promise<string | null>
  /** The remedy was proved before its time was up. */
  confirm(): Promise<void>
  /** This process reverts the entry; until `close`, its death leaves the entry interrupted. */
  claim(): Promise<void>
  close(result: NonNullable<JournalEntry['result']>, reason: string | null): Promise<void>
}

export function openEntry(directory: string, first: JournalEntry, owner: ProcessIdentity): OpenEntry {
  let entry = first
  const path = entryPath(directory, first.id)
  const write = async (next: JournalEntry) => {
    try {
      await replaceFile(path, serialize(next), {own: true})
    } catch (error) {
      throw new JournalWriteError(path, error)
    }
    entry = next
  }
  return {
    get entry() {
      return entry
    },
    setStep: (index, state) =>
      write({...entry, steps: entry.steps.map((old, at) => (at === index ? state : old))}),
    async backUp(file) {
      const backups = entry.backups ?? []
      if (backups.some(({of}) => of === file)) return null
      try {
        const backup = await makeBackup(directory, entry.id, file)
        if (backup) await write({...entry, backups: [...backups, backup]})
        return null
      } catch (error) {
        if (error instanceof JournalWriteError || !(error instanceof Error)) throw error
        return error.message
      }
    },
    confirm: () => write({...entry, confirmed: true}),
    claim: () => write({...entry, undoneBy: owner}),
    async close(result, reason) {
      const {undoneBy: _, backups, ...closed} = entry
      const needed =
        backups !== undefined && (editStands(entry) || !(await removeBackups(directory, entry.id)))
      await write({...closed, ...(needed ? {backups} : {}), result, reason})
    },
  }
}

export const entriesDirectory = (directory: string) => join(directory, 'journal')

export const entryPath = (directory: string, id: string) => join(entriesDirectory(directory), `${id}.json`)

export const serialize = (entry: JournalEntry) => `${JSON.stringify(entry, null, 2)}\n`

/** A file that a step edits, and where it was copied to before. */
type Backup = {readonly of: string; readonly copy: string}

/**
 * Copies a file beside the journal, readable by the state directory's owner alone; on the disk when the call returns.
 * @returns null where there is no such file
 * @throws Error that says, in one clause, why it could not be copied
 */
async function makeBackup(directory: string, entryId: string, path: string): Promise<Backup | null> {
  const copy = copyPath(directory, entryId, path)
  try {
    const content = await readSystemBytes(path, {limit: LIMIT.rules})
    await makeDirectory(dirname(copy))
    await replaceFile(copy, content, {own: true})
    return {of: path, copy}
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw new Error(`${path} cannot be copied to ${copy} (${describeFileError(error)})`, {cause: error})
  }
}

/** @returns whether they are gone */
export async function removeBackups(directory: string, entryId: string): Promise<boolean> {
  return rm(backupsOf(directory, entryId), {recursive: true, force: true}).then(
    () => true,
    () => false,
  )
}

/** Where the copy of a file belongs. @param path absolute */
export const copyPath = (directory: string, entryId: string, path: string) =>
  join(backupsOf(directory, entryId), path)

const backupsOf = (directory: string, entryId: string) => join(directory, 'backups', entryId)
