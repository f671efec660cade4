import {EXIT, type ExitCode} from '../../contract/exit-codes.ts'
import {describeFileError, errnoOf} from '../files/file-error.ts'

/** POSIX has it at this path (sh(1p)); it only returns the exit code. */
const SHELL = '/bin/sh'

/** A reader of a pipe that is not ready by then is not waited for where the end is urgent, in milliseconds. */
const FLUSH_LIMIT_MS = 500

/** Requests that occupy a thread of libuv's pool, as `process.getActiveResourcesInfo` names them. */
const IN_A_THREAD = /^(FSReq|FileHandle|Get(Addr|Name)InfoReq)/

/**
 * Whether a process can be ended while the system's resolver or a file system keeps one of its threads. `process.exit`
 * waits for all threads (libuv, uv_library_shutdown); a process that is replaced by another does not (execve(2)).
 * Node.js has `process.execve` from 22.15 on, and not on Windows.
 */
export function canEndAtOnce(): boolean {
  return process.platform !== 'win32' && typeof process.execve === 'function'
}

/**
 * Ends this process now, with what was printed so far on its way to the reader. A thread that hangs, in getaddrinfo(3)
 * or a read(2), does not delay it. Listeners of `exit` run, as in `process.exit`.
 *
 * @param patience `all` waits for a slow reader of stdout or stderr, `short` for half a second.
 */
export async function endProcess(exitCode: ExitCode, patience: 'all' | 'short'): Promise<never> {
  const printed = Promise.all([flushed(process.stdout), flushed(process.stderr)])
  await (patience === 'all' ? printed : Promise.race([printed, waitShortly()]))
  const threadsHang = process.getActiveResourcesInfo().some(name => IN_A_THREAD.test(name))
  if (!threadsHang || !canEndAtOnce() || !hasShell()) process.exit(exitCode)
  process.emit('exit', exitCode)
  restoreStreams()
  process.execve?.(SHELL, ['sh', '-c', `exit ${exitCode}`], {})
  process.exit(exitCode)
}

/** Waits until everything printed on a stream so far was written, or cannot be. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(done => {
    stream.write('', () => done())
  })
}

function waitShortly(): Promise<void> {
  return new Promise(done => {
    setTimeout(done, FLUSH_LIMIT_MS)
  })
}

/** `process.execve` aborts where it fails. */
function hasShell(): boolean {
  const {accessSync, constants} = process.getBuiltinModule('node:fs')
  try {
    accessSync(SHELL, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A terminal and pipes are shared with other programs: what Node.js has set on them, it would reset in `process.exit`. */
function restoreStreams(): void {
  if (process.stdin.isTTY && process.stdin.isRaw) process.stdin.setRawMode(false)
  for (const stream of [process.stdin, process.stdout, process.stderr]) {
    const {_handle: handle} = stream as {_handle?: {setBlocking?: (blocking: boolean) => unknown} | null}
    handle?.setBlocking?.(true)
  }
}

/** Codes that say what was found. A reader that has seen enough of it does not want to hear the rest. */
const FOUND: readonly ExitCode[] = [EXIT.ready, EXIT.notReady, EXIT.unknown]

/**
 * Keeps a run at work when what it prints finds no reader: a change that is under way has to come to its end however
 * soon `| head`, a lost connection or a full disk takes stdout or stderr away.
 *
 * @returns what to call at the end: it waits until all is printed, and returns the exit code. That is 0 when the reader
 *   of stdout left early and nothing went wrong otherwise, and 2, with a sentence on stderr, when stdout could not be
 *   written for another reason.
 */
export function outlivePrinting(): (exitCode: ExitCode) => Promise<ExitCode> {
  let failure: Error | null = null
  process.stdout.on('error', (error: Error) => {
    failure ??= error
  })
  // Progress and messages only; with nobody left to read them there is nobody to tell.
  process.stderr.on('error', () => {})
  return async exitCode => {
    await Promise.all([flushed(process.stdout), flushed(process.stderr)])
    if (failure === null || !FOUND.includes(exitCode)) return exitCode
    if (errnoOf(failure) === 'EPIPE') return EXIT.ready
    process.stderr.write(
      `drs-onboard: The result cannot be written to stdout (${describeFileError(failure)}); ` +
        'free some space there, or write it elsewhere.\n',
    )
    await flushed(process.stderr)
    return EXIT.usage
  }
}
