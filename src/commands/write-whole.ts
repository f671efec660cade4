import {UserError} from '../errors.ts'
import {describeFileError} from '../platform/files/file-error.ts'
import {replaceFile} from '../platform/files/write.ts'

/**
 * Writes what the user asked for to the file that the user named: a new one is of mode 0600, one that is there keeps
 * owner and mode. A device or pipe is written to as it is.
 *
 * @throws UserError when it cannot be written
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text)
  } catch (error) {
    throw new UserError(
      `${path} cannot be written (${describeFileError(error)}); choose another file.`,
      undefined,
      {cause: error},
    )
  }
}
