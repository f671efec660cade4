import {constants, type Stats} from 'node:fs'
import {type FileHandle, lstat, open, readlink, realpath, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {errnoOf, FileRefused} from './file-error.ts'
import {isOuterUser, isUs} from './owners.ts'

/** A directory that is held open, so that no change of the path above it leads elsewhere. */
export type Directory = {
  /** The path of an entry, good until `close`. */
  entry(name: string): string
  /** Who may put files in it: only root and this user, some others (its owner, its group), or anybody. */
  readonly openTo: 'us' | 'some' | 'anybody'
  /** Returns when the names in it are on the disk (fsync(2)), as far as the system and this user's rights go. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Where a path leads. The caller closes `directory`. */
export type Place = {
  readonly directory: Directory
  readonly name: string
  /** What has the name: null for nothing; a symbolic link only where it was not to be followed. */
  readonly found: Stats | null
  /** The number of this process's own file descriptor that the path names, as `/dev/stdout` does; else null. */
  readonly descriptor: number | null
}

/** open(2): only a name for a place in the tree; needs no right to list it. The number is that of Linux, where it is not in Node. */
const O_PATH = 0o10000000
/** path_resolution(7): as many links as Linux follows. */
const MAX_LINKS = 40

/**
 * Finds where a path leads, one directory at a time, each opened within the one before: a link that is put in between
 * meanwhile changes nothing. A symbolic link is followed only where root or this user made it, whichever directory it
 * is in; the kernel's own rule (`fs.protected_symlinks`, proc(5)) covers links at the end of a path, in `/tmp` and the
 * like, where it is switched on.
 *
 * @param follow whether a symbolic link at the end is followed
 * @throws FileRefused for such a link; the error of the system call, as for a directory that is missing
 */
export async function openPlace(path: string, {follow}: {readonly follow: boolean}): Promise<Place> {
  if (process.platform === 'win32') return await placeOnWindows(path, follow)
  const pending = componentsOf(path)
  let directory = await openRoot(path)
  let links = 0
  try {
    for (;;) {
      const name = pending.shift()
      if (name === undefined) throw new FileRefused('not-a-file', 'is a directory')
      const isLast = pending.length === 0
      const found = await lstat(directory.entry(name)).catch((error: unknown) => {
        if (isLast && errnoOf(error) === 'ENOENT') return null
        throw error
      })
      if (found?.isSymbolicLink() && (!isLast || follow)) {
        links += 1
        if (links > MAX_LINKS)
          throw new FileRefused('untrusted', `leads through more than ${MAX_LINKS} symbolic links`)
        const descriptors = await directory.descriptorsOf()
        if (descriptors === 'own' && isLast)
          return {directory, name, ...(await descriptorAt(directory, name))}
        if (descriptors !== 'none') {
          if (isLast) throw new FileRefused('not-a-file', 'is a file that another process has open')
          directory = await enter(directory, name, 0)
          continue
        }
        const target = await readTrusted(directory, name, found)
        if (target.startsWith('/')) directory = await replaced(directory, () => openRoot(target))
        pending.unshift(...componentsOf(target))
        continue
      }
      if (isLast && name !== '..') return {directory, name, found, descriptor: null}
      directory = await enter(directory, name, constants.O_NOFOLLOW)
    }
  } catch (error) {
    await directory.close()
    throw error
  }
}

const componentsOf = (path: string) => path.split('/').filter(name => name !== '' && name !== '.')

const openRoot = (path: string) => openDirectory(path.startsWith('/') ? '/' : '.', 0)

const enter = (from: OpenDirectory, name: string, flags: number) =>
  replaced(from, () => openDirectory(from.entry(name), flags))

async function replaced(old: OpenDirectory, next: () => Promise<OpenDirectory>): Promise<OpenDirectory> {
  const opened = await next()
  await old.close()
  return opened
}

type OpenDirectory = Directory & {
  readonly owner: number
  readonly mode: number
  /** Whether its links are open files (proc_pid_fd(5)), whose text is no path: of this process, or another. */
  descriptorsOf(): Promise<'own' | 'other' | 'none'>
}

async function openDirectory(path: string, flags: number): Promise<OpenDirectory> {
  const handle = await open(path, (process.platform === 'linux' ? O_PATH : 0) | constants.O_DIRECTORY | flags)
  try {
    const {uid, mode} = await handle.stat()
    const base = await baseOf(handle, path)
    return {
      // Not joined: that would drop `..`.
      entry: name => `${base}/${name}`,
      owner: uid,
      mode,
      openTo: (mode & 0o002) !== 0 ? 'anybody' : (mode & 0o020) !== 0 || !isUs(uid) ? 'some' : 'us',
      async descriptorsOf() {
        const [, pid] = /^\/proc\/(\d+)(?:\/task\/\d+)?\/fd$/.exec(await realpath(base)) ?? []
        if (pid === undefined) return 'none'
        return pid === (await readlink('/proc/self')) ? 'own' : 'other'
      },
      sync: () => syncNames(`${base}/.`),
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Linux has a name for what is open. Without it (no /proc, other systems) the path has to do. */
async function baseOf({fd}: FileHandle, path: string): Promise<string> {
  if (process.platform !== 'linux') return path
  const base = `/proc/self/fd/${fd}`
  return await lstat(base).then(
    () => base,
    () => path,
  )
}

/** The text of a link that root or this user made, which nobody else can have exchanged for it meanwhile. */
async function readTrusted(directory: OpenDirectory, name: string, found: Stats): Promise<string> {
  if (!isUs(found.uid) && !(await isOfOuterUser(found.uid, directory)))
    throw new FileRefused(
      'untrusted',
      `leads through a symbolic link, ${JSON.stringify(name)}, of another user (uid ${found.uid})`,
    )
  // Where others may rename what is not theirs, they could put a trusted link in another place.
  if ((directory.mode & 0o1002) === 0o002)
    throw new FileRefused(
      'untrusted',
      `leads through a symbolic link, ${JSON.stringify(name)}, in a directory in which anybody can rename files`,
    )
  const target = await readlink(directory.entry(name))
  const now = await lstat(directory.entry(name))
  if (now.ino === found.ino && now.dev === found.dev && now.uid === found.uid) return target
  throw new FileRefused(
    'untrusted',
    `leads through a symbolic link, ${JSON.stringify(name)}, that changed meanwhile`,
  )
}

/** Where the system's own root is not told from others, the kernel's rule for links has to do. */
async function isOfOuterUser(uid: number, directory: OpenDirectory): Promise<boolean> {
  return directory.owner === uid && (directory.mode & 0o022) === 0 && (await isOuterUser(uid))
}

async function descriptorAt(
  directory: Directory,
  name: string,
): Promise<Pick<Place, 'found' | 'descriptor'>> {
  return {found: await stat(directory.entry(name)), descriptor: Number(name)}
}

/** What does not support it, or may not be opened by this user, is left to the system. */
async function syncNames(path: string): Promise<void> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!['EACCES', 'EINVAL', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error
  }
}

/** Windows has neither owners as numbers nor a way to sync a directory; only administrators make links there. */
async function placeOnWindows(path: string, follow: boolean): Promise<Place> {
  const found = await (follow ? stat : lstat)(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  })
  const real = found && follow ? await realpath(path) : path
  const base = dirname(real)
  const directory: Directory = {
    entry: name => join(base, name),
    openTo: 'us',
    sync: async () => {},
    close: async () => {},
  }
  return {directory, name: basename(real), found, descriptor: null}
}
