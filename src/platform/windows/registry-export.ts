import {mkdtempSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type CommandLimits, type RunCommand, succeeded} from '../command.ts'
import {LIMIT, readSystemBytes} from '../files/read.ts'
import {parseRegistryFile} from './registry-file.ts'
import type {RegistryKey} from './registry-text.ts'

/**
 * Reads a key and all below it through `reg export`, by a file in a directory of its own that is removed again. Against
 * `reg query` it is exact in every language, since the file is in UTF-16 and a console's code page has no part in it, and
 * faster for many values. Null where that cannot be done, whatever the reason: what may not be read below the key could
 * be left out without a word, so it is for keys without subkeys.
 */
export async function exportKey(
  run: RunCommand,
  key: string,
  flags: readonly string[],
  limits: CommandLimits,
): Promise<readonly RegistryKey[] | null> {
  let directory: string | null = null
  try {
    // At once: what takes longest begins before anything else is started.
    directory = mkdtempSync(join(tmpdir(), 'drs-onboard-'))
    const file = join(directory, 'key.reg')
    const result = await run(['reg.exe', 'export', key, file, '/y', ...flags], limits)
    return succeeded(result) ? parseRegistryFile(await readSystemBytes(file, {limit: LIMIT.rules})) : null
  } catch {
    // No room for the file, or no right to it: the caller has another way to read the key.
    return null
  } finally {
    if (directory !== null) await rm(directory, {recursive: true, force: true}).catch(() => undefined)
  }
}
