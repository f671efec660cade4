import {EXIT, type ExitCode} from '../../contract/exit-codes.ts'
import {runCommand} from '../../platform/process/command.ts'
import {watchUnconfirmed} from '../../repair/guard.ts'
import {stateDirectory} from '../../repair/journal/state-directory.ts'

/** `drs-onboard guard ID`: watches over a disruptive remedy for the run that has started it; see arm-guard.ts. */
export async function guardCommand(entryId: string, environment: NodeJS.ProcessEnv): Promise<ExitCode> {
  // What ends the session that the change was made in must not end its watch.
  for (const name of ['SIGHUP', 'SIGINT'] as const) process.on(name, () => {})
  // The run waits for this before it changes anything, and then closes its end.
  process.stdout.write('watching\n')
  const ended = await watchUnconfirmed(stateDirectory(environment), entryId, runCommand)
  return ended === 'failed' ? EXIT.remedyFailed : EXIT.ready
}
