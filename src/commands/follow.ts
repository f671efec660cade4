import type {Event} from '../engine/events.ts'
import {outcomeOf} from '../engine/outcome.ts'
import {findingsOf, reduce, type Session} from '../engine/session.ts'
import {EXIT, type ExitCode} from '../exit-codes.ts'
import type {RunOptions} from '../options/resolve.ts'

/** Reduces events into the session as they come, handing each to `tell` first. */
export async function follow(
  session: Session,
  events: AsyncIterable<Event>,
  tell: (event: Event, session: Session) => void,
): Promise<Session> {
  let current = session
  for await (const event of events) {
    current = reduce(current, event)
    tell(event, current)
  }
  return current
}

/** How often a download that takes long is told of, in milliseconds. */
const TRANSFER_EVERY_MS = 5_000

/** Tells progress on stderr, a line at a time; nothing with `--quiet`. */
export async function progressTeller(options: RunOptions): Promise<(event: Event) => void> {
  if (options.quiet) return () => {}
  const {progressLine} = await import('../report/progress-line.ts')
  let transferToldAt = performance.now()
  return event => {
    if (event.type === 'check-progress' && event.progress.waitingFor === undefined) {
      if (event.progress.receivedBytes === undefined) return
      if (performance.now() - transferToldAt < TRANSFER_EVERY_MS) return
      transferToldAt = performance.now()
    }
    const line = progressLine(event)
    if (line !== null) process.stderr.write(`${line}\n`)
  }
}

/** 0 or 3, as the findings have it; with `--strict` a warning or a gap is 3, too. */
export function exitCodeOf(session: Session, options: RunOptions): ExitCode {
  const outcome = outcomeOf(findingsOf(session))
  if (outcome === 'not-ready') return EXIT.notReady
  return outcome !== 'ready' && options.strict ? EXIT.notReady : EXIT.ready
}

/** 4 where a remedy was not kept, at its last attempt; else as for `check`. */
export function exitCodeAfterRepair(session: Session, options: RunOptions): ExitCode {
  const last = new Map(session.applied.map(({remedy, result}) => [remedy, result]))
  const notKept = [...last.values()].some(result => result !== 'kept')
  return notKept ? EXIT.remedyFailed : exitCodeOf(session, options)
}
