import {mkdir, open, realpath, rename} from 'node:fs/promises'
import {dirname} from 'node:path'
import {whenFree} from './when-free.ts'
import {errnoOf} from './write-error.ts'

/** Writes a file of mode 0600 and returns when its content is on the disk. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Replaces a file so that a crash at any moment leaves the old content or the new one, whole. */
export async function replaceDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  await writeDurably(temporary, content)
  await whenFree(() => rename(temporary, path))
  await syncDirectory(dirname(path))
}

/** Returns when a file that another program has written, under its name, is on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const real = await realpath(path)
  const file = await open(real, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await syncDirectory(dirname(real))
}

/** Puts a rename itself on the disk. Windows has no such call. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * Makes a directory of mode 0700, and those above it, where they are missing. Step by step, since Node's recursive
 * mkdir reports a read-only file system as ENOENT.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, {mode: 0o700})
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    await makeDirectory(dirname(path))
    await mkdir(path, {mode: 0o700}).catch(ignoreExisting)
  }
}

function ignoreExisting(error: unknown): void {
  if (errnoOf(error) !== 'EEXIST') throw error
}
