import {EXIT, type ExitCode} from '../../contract/exit-codes.ts'
import type {Event} from '../../engine/events.ts'
import {outcomeOf} from '../../engine/outcome.ts'
import {findingsOf, reduce, type Session} from '../../engine/session.ts'
import type {RunOptions} from '../../options/resolve.ts'

/** Reports events as they come. */
export type Teller = {
  tell(event: Event): void
  /** Ends what is drawn while the events come. */
  stop(): void
}

/** Tells nothing. */
export const SILENT: Teller = {tell() {}, stop() {}}

/** Reduces events into the session as they come, and reports each. */
export async function follow(
  session: Session,
  events: AsyncIterable<Event>,
  teller: Teller,
): Promise<Session> {
  let current = session
  try {
    for await (const event of events) {
      current = reduce(current, event)
      teller.tell(event)
    }
  } finally {
    teller.stop()
  }
  return current
}

/** How often a download that takes long is reported, in milliseconds. */
const TRANSFER_EVERY_MS = 5_000

/**
 * Tells progress on stderr, a line at a time; nothing with `--quiet`. On a terminal, a last row says how far it is while
 * checks run.
 */
export async function progressTeller(options: RunOptions): Promise<Teller> {
  if (options.quiet) return SILENT
  const {progressLine} = await import('../../report/progress.ts')
  if (process.stderr.isTTY) {
    const {LiveProgress, mayDraw} = await import('./live-progress.ts')
    if (mayDraw(process.stderr, options.accessible, process.env)) {
      const live = new LiveProgress(process.stderr)
      const line = (event: Event) =>
        event.type === 'check-progress' && event.progress.waitingFor === undefined
          ? null
          : progressLine(event)
      return {tell: event => live.tell(event, line(event)), stop: () => live.stop()}
    }
  }
  let transferToldAt = performance.now()
  const tell = (event: Event) => {
    if (event.type === 'check-progress' && event.progress.waitingFor === undefined) {
      if (event.progress.receivedBytes === undefined) return
      if (performance.now() - transferToldAt < TRANSFER_EVERY_MS) return
      transferToldAt = performance.now()
    }
    const line = progressLine(event)
    if (line !== null) process.stderr.write(`${line}\n`)
  }
  return {tell, stop() {}}
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
