import {constants} from 'node:fs'
import {type FileHandle, open, rename, rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {UserError} from '../../errors.ts'
import {errorCode} from './wait.ts'

/** A file that is being written beside its final name, and appears under that only when it is complete. */
export type PartialFile = {
  write(chunk: Uint8Array): Promise<void>
  /** Drops everything written so far. */
  restart(): Promise<void>
  /** Puts the file in place, durably, and returns its path. */
  keep(): Promise<string>
  /** Removes it, unless it was kept. */
  discard(): Promise<void>
}

/** rwxr-xr-x: an installer is a program. Windows has no such bits. */
const PROGRAM_MODE = 0o755

/**
 * Begins `.NAME.partial-PID` in a directory.
 *
 * @throws UserError when the directory is missing or cannot be written to, or is full; the methods do as well.
 */
export async function beginPartialFile(directory: string, name: string): Promise<PartialFile> {
  const inWords = async <T>(action: () => Promise<T>): Promise<T> =>
    await action().catch((error: unknown) => {
      throw new UserError(`${directory} ${complaint(errorCode(error))}`, undefined, {cause: error})
    })
  if (!(await inWords(() => stat(directory))).isDirectory())
    throw new UserError(`${directory} ${complaint('ENOTDIR')}`)
  const partial = path.join(directory, `.${name}.partial-${process.pid}`)
  const final = path.join(directory, name)
  const file = await inWords(() => createAfresh(partial))
  let kept = false
  return {
    write: chunk => inWords(() => file.writeFile(chunk)),
    restart: () =>
      inWords(async () => {
        await file.truncate(0)
      }),
    async keep() {
      await inWords(async () => {
        await file.chmod(PROGRAM_MODE)
        await file.sync()
        await file.close()
        await rename(partial, final)
        kept = true
        await syncDirectory(directory)
      })
      return final
    },
    async discard() {
      if (kept) return
      await file.close()
      await rm(partial, {force: true})
    },
  }
}

/** Replaces what an ended process with this number left behind, and never writes through a link that is not ours. */
async function createAfresh(partial: string): Promise<FileHandle> {
  await rm(partial, {force: true})
  return await open(
    partial,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND,
    0o600,
  )
}

/** The rename itself lasts only once the directory is on disk (rename(2), fsync(2)); Windows cannot sync one. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function complaint(errno: string): string {
  switch (errno) {
    case 'ENOENT':
      return 'does not exist: create it, or name another directory to keep the installer in.'
    case 'ENOTDIR':
      return 'is not a directory: name one to keep the installer in.'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `cannot be written to by this user (${errno}): name another directory to keep the installer in.`
    case 'ENOSPC':
    case 'EDQUOT':
      return `has no space left for the installer (${errno}): free some, or name another directory.`
    default:
      return `cannot keep the installer (${errno}): name another directory.`
  }
}
