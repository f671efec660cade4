import {stateDirectory} from '../engine/repair/state-directory.ts'
import {runChecks} from '../engine/run-checks.ts'
import {EMPTY_SESSION} from '../engine/session.ts'
import type {ExitCode} from '../exit-codes.ts'
import {resolveOptions} from '../options/resolve.ts'
import {deliverReport, reportOn, thenPrinted} from './deliver.ts'
import {exitCodeOf, follow, progressTeller} from './follow.ts'
import {prepareRun} from './prepare-run.ts'
import {untilSignal} from './signals.ts'
import {warnOfInterrupted} from './warn-of-interrupted.ts'
import {warnOfLatency} from './warn-of-latency.ts'

/** `drs-onboard check`: every check, read-only, and the report. */
export async function checkCommand(
  flags: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const options = await resolveOptions(flags, environment)
  await warnOfInterrupted(stateDirectory(environment))
  warnOfLatency(options)
  return untilSignal(async signal => {
    if (options.watchMs !== null)
      return (await import('./watch.ts')).watchChecks(options, options.watchMs, signal)
    const run = await prepareRun(options, signal)
    const tell = await progressTeller(options)
    const session = await thenPrinted(options.format, () =>
      follow(EMPTY_SESSION, runChecks(run, signal), tell),
    )
    await deliverReport(reportOn(session, options), options, 'check')
    return exitCodeOf(session, options)
  })
}
