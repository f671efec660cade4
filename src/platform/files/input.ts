import {constants, type Stats} from 'node:fs'
import {type FileHandle, open, stat} from 'node:fs/promises'
import {setTimeout as pause} from 'node:timers/promises'
import {errnoOf, FileRefused} from './file-error.ts'
import {kindOf, tooLarge} from './read.ts'

/** Standard input, for what takes `-` in its place. */
export const STANDARD_INPUT = '/dev/stdin'

/** The names of standard input. Opening them would fail where it is a socket. */
const STANDARD_INPUTS: readonly string[] = [STANDARD_INPUT, '/dev/fd/0', '/proc/self/fd/0']

/** In which somebody has to open a named pipe for writing. In milliseconds. */
const WRITER_MS = 5_000
/** Between two looks into a pipe: soon at first, for one that is being filled. In milliseconds. */
const POLL_MS = {first: 1, last: 50} as const

const CHUNK = 64 * 1024

/**
 * Reads what the user named, as it comes: a file, a pipe such as bash's `<(command)`, or standard input. Never waits in
 * a system call for a pipe, so that a signal ends the run; a named pipe that nobody writes to is given up after 5 s,
 * one whose writer is slow is not.
 *
 * @param limit largest size in bytes
 * @throws FileRefused for a directory, a device or a socket, and for more than `limit` bytes; the error of the system
 *   call
 */
export async function* readChunks(path: string, limit: number): AsyncGenerator<Buffer, void> {
  let total = 0
  for await (const chunk of STANDARD_INPUTS.includes(path) ? process.stdin : chunksOf(path, limit)) {
    total += chunk.length
    if (total > limit) throw tooLarge(limit)
    yield chunk
  }
}

/** Reads what the user named, whole. @throws as `readChunks` */
export async function readInput(path: string, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of readChunks(path, limit)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* chunksOf(path: string, limit: number): AsyncGenerator<Buffer, void> {
  requireReadable(await stat(path))
  const {O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0} = constants
  const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
  try {
    const found = await file.stat()
    requireReadable(found)
    if (found.isFile() && found.size > limit) throw tooLarge(limit)
    yield* found.isFIFO() ? chunksOfPipe(file) : chunksOfFile(file)
  } finally {
    await file.close()
  }
}

/** Linux `/dev/null` (null(4): 1, 3), which people give for an empty file. */
const NULL_DEVICE = 0x103

function requireReadable(found: Stats): void {
  const isNull = process.platform === 'linux' && found.isCharacterDevice() && found.rdev === NULL_DEVICE
  if (!found.isFile() && !found.isFIFO() && !isNull)
    throw new FileRefused('not-a-file', `is ${kindOf(found)}, not a file`)
}

async function* chunksOfFile(file: FileHandle): AsyncGenerator<Buffer, void> {
  for (;;) {
    const {bytesRead, buffer} = await file.read(Buffer.allocUnsafe(CHUNK))
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** read(2): without waiting, 0 bytes say that nobody has the pipe open for writing, EAGAIN that it is empty. */
async function* chunksOfPipe(file: FileHandle): AsyncGenerator<Buffer, void> {
  const until = Date.now() + WRITER_MS
  let hadWriter = false
  let pollMs: number = POLL_MS.first
  for (;;) {
    const {bytesRead, buffer} = await file.read(Buffer.allocUnsafe(CHUNK)).catch((error: unknown) => {
      if (errnoOf(error) !== 'EAGAIN') throw error
      hadWriter = true
      return {bytesRead: 0, buffer: null}
    })
    if (bytesRead > 0 && buffer !== null) {
      hadWriter = true
      pollMs = POLL_MS.first
      yield buffer.subarray(0, bytesRead)
      continue
    }
    if (buffer !== null && hadWriter) return
    if (!hadWriter && Date.now() > until)
      throw new FileRefused('too-slow', `is a pipe without a writer for ${WRITER_MS / 1_000} s`)
    await pause(pollMs)
    pollMs = Math.min(pollMs * 2, POLL_MS.last)
  }
}
