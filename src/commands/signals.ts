import {Interrupted} from '../contract/errors.ts'
import {endProcess} from '../platform/process/end-process.ts'
import {isChanging} from '../repair/changing.ts'

const SIGNALS = ['SIGINT', 'SIGHUP', 'SIGTERM'] as const

/**
 * In which a run that changes nothing has to come to its end after a signal, in milliseconds: what it waits for, such
 * as a dead network file system or a pipe that nobody reads, may never answer.
 */
const GRACE_MS = 2_000

/** Ends the process with the signal's exit code wherever nothing else listens for it. */
export function endOnSignals(): void {
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (process.listenerCount(name) === 1) void endProcess(new Interrupted(name).exitCode, 'short')
    })
  }
}

/**
 * Runs a task that the terminal and the system can end: the first signal aborts, so that what is half-done is taken
 * back; a second one ends the process at once, and leaves the rest to the journal. A task that does not end after the
 * first is left to itself, unless it is changing the host.
 *
 * @throws Interrupted when a signal ended the task
 */
export async function untilSignal<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const overdue = Promise.withResolvers<never>()
  let patience: NodeJS.Timeout | undefined
  const handlers = SIGNALS.map(name => {
    const handle = () => {
      const interrupted = new Interrupted(name)
      if (controller.signal.aborted) {
        void endProcess(interrupted.exitCode, 'short')
        return
      }
      controller.abort(interrupted)
      patience = setInterval(() => {
        if (!isChanging()) overdue.reject(interrupted)
      }, GRACE_MS)
    }
    process.on(name, handle)
    return {name, handle}
  })
  try {
    return await Promise.race([task(controller.signal), overdue.promise])
  } finally {
    clearInterval(patience)
    for (const {name, handle} of handlers) process.off(name, handle)
  }
}
