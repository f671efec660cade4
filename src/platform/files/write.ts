import {constants, type Stats, write} from 'node:fs'
import {mkdir, open, rm} from 'node:fs/promises'
import {dirname} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {promisify} from 'node:util'
import {type Draft, draftAt, NEW_FILE, type WriteOptions} from './draft.ts'
import {errnoOf, FileRefused} from './file-error.ts'
import {type Directory, openPlace, type Place} from './place.ts'

/**
 * Replaces a file so that a crash at any moment leaves the old content or the new one, whole, and on the disk when the
 * call returns. A device, a pipe, or an open descriptor such as `/dev/stdout` is written to as it is. Nothing is left
 * beside it on failure, or when a signal ends the program.
 *
 * @throws FileRefused where another user could have planted what is there; the error of the system call
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const place = await openFilePlace(path, options)
  const {found, descriptor} = place
  if (!options.own && (descriptor !== null || (found !== null && !found.isFile()))) {
    return await writeInto(place, content).finally(() => place.directory.close())
  }
  const draft = await draftAt(place, options)
  try {
    await draft.write(content)
    await draft.keep()
  } catch (error) {
    await draft.discard().catch(() => undefined)
    throw error
  }
}

/** Looks whether `replaceFile` would refuse a path, and changes nothing. @throws as `replaceFile` */
export async function requireReplaceable(path: string): Promise<void> {
  await (await openFilePlace(path, {})).directory.close()
}

/** Begins a file that is written in pieces. @throws as `replaceFile`, and for what is no file to be replaced */
export async function beginFile(path: string, options: WriteOptions = {}): Promise<Draft> {
  const place = await openFilePlace(path, options)
  if (options.own || place.found === null || place.found.isFile()) return await draftAt(place, options)
  await place.directory.close()
  throw new FileRefused('not-a-file', 'is not a file')
}

/**
 * Creates a file of mode 0600 with its content, on the disk when the call returns.
 * @throws with the code EEXIST where anything has the name
 */
export async function createFile(path: string, content: string | Uint8Array): Promise<void> {
  const {directory, name} = await openPlace(path, {follow: false})
  try {
    const file = await open(directory.entry(name), NEW_FILE, 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } catch (error) {
      await rm(directory.entry(name), {force: true})
      throw error
    } finally {
      await file.close()
    }
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Returns when a file that another program has written, under its name, is on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const {directory, name} = await openPlace(path, {follow: true})
  try {
    const file = await open(directory.entry(name), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      await file.sync()
    } finally {
      await file.close()
    }
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
  const place = await openPlace(path, {follow: true}).catch(async (error: unknown) => {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeDirectory(dirname(path))
    return await openPlace(path, {follow: true})
  })
  try {
    if (place.found === null)
      await mkdir(place.directory.entry(place.name), {mode: 0o700}).catch(ignoreExisting)
  } finally {
    await place.directory.close()
  }
}

function ignoreExisting(error: unknown): void {
  if (errnoOf(error) !== 'EEXIST') throw error
}

async function openFilePlace(path: string, {own = false}: WriteOptions): Promise<Place> {
  if (/(^|[/\\])\.{0,2}$/.test(path)) throw new FileRefused('not-a-file', 'is a directory')
  const place = await openPlace(path, {follow: !own})
  try {
    if (place.found?.isDirectory()) throw new FileRefused('not-a-file', 'is a directory')
    if (!own && place.found !== null && place.descriptor === null)
      requireUnplanted(place.found, place.directory)
    return place
  } catch (error) {
    await place.directory.close()
    throw error
  }
}

/**
 * Where others may put files, what is there may be a trap: their own file or pipe, through which they would read what
 * is written, or a hard link to a file whose mode lets them.
 */
function requireUnplanted(found: Stats, {openTo}: Directory): void {
  const mine = found.uid === process.geteuid?.()
  if (openTo === 'us' || found.isCharacterDevice()) return
  if (!mine && openTo === 'anybody')
    throw new FileRefused(
      'untrusted',
      `belongs to another user (uid ${found.uid}), in a directory that anybody can write to`,
    )
  if (mine && found.nlink > 1)
    throw new FileRefused('untrusted', 'has several hard links, in a directory that others can write to')
}

/** In which somebody has to open a named pipe for reading. In milliseconds. */
const READER_MS = 10_000
const POLL_MS = 20

/**
 * Writes to what is no file: a pipe, a terminal, `/dev/null`, or a descriptor that the caller of this program has
 * opened. Never waits in a system call for a reader, so that signals can end it.
 *
 * @throws FileRefused for a socket, a disk, and a named pipe that nobody reads; the error of the system call
 */
export async function writeInto(
  {directory, name, found, descriptor}: Place,
  content: string | Uint8Array,
): Promise<void> {
  const bytes = Buffer.from(content)
  if (descriptor !== null) return await writeAll(descriptor, bytes)
  if (!found?.isFIFO() && !found?.isCharacterDevice())
    throw new FileRefused('not-a-file', 'is a socket or a disk')
  const file = await openForReader(directory.entry(name), Date.now() + READER_MS)
  try {
    const opened = await file.stat()
    if (opened.ino !== found.ino || opened.dev !== found.dev)
      throw new FileRefused('untrusted', 'changed meanwhile')
    await writeAll(file.fd, bytes)
  } finally {
    await file.close()
  }
}

/** fifo(7): without a reader, opening to write without waiting fails with ENXIO. */
async function openForReader(path: string, until: number) {
  const {O_WRONLY, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW} = constants
  for (;;) {
    try {
      return await open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
    } catch (error) {
      if (errnoOf(error) !== 'ENXIO') throw error
      if (Date.now() > until)
        throw new FileRefused('too-slow', `is a pipe without a reader for ${READER_MS / 1_000} s`)
      await pause(POLL_MS)
    }
  }
}

const writeSome = promisify(write)

async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += (await writeSome(fd, bytes, done, bytes.length - done, null)).bytesWritten
    } catch (error) {
      // Full: its reader is slow.
      if (errnoOf(error) !== 'EAGAIN') throw error
      await pause(POLL_MS)
    }
  }
}
