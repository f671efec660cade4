import {type ChildProcess, type ChildProcessByStdio, spawn} from 'node:child_process'
import type {Readable, Writable} from 'node:stream'
import type {Command} from '../contract/remedy.ts'

/** How a command ended. A command that could not start or was stopped is data too: this never throws. */
export type CommandResult =
  | {readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string}
  | {readonly kind: 'not-found'; readonly program: string}
  | {readonly kind: 'not-permitted'; readonly program: string}
  | {readonly kind: 'timed-out'; readonly afterMs: number}
  | {readonly kind: 'killed'; readonly signal: string; readonly stderr: string}
  | {readonly kind: 'aborted'}
  | {readonly kind: 'too-much-output'; readonly limitBytes: number}

export type RunCommand = (command: Command, limits?: CommandLimits) => Promise<CommandResult>

export type CommandLimits = {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Bytes of each stream kept; more is an error rather than a truncation. */
  readonly maxBytes?: number
  readonly input?: string
  /**
   * Runs it in a process group of its own, so that a terminal's Ctrl-C or hang-up does not reach it: for changes,
   * which must not stop halfway.
   */
  readonly detached?: boolean
  /** How output becomes text: `latin1` gives one character for each byte. UTF-8 unless given. */
  readonly encoding?: 'utf8' | 'latin1'
}

const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024
/** What has not ended by then after it was asked to (SIGTERM) is made to. */
const BEFORE_FORCE_MS = 1_000

/** Its output always comes through pipes. */
type Child = ChildProcessByStdio<Writable | null, Readable, Readable>

/** What runs now; it does not outlive this process, unless it is in a process group of its own. */
const running = new Set<ChildProcess>()

/**
 * Runs a program by argv, in the C locale, never through a shell. The program is found on PATH, and then in the
 * system directories that an unprivileged PATH may lack (`/usr/sbin`, `/sbin`); never in the current directory.
 * Source for Windows: NeedCurrentDirectoryForExePathW (processenv.h).
 */
export const runCommand: RunCommand = async (command, limits = {}) => {
  const [program, ...args] = command
  const {
    timeoutMs = DEFAULT_TIMEOUT_MS,
    maxBytes = DEFAULT_MAX_BYTES,
    signal,
    input,
    encoding = 'utf8',
  } = limits
  if (signal?.aborted) return {kind: 'aborted'}
  // Else Windows would take a program in the current directory, which may be one for downloads, for its own.
  if (process.platform === 'win32') process.env.NoDefaultCurrentDirectoryInExePath = '1'
  // On Windows every program gets a hidden console of its own, where a Ctrl-C does not come; without any, PowerShell
  // fails.
  const detached = (limits.detached ?? false) && process.platform !== 'win32'
  const child = spawn(program, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: {...process.env, LC_ALL: 'C', PATH: withSystemDirectories(process.env.PATH)},
    detached,
    windowsHide: true,
  }) as Child
  if (!detached) follow(child)
  let stopped: CommandResult | null = null
  let force: NodeJS.Timeout | undefined
  const stop = (why: CommandResult) => {
    stopped ??= why
    child.kill()
    force ??= setTimeout(() => child.kill('SIGKILL'), BEFORE_FORCE_MS)
  }
  const timer = setTimeout(() => stop({kind: 'timed-out', afterMs: timeoutMs}), timeoutMs)
  const abort = () => stop({kind: 'aborted'})
  signal?.addEventListener('abort', abort, {once: true})
  const overflow = () => stop({kind: 'too-much-output', limitBytes: maxBytes})
  const [stdout, stderr] = [
    gather(child.stdout, maxBytes, overflow),
    gather(child.stderr, maxBytes, overflow),
  ]
  // A program may end before it has read all of its input.
  child.stdin?.on('error', () => undefined).end(input)
  try {
    const end = await ended(child, () => stopped !== null)
    if (end instanceof Error) return failedStart(program, end)
    if (stopped) return stopped
    if (end.code === null) return {kind: 'killed', signal: end.signal ?? 'a signal', stderr: stderr(encoding)}
    return {kind: 'exited', code: end.code, stdout: stdout(encoding), stderr: stderr(encoding)}
  } finally {
    clearTimeout(timer)
    clearTimeout(force)
    signal?.removeEventListener('abort', abort)
    running.delete(child)
  }
}

function follow(child: ChildProcess): void {
  if (running.size === 0) {
    process.removeListener('exit', endAll)
    process.on('exit', endAll)
  }
  running.add(child)
}

const endAll = (): void => {
  for (const child of running) child.kill()
}

/** Keeps what a stream brings; the text of it is made at the end. */
function gather(
  stream: Readable,
  maxBytes: number,
  overflow: () => void,
): (encoding: 'utf8' | 'latin1') => string {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) overflow()
    else chunks.push(chunk)
  })
  return encoding => Buffer.concat(chunks).toString(encoding)
}

type End = {readonly code: number | null; readonly signal: string | null}

/** The end of a program and of what it prints; of one that was stopped, whoever else holds its output is not waited for. */
function ended(child: Child, isStopped: () => boolean) {
  return new Promise<End | Error>(resolve => {
    child.once('error', resolve)
    child.once('close', (code, signal) => resolve({code, signal}))
    child.once('exit', (code, signal) => {
      if (!isStopped()) return
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({code, signal})
    })
  })
}

/** @throws the error itself where it is a shortage on this host. */
function failedStart(program: string, error: Error): CommandResult {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return {kind: 'not-found', program}
  if (code === 'EACCES' || code === 'EPERM') return {kind: 'not-permitted', program}
  throw error
}

function withSystemDirectories(path: string | undefined): string {
  if (process.platform === 'win32') return path ?? ''
  const present = (path ?? '').split(':').filter(Boolean)
  const missing = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].filter(directory => !present.includes(directory))
  return [...present, ...missing].join(':')
}

/** Whether the command ran to its end with exit code 0. */
export function succeeded(result: CommandResult): result is CommandResult & {kind: 'exited'; code: 0} {
  return result.kind === 'exited' && result.code === 0
}

/** One clause that says how the command ended, for use inside a sentence. */
export function describeResult(command: Command, result: CommandResult): string {
  const name = command.join(' ')
  switch (result.kind) {
    case 'exited': {
      if (XTABLES_LOCK.test(result.stderr)) {
        return `\`${name}\` gave up, since another program holds the lock of iptables (\`fuser /run/xtables.lock\` names it)`
      }
      const said = firstLine(result.stderr) || firstLine(result.stdout)
      return `\`${name}\` ended with exit code ${result.code}${said ? `: ${said}` : ''}`
    }
    case 'not-found':
      return `\`${result.program}\` is not installed`
    case 'not-permitted':
      return `\`${result.program}\` may not be run by this user`
    case 'timed-out':
      return `\`${name}\` did not end within ${result.afterMs / 1000} s`
    case 'killed':
      return `\`${name}\` was ended by ${result.signal}`
    case 'aborted':
      return `\`${name}\` was cancelled`
    case 'too-much-output':
      return `\`${name}\` printed more than ${Math.round(result.limitBytes / 1024 / 1024)} MB`
  }
}

/** What releases of iptables say after they have waited for the lock (iptables(8), `-w`). */
const XTABLES_LOCK = /holding the xtables lock|Can't lock \S*xtables\.lock/

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}
