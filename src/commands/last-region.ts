import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {prepareStateDirectory} from '../engine/repair/state-directory.ts'
import {findRegion} from '../regions/find.ts'

const FILE = 'last-region'

/** The Region that the wizard was last given, to be suggested again; null where none is known. */
export async function lastRegion(directory: string): Promise<string | null> {
  try {
    return findRegion((await readFile(join(directory, FILE), 'utf8')).trim())?.code ?? null
  } catch {
    // Only a suggestion: whatever is wrong with the file, the wizard asks.
    return null
  }
}

export async function rememberRegion(directory: string, region: string | null): Promise<void> {
  if (region === null) return
  try {
    await prepareStateDirectory(directory)
    await writeFile(join(directory, FILE), `${region}\n`)
  } catch {
    // Only a suggestion for the next run; a disk that is full must not spoil the end of this one.
  }
}
