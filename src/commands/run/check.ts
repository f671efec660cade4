import type {ExitCode} from '../../contract/exit-codes.ts'
import {runChecks} from '../../engine/run-checks.ts'
import {EMPTY_SESSION} from '../../engine/session.ts'
import {resolveOptions} from '../../options/resolve.ts'
import {stateDirectory} from '../../repair/journal/state-directory.ts'
import {untilSignal} from '../signals.ts'
import {deliverReport, reportOn, thenPrinted} from './deliver.ts'
import {exitCodeOf, follow, progressTeller} from './follow.ts'
import {warnOfInterrupted} from './interrupted.ts'
import {prepareRun, warnOfLatency} from './prepare.ts'

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
