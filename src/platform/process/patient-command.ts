import {type CommandResult, type RunCommand, succeeded} from './command.ts'

/** A program that took long to answer, or did not. */
export type SlowProgram = {
  /** Its command line. */
  readonly program: string
  readonly seconds: number
  /** False where it was given up. */
  readonly answered: boolean
}

/** Called with programs as they turn out to be slow. */
export type SlowPrograms = {
  /** A program has not answered for a while; it is waited for. */
  waiting(program: string, seconds: number): void
  /** How that ended. */
  ended(slow: SlowProgram): void
}

/** After so long a program is reported as slow, in milliseconds. */
const SLOW_MS = 10_000

/** Programs are given up when none of them has answered or printed anything for so long, in milliseconds. */
const STALL_MS = 30_000

/** The same once that has happened: what is started afterwards has little hope. */
const STALLED_BEFORE_MS = 10_000

/** execFile takes it for no limit. */
const NO_LIMIT = 0

type Limits = {readonly slow?: SlowPrograms | undefined; readonly stallMs?: number; readonly slowMs?: number}

/**
 * Runs the programs of one reading without a limit for each: on a slow, busy machine the last of ten that are started
 * together may take long and be all right. They are given up when nothing moves any more.
 */
export function patientCommand(run: RunCommand, limits: Limits = {}): RunCommand {
  const {slow, slowMs = SLOW_MS} = limits
  let stallMs = limits.stallMs ?? STALL_MS
  const running = new Set<AbortController>()
  let stall: NodeJS.Timeout | undefined
  const giveUp = () => {
    stallMs = Math.min(stallMs, STALLED_BEFORE_MS)
    for (const program of running) program.abort()
  }
  const moved = () => {
    clearTimeout(stall)
    if (running.size > 0) stall = setTimeout(giveUp, stallMs)
  }
  return async (command, {signal, ...rest} = {}) => {
    const stalled = new AbortController()
    const startedAt = performance.now()
    const elapsed = () => Math.round((performance.now() - startedAt) / 1_000)
    const watch = setTimeout(() => slow?.waiting(command.join(' '), elapsed()), slowMs)
    running.add(stalled)
    moved()
    try {
      const either = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal
      const result = await run(command, {...rest, signal: either, timeoutMs: NO_LIMIT, onOutput: moved})
      const isGivenUp = stalled.signal.aborted && result.kind === 'aborted' && signal?.aborted !== true
      if (performance.now() - startedAt >= slowMs)
        slow?.ended({program: command.join(' '), seconds: elapsed(), answered: !isGivenUp})
      return isGivenUp ? timedOut(elapsed()) : result
    } finally {
      clearTimeout(watch)
      running.delete(stalled)
      moved()
    }
  }
}

const timedOut = (seconds: number): CommandResult => ({kind: 'timed-out', afterMs: seconds * 1_000})

/** Whether a program works, as far as is known: it has done what it was asked for, or is merely slow. */
export function mayWork(result: CommandResult): boolean {
  return result.kind === 'timed-out' || succeeded(result)
}
