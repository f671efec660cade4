import {open, rename} from 'node:fs/promises'
import {dirname} from 'node:path'

/** Writes a file of mode 0600 and returns when its content is on the disk. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Replaces a file so that a crash at any moment leaves the old content or the new one, whole. */
export async function replaceDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  await writeDurably(temporary, text)
  await rename(temporary, path)
  await syncDirectory(dirname(path))
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
