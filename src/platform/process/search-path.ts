import {lstatSync, realpathSync} from 'node:fs'
import {posix, win32} from 'node:path'

/** Where the system's own programs are, in the order in which a PATH without them is completed. */
const SYSTEM_DIRECTORIES = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'] as const

const OTHERS_MAY_WRITE = 0o002
const STICKY = 0o1000

export type LeftOut = {readonly entry: string; readonly because: 'relative' | 'open to others'}

export type SearchPath = {
  /** For PATH; never empty on a POSIX system. */
  readonly path: string
  readonly leftOut: readonly LeftOut[]
}

let last: {readonly given: string; readonly found: SearchPath} | undefined

/**
 * Where programs are searched: the directories of PATH that only root, or this user, can put programs into, and the
 * system's own, which an unprivileged PATH may lack. A relative or empty entry is whatever directory the program is
 * started in, so it is left out, as is one that another user owns or could write to, or whose parents he could rename.
 * Windows: absolute entries; who may write there is not looked at.
 */
export function searchPath(
  given: string | undefined,
  platform: NodeJS.Platform = process.platform,
): SearchPath {
  const key = `${platform} ${given}`
  if (last?.given !== key) last = {given: key, found: choose(given ?? '', platform)}
  return last.found
}

function choose(given: string, platform: NodeJS.Platform): SearchPath {
  const isWindows = platform === 'win32'
  const entries = given.split(isWindows ? win32.delimiter : posix.delimiter)
  const judged = entries.map(entry => ({entry, because: isWindows ? faultOnWindows(entry) : fault(entry)}))
  const kept = judged.flatMap(({entry, because}) => (because === null ? [entry] : []))
  const missing = isWindows ? [] : SYSTEM_DIRECTORIES.filter(directory => !kept.includes(directory))
  return {
    path: [...kept, ...missing].join(isWindows ? win32.delimiter : posix.delimiter),
    leftOut: judged.flatMap(({entry, because}) =>
      because === null || because === 'missing' ? [] : [{entry, because}],
    ),
  }
}

/** `C:\...` or `\\server\...`; entries may be quoted, and a path without a drive is below the current one. */
function faultOnWindows(entry: string): LeftOut['because'] | null {
  return /^"?([a-z]:[\\/]|\\\\)/i.test(entry) ? null : 'relative'
}

function fault(entry: string): LeftOut['because'] | 'missing' | null {
  // They are searched in any case.
  if (SYSTEM_DIRECTORIES.some(directory => directory === entry)) return null
  if (!posix.isAbsolute(entry)) return 'relative'
  try {
    return isTrusted(entry) ? null : 'open to others'
  } catch {
    return 'missing'
  }
}

/**
 * Whether nobody but root and this user can change what is found below a directory. In a user namespace, files of the
 * system's root belong to nobody; the owner of `/` is trusted, too.
 *
 * @throws where a part of the path is missing or may not be looked at
 */
function isTrusted(directory: string): boolean {
  const trusted = new Set([0, process.getuid?.(), lstatSync('/').uid])
  const parts = posix.normalize(directory).split('/').filter(Boolean)
  const places = ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)]
  return places.every((place, at) => {
    const found = lstatSync(place)
    if (!trusted.has(found.uid)) return false
    if (found.isSymbolicLink()) return isTrusted(realpathSync(place))
    // In a sticky directory, such as /tmp, nobody can rename what is another's (inode(7)), but everybody can add to it.
    const isLast = at === places.length - 1
    return (found.mode & OTHERS_MAY_WRITE) === 0 || (!isLast && (found.mode & STICKY) !== 0)
  })
}
