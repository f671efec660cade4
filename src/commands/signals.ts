import {endProcess} from '../end-process.ts'
import {Interrupted} from '../errors.ts'

const SIGNALS = ['SIGINT', 'SIGHUP', 'SIGTERM'] as const

/**
 * Runs a task that the terminal and the system can end: the first signal aborts, so that what is half-done is taken
 * back; a second one ends the process at once, and leaves the rest to the journal.
 *
 * @throws Interrupted when a signal ended the task
 */
export async function untilSignal<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const handlers = SIGNALS.map(name => {
    const handle = () => {
      const interrupted = new Interrupted(name)
      if (controller.signal.aborted) void endProcess(interrupted.exitCode, 'short')
      else controller.abort(interrupted)
    }
    process.on(name, handle)
    return {name, handle}
  })
  try {
    return await task(controller.signal)
  } finally {
    for (const {name, handle} of handlers) process.off(name, handle)
  }
}
