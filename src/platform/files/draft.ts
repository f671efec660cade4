import {randomBytes} from 'node:crypto'
import {constants, type Stats, unlinkSync} from 'node:fs'
import {type FileHandle, lstat, open, readdir, rename, rm, unlink} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {errnoOf, FileRefused} from './file-error.ts'
import type {Place} from './place.ts'

export type WriteOptions = {
  /** Of a new file; default 0600. A file that is there keeps owner and mode. */
  readonly mode?: number
  /**
   * For files of this program's own, such as its state: what has the name is replaced by a file of this user with
   * `mode`, whatever it was; a symbolic link is replaced, not followed.
   */
  readonly own?: boolean
}

/** A file that is being written beside its final name, and appears under that only when it is whole. */
export type Draft = {
  write(chunk: string | Uint8Array): Promise<void>
  /** Drops everything written so far. */
  restart(): Promise<void>
  /** Puts the file in place; it is on the disk when the call returns. */
  keep(): Promise<void>
  /** Removes it, unless it was kept. */
  discard(): Promise<void>
}

/** open(2): a file of this program alone, at a name that nothing has; never through a link. */
export const NEW_FILE =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

/** What a draft is called: the process and a random part. */
const DRAFT = /^\.drs-onboard-(\d+)-[0-9a-f]{16}\.tmp$/
/** A process in another container may have the same directory, and a number that is not in use here. In milliseconds. */
const ABANDONED_MS = 60 * 60 * 1_000

/**
 * Removes from a directory the drafts of this user whose process was killed more than an hour ago; what cannot be
 * removed stays.
 */
export async function removeAbandonedDrafts(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    const pid = Number(DRAFT.exec(name)?.[1] ?? 0)
    const found = pid === 0 ? null : await lstat(join(path, name)).catch(() => null)
    if (!found?.isFile() || found.uid !== process.geteuid?.() || Date.now() - found.mtimeMs < ABANDONED_MS)
      continue
    if (!isAlive(pid)) await unlink(join(path, name)).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) !== 'ESRCH'
  }
}

/** Paths of drafts that are not in place yet. */
const drafts = new Set<string>()

function removeDrafts(): void {
  for (const path of drafts) {
    try {
      unlinkSync(path)
    } catch {
      // Gone already, or not to be removed: the process ends.
    }
  }
}

/** Begins a draft for a place, whose directory it closes at its end. */
export async function draftAt({directory, name, found}: Place, options: WriteOptions): Promise<Draft> {
  const path = directory.entry(`.drs-onboard-${process.pid}-${randomBytes(8).toString('hex')}.tmp`)
  let file: FileHandle
  try {
    file = await open(path, NEW_FILE | constants.O_APPEND, 0o600)
  } catch (error) {
    await directory.close()
    throw error
  }
  if (!process.listeners('exit').includes(removeDrafts)) process.on('exit', removeDrafts)
  drafts.add(path)
  let isOpen = true
  const finish = async () => {
    isOpen = false
    drafts.delete(path)
    await directory.close()
  }
  return {
    write: chunk => file.writeFile(chunk),
    restart: () => file.truncate(0),
    async keep() {
      await keepOwner(file, options.own ? null : found, options.mode ?? 0o600)
      await file.sync()
      await file.close()
      await whenFree(() => rename(path, directory.entry(name)))
      await directory.sync().finally(finish)
    },
    async discard() {
      if (!isOpen) return
      // Closing a file that is closed already does nothing.
      await file.close()
      await rm(path, {force: true}).finally(finish)
    },
  }
}

/** Gives a new file owner, group and mode of the old one, or its own mode. */
async function keepOwner(file: FileHandle, old: Stats | null, mode: number): Promise<void> {
  if (process.platform === 'win32') return
  const now = await file.stat()
  if (old !== null && (now.uid !== old.uid || now.gid !== old.gid)) {
    await file.chown(old.uid, old.gid).catch((error: unknown) => {
      if (errnoOf(error) !== 'EPERM') throw error
      throw new FileRefused(
        'untrusted',
        `has an owner or group that this user cannot set (uid ${old.uid}, gid ${old.gid})`,
      )
    })
  }
  const wanted = (old?.mode ?? mode) & 0o7777
  if (old !== null || (now.mode & 0o7777) !== wanted) await file.chmod(wanted)
}

/** What Windows says of a file that another program, such as a virus scanner, has open; it is over in a moment. */
const BUSY: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY'])

const ATTEMPTS = 60
const BETWEEN_MS = 50

/**
 * Does what Windows refuses while another program has the file open, trying for some seconds. Elsewhere there is no
 * such refusal, and the first error is the last.
 */
export async function whenFree<T>(
  action: () => Promise<T>,
  platform: NodeJS.Platform = process.platform,
  betweenMs = BETWEEN_MS,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      const mayPass = platform === 'win32' && BUSY.has(errnoOf(error) ?? '')
      if (!mayPass || attempt === ATTEMPTS) throw error
      await pause(betweenMs)
    }
  }
}
