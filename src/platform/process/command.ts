import type {Command} from '../../contract/remedy.ts'
import {powerShellMessage, withoutClixml} from '../windows/clixml.ts'
import {childEnvironment} from './child-environment.ts'
import {searchPath} from './search-path.ts'
import {noted} from './shortage.ts'

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
  /** Called whenever it prints something; only programs that read tell (`readCommand`). */
  readonly onOutput?: () => void
  /** Bytes of each stream kept; more is an error rather than a truncation. */
  readonly maxBytes?: number
  readonly input?: string
  /**
   * Runs it in a process group of its own, so that a terminal's Ctrl-C or hang-up does not reach it: for changes,
   * which must not stop halfway.
   */
  readonly detached?: boolean
  /**
   * How output becomes text: `latin1` gives one character for each byte. Unless given it is UTF-8, on Windows the
   * console's code page.
   */
  readonly encoding?: 'utf8' | 'latin1'
}

export const DEFAULTS = {timeoutMs: 10_000, maxBytes: 256 * 1024 * 1024} as const

/**
 * Runs a program by argv, never through a shell, in the environment of `childEnvironment`: in the C locale, and found
 * where `searchPath` says, never in the current directory. Source for Windows: NeedCurrentDirectoryForExePathW
 * (processenv.h).
 */
export const runCommand: RunCommand = async (command, limits = {}) => {
  if (process.platform !== 'win32' || limits.encoding !== undefined) return runProgram(command, limits)
  const result = await runProgram(command, {...limits, encoding: 'latin1'})
  const {decodedOutput} = await import('../windows/console-output.ts')
  return decodedOutput(result, runProgram)
}

const runProgram: RunCommand = async (command, limits = {}) => {
  const {execa} = await import('execa')
  const [program, ...args] = command
  // Else Windows would take a program in the current directory, which may be one for downloads, for its own.
  if (process.platform === 'win32') process.env.NoDefaultCurrentDirectoryInExePath = '1'
  const timeoutMs = limits.timeoutMs ?? DEFAULTS.timeoutMs
  const maxBytes = limits.maxBytes ?? DEFAULTS.maxBytes
  const running = execa(program, args, {
    reject: false,
    stdin: limits.input === undefined ? 'ignore' : 'pipe',
    ...(limits.input === undefined ? {} : {input: limits.input}),
    timeout: timeoutMs,
    forceKillAfterDelay: 1_000,
    maxBuffer: maxBytes,
    stripFinalNewline: false,
    encoding: limits.encoding ?? 'utf8',
    // On Windows every program gets a hidden console of its own, where a Ctrl-C does not come; without any,
    // PowerShell fails.
    detached: (limits.detached ?? false) && process.platform !== 'win32',
    env: childEnvironment(),
    extendEnv: false,
    ...(limits.signal ? {cancelSignal: limits.signal} : {}),
  })
  // Of a program that was stopped, nobody else with its output open is waited for.
  const {nodeChildProcess: child} = running
  child.once('exit', () => {
    if (!child.killed) return
    child.stdout?.destroy()
    child.stderr?.destroy()
  })
  const result = await running
  if (result.isCanceled) return {kind: 'aborted'}
  if (result.timedOut) return {kind: 'timed-out', afterMs: timeoutMs}
  if (result.isMaxBuffer) return {kind: 'too-much-output', limitBytes: maxBytes}
  if (result.code === 'ENOENT') return {kind: 'not-found', program}
  if (result.code === 'EACCES' || result.code === 'EPERM') return {kind: 'not-permitted', program}
  if (result.signal) return {kind: 'killed', signal: result.signal, stderr: result.stderr}
  if (result.exitCode === undefined) throw noted(result)
  return {kind: 'exited', code: result.exitCode, stdout: result.stdout, stderr: result.stderr}
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
        return `\`${name}\` gave up: another program has locked iptables (\`fuser /run/xtables.lock\` names it)`
      }
      const said = errorIn(result.stderr) || firstLine(result.stdout)
      return `\`${name}\` failed with exit code ${result.code}${said ? `: ${said}` : ''}`
    }
    case 'not-found':
      return `\`${result.program}\` is not installed${notSearched()}`
    case 'not-permitted':
      return `\`${result.program}\` cannot be run by this user`
    case 'timed-out':
      return `\`${name}\` did not finish within ${result.afterMs / 1000} s`
    case 'killed':
      return `\`${name}\` was terminated by ${result.signal}`
    case 'aborted':
      return `\`${name}\` was canceled`
    case 'too-much-output':
      return `\`${name}\` printed more than ${Math.round(result.limitBytes / 1024 / 1024)} MB`
  }
}

/** Where a program may well be that was not found. */
function notSearched(): string {
  const {leftOut} = searchPath(process.env.PATH)
  if (leftOut.length === 0) return ''
  const entries = leftOut.map(({entry, because}) => `${JSON.stringify(entry)} (${because})`)
  return `, or only in PATH directories that are not searched: ${entries.join(', ')}`
}

/** What releases of iptables say after they have waited for the lock (iptables(8), `-w`). */
const XTABLES_LOCK = /holding the xtables lock|Can't lock \S*xtables\.lock/

/** The first line of an error stream; of PowerShell, its error's message. */
function errorIn(stderr: string): string {
  const text = withoutClixml(stderr)
  return /^\s*\+ /m.test(text) ? powerShellMessage(text) : firstLine(text)
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}
