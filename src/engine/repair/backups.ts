import {rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {describeFileError, errnoOf} from '../../platform/files/file-error.ts'
import {LIMIT, readSystemBytes} from '../../platform/files/read.ts'
import {makeDirectory, replaceFile} from '../../platform/files/write.ts'

/** A file that a step edits, and where it was copied to before. */
export type Backup = {readonly of: string; readonly copy: string}

/**
 * Copies a file beside the journal, readable by the state directory's owner alone; on the disk when the call returns.
 * @returns null where there is no such file
 * @throws Error that says, in one clause, why it could not be copied
 */
export async function makeBackup(directory: string, entryId: string, path: string): Promise<Backup | null> {
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
