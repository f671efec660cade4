import {setTimeout as sleep} from 'node:timers/promises'
import type {ExitCode} from '../../contract/exit-codes.ts'
import {type Gap, gapsOf, outcomeOf} from '../../engine/outcome.ts'
import {runChecks} from '../../engine/run-checks.ts'
import {EMPTY_SESSION, findingsOf, type Session} from '../../engine/session.ts'
import {printableLine} from '../../lib/printable.ts'
import type {RunOptions} from '../../options/resolve.ts'
import {differenceBetween, differenceText} from '../../report/difference.ts'
import {headline} from '../../report/headline.ts'
import type {Report, ReportFinding} from '../../report/report.ts'
import {deliverReport, reportOn} from './deliver.ts'
import {exitCodeOf, follow, progressTeller, SILENT} from './follow.ts'
import {prepareRun} from './prepare.ts'

/**
 * Checks again and again until the server is ready. A round that found something else prints its report with what was
 * fixed and what is new; one that found the same prints a line on stderr.
 *
 * @param everyMs pause between two rounds, in milliseconds
 * @returns the exit code of the last round
 * @throws the signal's reason when the run is ended from outside
 */
export async function watchChecks(
  options: RunOptions,
  everyMs: number,
  signal: AbortSignal,
): Promise<ExitCode> {
  let before: readonly ReportFinding[] | null = null
  for (;;) {
    // Prepared again: rules and addresses may have changed, which is what is waited for.
    const run = await prepareRun(options, signal)
    const tell = before === null ? await progressTeller(options) : SILENT
    const session = await follow(EMPTY_SESSION, runChecks(run, signal), tell)
    const report = reportOn(session, options)
    const said = before === null ? null : differenceText(differenceBetween(before, report.findings))
    const isOver = canStop(session, options)
    if (said !== 'no change' || isOver) await deliverReport(report, options, 'check')
    if (!options.quiet) process.stderr.write(`${roundLine(report, said, isOver ? null : everyMs)}\n`)
    if (isOver) return exitCodeOf(session, options)
    before = report.findings
    await sleep(everyMs, undefined, {signal}).catch(() => signal.throwIfAborted())
  }
}

/** What no later round of the same run can settle. */
const SETTLED_BY_OPTIONS: readonly Gap['reason'][] = ['left-out', 'no-target', 'unpublished']

function canStop(session: Session, {strict}: RunOptions): boolean {
  const findings = findingsOf(session)
  const outcome = outcomeOf(findings)
  if (outcome === 'incomplete')
    return gapsOf(findings).every(({reason}) => SETTLED_BY_OPTIONS.includes(reason))
  return outcome === 'ready' || (outcome === 'ready-with-warnings' && !strict)
}

function roundLine(report: Report, difference: string | null, everyMs: number | null): string {
  const {verdict, counts} = headline(report)
  const time = new Date(Date.parse(report.startedAt) + report.durationMs).toTimeString().slice(0, 8)
  const changed = difference === null ? '' : ` (${difference})`
  const next = everyMs === null ? '' : `; next check in ${everyMs / 1000} s, Ctrl-C stops`
  return printableLine(`${time}  ${verdict}: ${counts}${changed}${next}`)
}
