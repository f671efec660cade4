import {realpath, rename, rm, stat, writeFile} from 'node:fs/promises'
import {UserError} from '../errors.ts'

/**
 * Writes a file so that it is there whole or not at all. A link is followed, and a device or pipe is written to
 * as it is: renaming over `/dev/null` would replace it for the whole system.
 *
 * @throws UserError when it cannot be written
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    const existing = await stat(path).catch(ifAbsent)
    if (existing && !existing.isFile()) await writeFile(path, text)
    else await writeAside(existing ? await realpath(path) : path, text)
  } catch (error) {
    throw new UserError(`${path} cannot be written (${codeOf(error)}); choose another file.`, undefined, {
      cause: error,
    })
  }
}

async function writeAside(path: string, text: string): Promise<void> {
  const partial = `${path}.partial-${process.pid}`
  try {
    await writeFile(partial, text)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, {force: true})
    throw error
  }
}

function ifAbsent(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null
  throw error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
