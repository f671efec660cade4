import {constants, write} from 'node:fs'
import {open} from 'node:fs/promises'
import {setTimeout as pause} from 'node:timers/promises'
import {promisify} from 'node:util'
import {errnoOf, FileRefused} from './file-error.ts'
import type {Place} from './place.ts'

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
