import {closeSync, openSync, readdirSync, readFileSync} from 'node:fs'
import {devNull} from 'node:os'

/** What this process, or the host, has run out of. */
export type Shortage = 'files' | 'files of the host' | 'processes' | 'memory'

/**
 * The last error that was a shortage, and how many there were. Once there was one, facts may be missing that nobody has
 * missed: many readers take a file that cannot be opened for none.
 */
let last: unknown = null
let count = 0

/** What an error is a shortage of; null for any other, and for none. Looks at its causes, too. */
export function shortageOf(error: unknown): Shortage | null {
  if (!(error instanceof Error)) return null
  const {code, syscall} = error as {code?: unknown; syscall?: unknown}
  switch (code) {
    case 'EMFILE':
      return 'files'
    case 'ENFILE':
      return 'files of the host'
    case 'ENOMEM':
    case 'ENOBUFS':
      return 'memory'
    // fork(2); of a socket or a pipe it means something else.
    case 'EAGAIN':
      return typeof syscall === 'string' && syscall.startsWith('spawn')
        ? 'processes'
        : shortageOf(error.cause)
    default:
      return shortageOf(error.cause)
  }
}

/** Remembers an error that is a shortage, and hands it on. */
export function noted<E>(error: E): E {
  if (shortageOf(error) !== null) {
    last = error
    count += 1
  }
  return error
}

/** The last shortage since `forgetShortage`. */
export function shortageSeen(): Shortage | null {
  return shortageOf(last)
}

export function forgetShortage(): void {
  last = null
}

/** Reads facts that must not miss any. @throws the error of a shortage that came up meanwhile, in any reader */
export async function withoutShortage<T>(read: () => Promise<T>): Promise<T> {
  const before = count
  const facts = await read()
  if (count > before) throw last
  return facts
}

/** Less than this is certain not to do for a run of all checks, more may not do where names have many addresses. */
const NEEDED_FILES = 40

/**
 * Whether there are too few file descriptors for a run to begin. Looked at before, since the resolver's libraries report
 * that as a name server that does not answer. Linux: proc(5); elsewhere never.
 */
export function isShortOfFiles(proc = '/proc/self'): boolean {
  try {
    const limit = fileLimit(proc)
    return limit !== null && limit - readdirSync(`${proc}/fd`).length < NEEDED_FILES
  } catch (error) {
    return shortageOf(error) !== null
  }
}

/** Opens a file and closes it again. @throws the error of open(2) where that is a shortage */
export function requireFile(): void {
  try {
    closeSync(openSync(devNull, 'r'))
  } catch (error) {
    if (shortageOf(error) !== null) throw noted(error)
  }
}

/** How many files this process may have open at once; null where that is not known, or there is no limit. */
function fileLimit(proc: string): number | null {
  const found = /^Max open files\s+(\d+)/m.exec(readFileSync(`${proc}/limits`, 'utf8'))
  return found ? Number(found[1]) : null
}

/** What is short, and what to do, as two sentences. */
export function explainShortage(shortage: Shortage): {readonly summary: string; readonly nextStep: string} {
  switch (shortage) {
    case 'files':
      return {
        summary: `This process cannot open enough files${limitClause()}.`,
        nextStep: 'Raise the limit, for example with `ulimit -n 1024`, then run it again.',
      }
    case 'files of the host':
      return {
        summary: 'This server cannot open more files (fs.file-max).',
        nextStep: 'Find the program with many open files, or raise fs.file-max, then run it again.',
      }
    case 'processes':
      return {
        summary: 'This user cannot start enough processes (ulimit -u, pids.max).',
        nextStep: 'Raise the limit, for example with `ulimit -u 1024`, then run it again.',
      }
    case 'memory':
      return {
        summary: 'This server, or the control group of this process, is out of memory.',
        nextStep: 'Free some memory, then run it again.',
      }
  }
}

function limitClause(): string {
  try {
    const limit = fileLimit('/proc/self')
    return limit === null ? '' : `: its limit is ${limit} (ulimit -n)`
  } catch {
    return ' (ulimit -n)'
  }
}
