import {constants, type Stats} from 'node:fs'
import {type FileHandle, lstat, open, readdir, stat} from 'node:fs/promises'
import {noted} from '../process/shortage.ts'
import {FileRefused} from './file-error.ts'

const MIB = 1024 * 1024

/** The largest sizes that files of the system are read in, in bytes, by kind. */
export const LIMIT = {
  /** Settings that people write, state of this program, and one-value files of /proc and /sys. */
  settings: 4 * MIB,
  /** Lists with a line for each of up to some 100,000 users, names or symbols: passwd(5), hosts(5), kallsyms. */
  list: 64 * MIB,
  /** A million rules of 100 to 200 bytes each. */
  rules: 256 * MIB,
} as const

/** In which a file of the system has to be read, in milliseconds: a network file system may never answer. */
const READ_MS = 30_000

export type ReadOptions = {
  /** Largest size in bytes. */
  readonly limit?: number
  /** Whether a symbolic link at the end of the path is followed; default true. */
  readonly follow?: boolean
}

/**
 * Reads a file of the system whole, as text in UTF-8. Never waits for a pipe, touches no device, and ends after 30 s.
 *
 * @throws FileRefused that names the path, for what is no regular file, is larger than `limit` (default 4 MiB), or does
 *   not come in time; the error of the system call
 */
export async function readSystemFile(path: string, options: ReadOptions = {}): Promise<string> {
  return (await readSystemBytes(path, options)).toString('utf8')
}

/** The same as bytes. */
export async function readSystemBytes(path: string, options: ReadOptions = {}): Promise<Buffer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const refused = new FileRefused('too-slow', `was not read within ${READ_MS / 1_000} s`)
    timer = setTimeout(() => reject(refused), READ_MS)
  })
  try {
    return await Promise.race([readBytes(path, options), late])
  } catch (error) {
    throw error instanceof FileRefused ? error.of(path) : noted(error)
  } finally {
    clearTimeout(timer)
  }
}

/** The names in a directory; none where it is missing or may not be read. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  return await readdir(directory).catch((error: unknown) => {
    noted(error)
    return []
  })
}

async function readBytes(path: string, options: ReadOptions): Promise<Buffer> {
  const {file} = await openRegularFile(path, options)
  try {
    return await readOpenFile(file, options.limit)
  } finally {
    await file.close()
  }
}

/**
 * Opens a regular file to read, without waiting and without touching anything else: a device may act when it is opened.
 * @throws FileRefused for what is no regular file; the error of the system call
 */
export async function openRegularFile(
  path: string,
  {follow = true}: ReadOptions = {},
): Promise<{file: FileHandle; stat: Stats}> {
  requireRegular(await (follow ? stat : lstat)(path))
  const {O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0, O_NOFOLLOW = 0} = constants
  const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW))
  try {
    const found = await file.stat()
    requireRegular(found)
    return {file, stat: found}
  } catch (error) {
    await file.close()
    throw error
  }
}

function requireRegular(found: Stats): void {
  // Of a directory the system itself says so, when it is read: EISDIR.
  if (!found.isFile() && !found.isDirectory())
    throw new FileRefused('not-a-file', `is ${kindOf(found)}, not a file`)
}

/** What something is, with its article. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory'
  if (found.isFIFO()) return 'a named pipe'
  if (found.isSocket()) return 'a socket'
  if (found.isSymbolicLink()) return 'a symbolic link'
  return found.isFile() ? 'a file' : 'a device'
}

/** Reads the rest of an open file. @throws FileRefused where that is more than `limit` bytes */
export async function readOpenFile(file: FileHandle, limit: number = LIMIT.settings): Promise<Buffer> {
  const {size} = await file.stat()
  if (size > limit) throw tooLarge(limit)
  const chunks: Buffer[] = []
  let total = 0
  for (;;) {
    // Files of /proc say 0; others grow.
    const chunk = Buffer.allocUnsafe(Math.max(size - total, 0) + CHUNK)
    const {bytesRead} = await file.read(chunk, 0, chunk.length)
    if (bytesRead === 0) return chunks[0] && chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
    total += bytesRead
    if (total > limit) throw tooLarge(limit)
    chunks.push(chunk.subarray(0, bytesRead))
  }
}

const CHUNK = 64 * 1024

/** The refusal of more than `limit` bytes. */
export function tooLarge(limit: number): FileRefused {
  return new FileRefused('too-large', `is larger than ${Math.floor(limit / MIB)} MiB`)
}
