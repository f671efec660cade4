/** What bounds every network step: its own time limit in milliseconds, and the run's cancellation. */
export type Limits = {readonly timeoutMs: number; readonly signal: AbortSignal}

/**
 * Waits for the first of several events. `start` attaches listeners that call `settle`, and returns how to detach
 * them; that runs in every case, so that a wait leaves nothing behind.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export function waitFor<T>(
  {timeoutMs, signal}: Limits,
  onTimeout: () => T,
  start: (settle: (outcome: T) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    let detach: (() => void) | undefined
    let ended = false
    const end = (conclude: () => void) => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      detach?.()
      conclude()
    }
    const cancel = () => end(() => reject(signal.reason))
    // On a busy host what was waited for may have arrived and not been read: it is looked for once more.
    const timer = setTimeout(() => setImmediate(() => end(() => resolve(onTimeout()))), timeoutMs)
    signal.addEventListener('abort', cancel, {once: true})
    detach = start(outcome => end(() => resolve(outcome)))
    if (ended) detach()
  })
}

/** Waits `ms` milliseconds. @throws the signal's reason when the run is cancelled. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return waitFor(
    {timeoutMs: ms, signal},
    () => undefined,
    () => () => undefined,
  )
}

/** Milliseconds since `startedAt` (of `performance.now()`), rounded. */
export function elapsed(startedAt: number): number {
  return Math.round(performance.now() - startedAt)
}

/** The `code` of a Node.js or OpenSSL error. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'UNKNOWN'
}
