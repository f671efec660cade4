import path from 'node:path'
import {UserError} from '../../../contract/errors.ts'
import {removeAbandonedDrafts} from '../../files/draft.ts'
import {errnoOf, fileErrorClause} from '../../files/file-error.ts'
import {freeSpace, SPARED_BYTES} from '../../files/free-space.ts'
import {beginFile} from '../../files/write.ts'

/** A file that is being written beside its final name, and appears under that only when it is complete. */
export type PartialFile = {
  /** Looks whether there is room for so many bytes more, and some to spare. */
  requireRoom(bytes: number): Promise<void>
  write(chunk: Uint8Array): Promise<void>
  /** Drops everything written so far. */
  restart(): Promise<void>
  /**
   * Keeps the file, durably, and returns its path; null where it has none.
   * @param sha512 of the content, in lower-case hexadecimal
   */
  keep(sha512: string): Promise<string | null>
  /** Removes it, unless it was kept. */
  discard(): Promise<void>
}

/** rwxr-xr-x: an installer is a program. Windows has no such bits. */
const PROGRAM_MODE = 0o755

/** Whether there is still room is looked at each time that so many bytes were written: others write, too. */
const LOOK_EVERY_BYTES = 16 * 1024 * 1024

/**
 * Begins a file in a directory. What runs that were killed left of others is removed.
 *
 * @throws UserError when the directory is missing or cannot be written to, or is full; the methods do as well.
 */
export async function beginPartialFile(
  directory: string,
  name: string,
): Promise<PartialFile & {keep(): Promise<string>}> {
  const inWords = async <T>(action: () => Promise<T>): Promise<T> =>
    await action().catch((error: unknown) => {
      throw new UserError(`${directory} ${complaint(error)}`, undefined, {cause: error})
    })
  const final = path.join(directory, name)
  const draft = await inWords(async () => {
    await removeAbandonedDrafts(directory)
    return await beginFile(final, {own: true, mode: PROGRAM_MODE})
  })
  const requireRoom = async (bytes: number) => {
    const free = await freeSpace(directory)
    if (free === null || free >= bytes) return
    const mib = (count: number) => `${Math.ceil(count / 1024 / 1024)} MiB`
    throw new UserError(
      `${directory} has no space left for the installer (${mib(Math.max(free + SPARED_BYTES, 0))} free, ` +
        `${mib(bytes)} needed, plus ${mib(SPARED_BYTES)} reserve): free some, or use another directory.`,
    )
  }
  let unlooked = 0
  return {
    requireRoom,
    async write(chunk) {
      unlooked += chunk.length
      if (unlooked >= LOOK_EVERY_BYTES) {
        unlooked = 0
        await requireRoom(chunk.length)
      }
      await inWords(() => draft.write(chunk))
    },
    restart: () => inWords(() => draft.restart()),
    async keep() {
      await inWords(() => draft.keep())
      return final
    },
    discard: () => draft.discard(),
  }
}

function complaint(error: unknown): string {
  switch (errnoOf(error)) {
    case 'ENOENT':
      return 'does not exist: create it, or use another directory for the installer.'
    case 'ENOTDIR':
      return 'is not a directory: use a directory for the installer.'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `cannot be written to by this user (${errnoOf(error)}): use another directory for the installer.`
    case 'ENOSPC':
    case 'EDQUOT':
      return `has no space left for the installer (${errnoOf(error)}): free some, or use another directory.`
    default:
      return `cannot store the installer (${fileErrorClause(error)}): use another directory.`
  }
}
