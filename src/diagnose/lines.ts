import {pipeline, Readable} from 'node:stream'
import {createGunzip} from 'node:zlib'
import {type Encoding, encodingOf, SAMPLE} from './encoding.ts'

/** Why a file is not read as a log. */
export class NotALog extends Error {
  readonly reason: 'empty' | 'binary' | 'damaged' | 'too-large'

  constructor(reason: NotALog['reason']) {
    super(`not a log: ${reason}`)
    this.reason = reason
  }
}

/** Characters of a line that are looked at; the rest of a longer one is passed over. */
const LONGEST_LINE = 64 * 1024

export type LogBytes = {
  readonly chunks: AsyncIterable<Buffer>
  /** The beginning of the file, where `chunks` begin further on, maybe in the middle of a line. */
  readonly head: Buffer | null
  /** Bytes that are read of it at most, unpacked. */
  readonly most: number
}

/**
 * The lines of a log, without their ends, as many at a time as have come. Holds a chunk and a line, however long.
 *
 * @throws NotALog; what `chunks` throw
 */
export async function* linesOf({chunks, head, most}: LogBytes): AsyncGenerator<readonly string[], void> {
  const {sample, all} = await sampled(chunks)
  if (sample.length === 0) throw new NotALog('empty')
  let encoding = encodingOf(head ?? sample)
  let bytes: AsyncIterable<Buffer> = all
  if (encoding === 'gzip') {
    const unpacked = await sampled(gunzip(all, most))
    if (unpacked.sample.length === 0) throw new NotALog('empty')
    encoding = encodingOf(unpacked.sample)
    bytes = unpacked.all
  }
  if (encoding === 'binary' || encoding === 'gzip') throw new NotALog('binary')
  yield* split(bytes, encoding, head !== null)
}

/** Reads as much as the encoding needs, and gives back all of it. */
async function sampled(chunks: AsyncIterable<Buffer>): Promise<{sample: Buffer; all: AsyncIterable<Buffer>}> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first: Buffer[] = []
  let length = 0
  while (length < SAMPLE) {
    const {value, done} = await iterator.next()
    if (done) break
    first.push(value)
    length += value.length
  }
  const begun = Buffer.concat(first)
  return {sample: begun.subarray(0, SAMPLE), all: continued(begun, iterator)}
}

async function* continued(begun: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  try {
    yield begun
    for (;;) {
      const {value, done} = await iterator.next()
      if (done) return
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}

async function* gunzip(chunks: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer, void> {
  const unpacking = createGunzip()
  const packed = Readable.from(chunks, {objectMode: false})
  // Its error comes out of the loop below.
  pipeline(packed, unpacking, () => {})
  let total = 0
  try {
    for await (const chunk of unpacking) {
      total += chunk.length
      if (total > most) throw new NotALog('too-large')
      yield chunk
    }
  } catch (error) {
    const isZlibs = error instanceof Error && 'code' in error && /^Z_/.test(String(error.code))
    throw isZlibs ? new NotALog('damaged') : error
  } finally {
    packed.destroy()
  }
}

async function* split(
  chunks: AsyncIterable<Buffer>,
  encoding: Exclude<Encoding, 'gzip' | 'binary'>,
  isInside: boolean,
): AsyncGenerator<readonly string[], void> {
  const decoder = new TextDecoder(encoding)
  // What comes before the first end of a line is a part of one where the beginning was left out.
  let isPart = isInside
  let rest = ''
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, {stream: true}).split('\n')
    lines[0] = joined(rest, lines[0] ?? '')
    rest = lines.pop() ?? ''
    if (isPart && lines.length > 0) {
      lines.shift()
      isPart = false
    }
    yield lines.map(ended)
  }
  const last = joined(rest, decoder.decode())
  if (last !== '' && !isPart) yield [ended(last)]
}

const joined = (rest: string, part: string): string =>
  rest.length >= LONGEST_LINE ? rest : rest + part.slice(0, LONGEST_LINE - rest.length)

const ended = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
