import {stat} from 'node:fs/promises'
import {readChunks, STANDARD_INPUT} from './input.ts'
import {openRegularFile} from './read.ts'

/** The end of something, or all of it. */
export type Tail = {
  /** The beginning of the file, where `chunks` begin further on; else null. */
  readonly head: Buffer | null
  readonly skippedBytes: number
  readonly chunks: AsyncIterable<Buffer>
}

export type TailOptions = {
  /** Read of the end of a file, in bytes. */
  readonly end: number
  /** Largest size in bytes of what has no end to begin at: a pipe, and what `isWhole` says of a file. */
  readonly most: number
  /** Whether a file that begins so has to be read from its beginning. */
  isWhole(head: Buffer): boolean
}

const CHUNK = 64 * 1024
const HEAD = 4 * 1024

/**
 * Reads the end of what the user named; `-` is standard input. A pipe is read whole.
 *
 * @throws FileRefused for a directory, a device or a socket, and for more than `most` bytes; the error of the system
 *   call; both also while `chunks` are read
 */
export async function readTail(path: string, {end, most, isWhole}: TailOptions): Promise<Tail> {
  const whole = {head: null, skippedBytes: 0, chunks: readChunks(path === '-' ? STANDARD_INPUT : path, most)}
  if (path === '-' || !(await stat(path)).isFile()) return whole
  const {file, stat: found} = await openRegularFile(path)
  const head = Buffer.alloc(HEAD)
  try {
    const {bytesRead} = await file.read(head, 0, HEAD, 0)
    // At an even place, so that the two bytes of a character in UTF-16 stay together.
    const from = found.size - (found.size % 2) - end
    if (from <= 0 || isWhole(head.subarray(0, bytesRead))) return whole
    return {head: head.subarray(0, bytesRead), skippedBytes: from, chunks: chunksFrom(path, from, most)}
  } finally {
    await file.close()
  }
}

async function* chunksFrom(path: string, from: number, most: number): AsyncGenerator<Buffer, void> {
  const {file} = await openRegularFile(path)
  try {
    for (let at = from; at - from < most; ) {
      const {bytesRead, buffer} = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at)
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
