import {join} from 'node:path'
import {UserError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {describeFileError} from '../../platform/files/file-error.ts'
import {replaceFile} from '../../platform/files/write.ts'
import {makeBackup, removeBackups} from './backups.ts'
import {editStands, type JournalEntry, type JournalStepState} from './journal-entry.ts'
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
