import {UserError} from '../contract/errors.ts'
import type {Draft} from '../platform/files/draft.ts'
import {describeFileError, FileRefused} from '../platform/files/file-error.ts'
import {beginFile, replaceFile} from '../platform/files/write.ts'

/**
 * Writes what the user asked for to the file that the user named: a new one is of mode 0600, one that is there keeps
 * owner and mode. A device or pipe is written to as it is.
 *
 * @throws UserError when it cannot be written
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  await replaceFile(path, text).catch((error: unknown) => refuse(path, error))
}

/**
 * The same for what comes in pieces; what goes to a device or pipe is kept in memory until it is whole.
 *
 * @throws UserError, as its functions do, when it cannot be written
 */
export async function beginWhole(path: string): Promise<Pick<Draft, 'keep' | 'discard'> & PieceWriter> {
  const draft = await beginFile(path).catch((error: unknown) => {
    if (error instanceof FileRefused && error.code === 'not-a-file') return null
    return refuse(path, error)
  })
  if (draft !== null) {
    return {
      write: text => draft.write(text).catch((error: unknown) => refuse(path, error)),
      keep: () => draft.keep().catch((error: unknown) => refuse(path, error)),
      discard: () => draft.discard(),
    }
  }
  const pieces: string[] = []
  return {
    async write(text) {
      pieces.push(text)
    },
    keep: () => writeWhole(path, pieces.join('')),
    discard: async () => undefined,
  }
}

type PieceWriter = {write(text: string): Promise<void>}

function refuse(path: string, error: unknown): never {
  throw new UserError(
    `${path} cannot be written (${describeFileError(error)}); choose another file.`,
    undefined,
    {
      cause: error,
    },
  )
}
