import {open} from 'node:fs/promises'
import {UserError} from '../errors.ts'

/** A file to be read whole, and how messages speak of it. */
export type TextFile = {
  readonly path: string
  /** What it is, in a sentence after "The". */
  readonly what: string
  /** Largest size in MiB; what is larger is another kind of file. */
  readonly largestMib: number
  /** What to give instead of a file that is too large or no JSON, as an imperative. */
  readonly instead: string
}

const MIB = 1024 * 1024

/**
 * Reads text in UTF-8, or in UTF-16 with a byte order mark as PowerShell's `>` writes it. Throws `UserError` for a file
 * that cannot be read, is too large, or is no text.
 */
export async function readTextFile(file: TextFile): Promise<string> {
  return decode(await whole(file, await opened(file)), file)
}

/** The same from standard input. */
export async function readStandardInput(file: Omit<TextFile, 'path'>): Promise<string> {
  const named = {...file, path: 'standard input'}
  return decode(await whole(named, process.stdin), named)
}

/** Reads JSON. Throws `UserError` as `readTextFile` does, and for what is no JSON, with the place. */
export function parseJson(text: string, {path, what, instead}: TextFile): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const place = cause instanceof Error ? /line \d+ column \d+/.exec(cause.message)?.[0] : undefined
    throw new UserError(
      `The ${what} ${JSON.stringify(path)} is not JSON${place ? ` (${place})` : ''}: ${instead}.`,
      undefined,
      {cause},
    )
  }
}

async function opened(file: TextFile): Promise<AsyncIterable<Buffer>> {
  const handle = await open(file.path).catch(cause => {
    throw unreadable(file, cause)
  })
  // One byte too many tells that it is too large; a pipe or device without an end is no trap.
  return handle.createReadStream({end: file.largestMib * MIB})
}

async function whole(file: TextFile, chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const {path, what, largestMib, instead} = file
  const read: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of chunks) {
      read.push(chunk)
      size += chunk.length
      if (size > largestMib * MIB) break
    }
  } catch (cause) {
    throw unreadable(file, cause)
  }
  if (size <= largestMib * MIB) return Buffer.concat(read)
  throw new UserError(`The ${what} ${JSON.stringify(path)} is larger than ${largestMib} MiB: ${instead}.`)
}

function unreadable({path, what}: TextFile, cause: unknown): UserError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : cause
  return new UserError(
    `The ${what} ${JSON.stringify(path)} cannot be read (${code}): check its path and permissions.`,
    undefined,
    {cause},
  )
}

function decode(bytes: Buffer, {path, what}: TextFile): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  try {
    return new TextDecoder(encoding, {fatal: true}).decode(bytes)
  } catch (cause) {
    throw new UserError(
      `The ${what} ${JSON.stringify(path)} is not text in UTF-8: save it as UTF-8.`,
      undefined,
      {cause},
    )
  }
}
