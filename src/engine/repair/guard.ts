/**
 * Reverts a disruptive remedy from outside the run, unless the run confirms it in time: for the change that cuts
 * off the very session it was made in.
 */
export type Guard = {
  readonly confirmWithinMs: number
  /**
   * Starts the watch over an entry that is in the journal. Nothing has been changed yet.
   * @returns null, or why it could not be started, as a clause
   */
  arm(entryId: string): Promise<string | null>
}

/** What a run that applies a guarded remedy is bounded by: its own signal, and the time in which to confirm. */
export type Bounds = {
  /** Aborts for either reason. */
  readonly signal: AbortSignal
  /** Why the remedy is reverted, in one sentence, where its time is up; null while it is not. */
  timeUp(): string | null
}

/** Without a guard the run's own signal is the only bound. */
export function boundsOf(guard: Guard | undefined, signal: AbortSignal): Bounds {
  if (!guard) return {signal, timeUp: () => null}
  const limit = AbortSignal.timeout(guard.confirmWithinMs)
  return {
    signal: AbortSignal.any([signal, limit]),
    timeUp: () => (limit.aborted && !signal.aborted ? notConfirmedSentence(guard.confirmWithinMs) : null),
  }
}

export function notConfirmedSentence(withinMs: number): string {
  return `Not verified within ${withinMs / 1_000} s.`
}
