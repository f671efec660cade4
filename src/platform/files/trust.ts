import type {Stats} from 'node:fs'
import {lstat, readlink} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {errnoOf, FileRefused} from './file-error.ts'
import {isOuterUser, isUs} from './owners.ts'
import {kindOf, openRegularFile, type ReadOptions, readOpenFile} from './read.ts'

/** Where somebody else could have put what a path leads to, and how, as a clause about that place. */
export type Distrust = {readonly path: string; readonly because: string}

/** path_resolution(7): as many links as Linux follows. */
const MAX_LINKS = 40

const OTHERS_WRITE = 0o022
const STICKY = 0o1000

/**
 * Looks for a way in which another user than root and this one could have put something into a directory, or the
 * directory itself into its place: every directory on the way has to be root's or this user's, and no other may write
 * to it; on the way, but not at the end, the sticky bit will do, as in `/tmp` (inode(7)), since there nobody else can
 * move what is ours. An access list that lets somebody write shows as the group's bit (acl(5)).
 *
 * It goes from the root down, so that nobody else can exchange what it has looked at already. A symbolic link at the end
 * is none of the directory. One on the way counts as a directory does where `links` are followed: `/var` may be one.
 *
 * @returns `absent` where there is nothing of that name; null where only root and this user have access
 * @throws the error of the system call
 */
export async function distrustOfDirectory(
  path: string,
  {links = 'followed'}: {readonly links?: 'followed' | 'refused'} = {},
): Promise<Distrust | 'absent' | null> {
  if (process.platform === 'win32') return (await lstat(path).catch(ifAbsent)) ? null : 'absent'
  const pending = partsOf(resolve(path))
  let at = '/'
  for (let left = MAX_LINKS; ; ) {
    // Whatever is no directory fails here, as for any other use of the path.
    const because = await whyOfDirectory(await lstat(`${at}/.`), pending.length === 0)
    if (because !== null) return {path: at, because}
    const name = pending.shift()
    if (name === undefined) return null
    const next = join(at, name)
    const found = await lstat(next).catch(ifAbsent)
    if (found === null) return 'absent'
    if (!found.isSymbolicLink()) {
      at = next
      continue
    }
    const isFollowed = links === 'followed' && pending.length > 0 && left > 0 && (await isOurs(found))
    if (!isFollowed) return {path: next, because: 'is a symbolic link'}
    left -= 1
    const target = await readlink(next)
    if (target.startsWith('/')) at = '/'
    pending.unshift(...partsOf(target))
  }
}

const partsOf = (path: string) => path.split('/').filter(part => part !== '' && part !== '.')

function ifAbsent(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null
  throw error
}

/** Why somebody else could put something into a directory, as a clause. */
async function whyOfDirectory(found: Stats, isLast: boolean): Promise<string | null> {
  if (!isUs(found.uid) && (isLast || !(await isOuterUser(found.uid)))) return ownedBy(found)
  if ((found.mode & OTHERS_WRITE) === 0 || (!isLast && (found.mode & STICKY) !== 0)) return null
  return writableByOthers(found)
}

const isOurs = async ({uid}: Stats) => isUs(uid) || (await isOuterUser(uid))
const ownedBy = ({uid}: Stats) => `belongs to another user (uid ${uid})`
const writableByOthers = ({mode}: Stats) =>
  `can be written by other users (mode ${(mode & 0o7777).toString(8).padStart(4, '0')})`

/**
 * Reads a file that only root or this user can have written, in a directory that is trusted: a regular file, no link,
 * with one name unless `names` says otherwise.
 *
 * @throws FileRefused (`untrusted`, `not-a-file`, …) with a clause; the error of the system call
 */
export async function readTrusted(
  path: string,
  {limit, names = 'one'}: Pick<ReadOptions, 'limit'> & {readonly names?: 'one' | 'any'} = {},
): Promise<string> {
  // What is another user's is not even opened, nor is it an error where that is forbidden.
  requireOurs(await lstat(path), names)
  const {file, stat} = await openRegularFile(path, {follow: false})
  try {
    requireOurs(stat, names)
    return (await readOpenFile(file, limit)).toString('utf8')
  } finally {
    await file.close()
  }
}

/** Whether a regular file is there that only root or this user can have written, or put in its place. */
export async function isOurFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  if (!found?.isFile() || whyOfFile(found, 'one') !== null) return false
  return (await distrustOfDirectory(dirname(path)).catch(() => 'absent')) === null
}

function requireOurs(found: Stats, names: 'one' | 'any'): void {
  const why = found.isFile() ? whyOfFile(found, names) : `is ${kindOf(found)}, not a file`
  if (why !== null) throw new FileRefused(found.isFile() ? 'untrusted' : 'not-a-file', why)
}

function whyOfFile(found: Stats, names: 'one' | 'any'): string | null {
  if (!isUs(found.uid)) return ownedBy(found)
  if (process.platform !== 'win32' && (found.mode & OTHERS_WRITE) !== 0) return writableByOthers(found)
  return names === 'one' && found.nlink > 1 ? `has ${found.nlink} hard links` : null
}
