import {execFile} from 'node:child_process'
import {childEnvironment} from './child-environment.ts'
import {type CommandResult, DEFAULTS, type RunCommand} from './command.ts'
import {noted} from './shortage.ts'

/**
 * Runs a program that only reads, as `runCommand` does, with Node's own means: a check starts eight of these, and would
 * spend a fifth of its time on what they do not need. Nothing is lost with such a program, so it is ended at once (SIGKILL).
 */
export const readCommand: RunCommand = ([program, ...args], limits = {}) => {
  const {
    timeoutMs = DEFAULTS.timeoutMs,
    maxBytes = DEFAULTS.maxBytes,
    signal,
    input,
    encoding = 'utf8',
  } = limits
  return new Promise((resolve, reject) => {
    const options = {
      encoding,
      env: childEnvironment(),
      killSignal: 'SIGKILL' as const,
      maxBuffer: maxBytes,
      timeout: timeoutMs,
      ...(signal ? {signal} : {}),
    }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({kind: 'exited', code: 0, stdout, stderr})
      const result = failed(error, program, {timeoutMs, maxBytes, stdout, stderr})
      if (result) resolve(result)
      else reject(noted(error))
    })
    if (limits.onOutput) child.stdout?.on('data', limits.onOutput)
    // A program may end before it has read all of its input, or not start at all.
    child.stdin?.on('error', () => undefined).end(input)
  })
}

type Failure = Error & {readonly code?: unknown; readonly killed?: boolean; readonly signal?: string | null}

/** Null where the error is about this process, such as a shortage on this host. */
function failed(
  error: Failure,
  program: string,
  said: {
    readonly timeoutMs: number
    readonly maxBytes: number
    readonly stdout: string
    readonly stderr: string
  },
): CommandResult | null {
  const {stdout, stderr} = said
  if (typeof error.code === 'number') return {kind: 'exited', code: error.code, stdout, stderr}
  if (error.code === 'ABORT_ERR') return {kind: 'aborted'}
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return {kind: 'too-much-output', limitBytes: said.maxBytes}
  }
  if (error.code === 'ENOENT') return {kind: 'not-found', program}
  if (error.code === 'EACCES' || error.code === 'EPERM') return {kind: 'not-permitted', program}
  if (error.killed) return {kind: 'timed-out', afterMs: said.timeoutMs}
  if (error.signal) return {kind: 'killed', signal: error.signal, stderr}
  return null
}
