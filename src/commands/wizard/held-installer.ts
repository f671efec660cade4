import {lstat} from 'node:fs/promises'
import {resolve} from 'node:path'
import type {HoldInstaller} from '../../checks/check.ts'
import {FileExists, UserError} from '../../contract/errors.ts'
import {describeFileError, errnoOf} from '../../platform/files/file-error.ts'
import {freeSpace} from '../../platform/files/free-space.ts'
import type {ScratchFile} from '../../platform/files/scratch-file.ts'
import type {PartialFile} from '../../platform/network/download/partial-file.ts'
import {prepareStateDirectory} from '../../repair/journal/state-directory.ts'

/** rwx------: a program for this user alone. Windows has no such bits. */
const PROGRAM_MODE = 0o700

type Held = {readonly fileName: string; readonly sha512: string; readonly file: ScratchFile}

/** The installer that the latest check has verified, until the wizard ends. */
export type InstallerHolder = {
  readonly hold: HoldInstaller
  /** The installer's own file name; null while none is held. */
  readonly fileName: () => string | null
  /**
   * Writes it to a file, and verifies that once more. A file that is there is replaced only with `replace`.
   * @returns the full path, and when it was verified, in milliseconds since epoch
   * @throws FileExists where one is; UserError when it cannot be written
   */
  readonly save: (path: string, replace: boolean) => Promise<{readonly path: string; readonly at: number}>
}

/** @param directory the state directory, on whose file system the installer is held in a file without a name */
export function installerHolder(directory: string): InstallerHolder {
  let held: Held | null = null
  const drop = async () => {
    const file = held?.file
    held = null
    await file?.close()
  }
  return {
    async hold(fileName) {
      await drop()
      const file = await scratchFileIn(directory)
      return file === null ? null : heldDownload(directory, file, sha512 => (held = {fileName, sha512, file}))
    },
    fileName: () => held?.fileName ?? null,
    async save(path, replace) {
      if (held === null) throw new UserError('There is no verified installer any more; run the checks again.')
      const full = resolve(path)
      if (!replace && (await isThere(full))) throw new FileExists(full)
      await copyVerified(held, full)
      return {path: full, at: Date.now()}
    },
  }
}

/** Without a directory to write to, the installer is verified all the same, and dropped. */
async function scratchFileIn(directory: string): Promise<ScratchFile | null> {
  try {
    await prepareStateDirectory(directory)
    return await (await import('../../platform/files/scratch-file.ts')).openScratchFile(directory)
  } catch {
    return null
  }
}

/** A download's file that gives up instead of failing: to keep the installer is an extra, to verify it is the check. */
function heldDownload(directory: string, file: ScratchFile, verified: (sha512: string) => void): PartialFile {
  let state: 'open' | 'kept' | 'closed' = 'open'
  const close = async () => {
    if (state === 'open') await file.close()
    if (state === 'open') state = 'closed'
  }
  const attempt = async (action: () => Promise<void>) => {
    if (state === 'open') await action().catch(close)
  }
  return {
    requireRoom: bytes =>
      attempt(async () => {
        const free = await freeSpace(directory)
        if (free !== null && free < bytes) await close()
      }),
    write: chunk => attempt(() => file.write(chunk)),
    restart: () => attempt(() => file.restart()),
    async keep(sha512) {
      if (state !== 'open') return null
      state = 'kept'
      verified(sha512)
      return null
    },
    discard: close,
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR',
  )
}

async function copyVerified({file, sha512}: Held, path: string): Promise<void> {
  const [{createHash}, {beginFile}] = await Promise.all([
    import('node:crypto'),
    import('../../platform/files/write.ts'),
  ])
  try {
    // Whatever has the name is replaced: a file of another owner or mode must not lend them to a program of root's.
    const draft = await beginFile(path, {own: true, mode: PROGRAM_MODE})
    try {
      const hash = createHash('sha512')
      for await (const piece of file.read()) {
        hash.update(piece)
        await draft.write(piece)
      }
      if (hash.digest('hex') !== sha512) throw new Error('its SHA-512 is not the verified one')
      await draft.keep()
    } finally {
      await draft.discard()
    }
  } catch (error) {
    throw new UserError(
      `${path} cannot be written (${describeFileError(error)}); choose another file.`,
      undefined,
      {cause: error},
    )
  }
}
