import type {ExitCode} from './exit-codes.ts'

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
export function flushed(stream: NodeJS.WriteStream): Promise<void> {
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
