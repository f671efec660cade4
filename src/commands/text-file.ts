import {UserError} from '../contract/errors.ts'
import {FileRefused, fileErrorClause} from '../platform/files/file-error.ts'
import {readChunks, STANDARD_INPUT} from '../platform/files/input.ts'

/** A file that the user names, and how messages speak of it. */
export type TextFile = {
  /** `-` is standard input. */
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
  const parts: string[] = []
  for await (const part of textParts(file)) parts.push(part)
  return parts.join('')
}

/** Characters in a line; what is longer is another kind of file. */
const LONGEST_LINE = 1024 * 1024

/**
 * Reads the same as it comes: all lines that each part of it completes, without their ends. Holds no more than a part and
 * a line. Throws the same, and for a line that is too long.
 */
export async function* readLines(file: TextFile): AsyncGenerator<readonly string[], void> {
  let rest = ''
  let ended = 0
  for await (const part of textParts(file)) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw longLine(file, ended + lines.length + 1)
    ended += lines.length
    yield lines
  }
  yield [rest]
}

function longLine(file: TextFile, number: number): UserError {
  return new UserError(
    `Line ${number} of the ${file.what} ${nameOf(file)} is longer than ${LONGEST_LINE} characters: ${file.instead}.`,
  )
}

/** Reads JSON. Throws `UserError` as `readTextFile` does, and for what is no JSON, with the place. */
export function parseJson(text: string, file: TextFile): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const place = cause instanceof Error ? /line \d+ column \d+/.exec(cause.message)?.[0] : undefined
    throw new UserError(
      `The ${file.what} ${nameOf(file)} is not JSON${place ? ` (${place})` : ''}: ${file.instead}.`,
      undefined,
      {cause},
    )
  }
}

/** Text as it is read; a part may end anywhere in a line. */
async function* textParts(file: TextFile): AsyncGenerator<string, void> {
  let decoder = new TextDecoder('utf-8', {fatal: true})
  let isFirst = true
  const decode = (bytes?: Buffer) => {
    try {
      return decoder.decode(bytes, {stream: bytes !== undefined})
    } catch (cause) {
      throw notText(file, cause)
    }
  }
  for await (const chunk of chunksOf(file)) {
    // Of a byte order mark a pipe may bring the first byte alone; no text in UTF-8 begins with it.
    if (isFirst && chunk[0] === 0xff && (chunk[1] ?? 0xfe) === 0xfe)
      decoder = new TextDecoder('utf-16le', {fatal: true})
    isFirst = false
    // Valid in UTF-8, but not in text: an endless device behind a pipe is not read to the limit.
    if (decoder.encoding === 'utf-8' && chunk.includes(0)) throw notText(file)
    yield decode(chunk)
  }
  yield decode()
}

async function* chunksOf(file: TextFile): AsyncGenerator<Buffer, void> {
  const {path, largestMib, instead, what} = file
  try {
    yield* readChunks(path === '-' ? STANDARD_INPUT : path, largestMib * MIB)
  } catch (cause) {
    if (cause instanceof FileRefused && cause.code === 'too-large')
      throw new UserError(`The ${what} ${nameOf(file)} is larger than ${largestMib} MiB: ${instead}.`)
    throw new UserError(
      `The ${what} ${nameOf(file)} cannot be read (${fileErrorClause(cause)}): check its path and permissions.`,
      undefined,
      {cause},
    )
  }
}

/** The file as messages name it. */
export function nameOf({path}: Pick<TextFile, 'path'>): string {
  return JSON.stringify(path === '-' ? 'standard input' : path)
}

function notText(file: TextFile, cause?: unknown): UserError {
  return new UserError(`The ${file.what} ${nameOf(file)} is not UTF-8 text: save it as UTF-8.`, undefined, {
    cause,
  })
}
