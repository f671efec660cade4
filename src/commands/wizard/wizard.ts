import {CHECK_IDS} from '../../contract/checks.ts'
import {UserError} from '../../contract/errors.ts'
import {EXIT, type ExitCode} from '../../contract/exit-codes.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {type RunOptions, resolveOptions} from '../../options/resolve.ts'
import {stateDirectory} from '../../repair/journal/state-directory.ts'
import {deliverReport, reportOn} from '../run/deliver.ts'
import {exitCodeAfterRepair} from '../run/follow.ts'
import {requireUsablePaths} from '../run/prepare.ts'
import {tellingOfKept} from '../run/tell-of-kept.ts'
import {untilSignal} from '../signals.ts'
import {wantsLinearText} from '../terminal.ts'
import {answerKeeper, optionsWith} from './answers.ts'
import {createWizardHost} from './host.ts'

/** `drs-onboard` without a command: the guided wizard. */
export async function wizardCommand(
  flags: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const options = await resolveOptions(flags, environment)
  if (!process.stdin.isTTY || !process.stdout.isTTY || !options.prompt) {
    throw new UserError(
      `The wizard requires a terminal; in a script use \`${ownCommandText('check', '--region', 'REGION')}\`, or ` +
        `\`${ownCommandText('fix', '--region', 'REGION', '--yes')}\` to fix as well.`,
    )
  }
  const {goOnWithSudo} = await import('../sudo.ts')
  return (await goOnWithSudo(options, environment)) ?? openWizard('setup', options, environment)
}

/** Shows the wizard, and leaves the report in the scrollback when it ends. */
export async function openWizard(
  mode: 'setup' | 'remediate',
  options: RunOptions,
  environment: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  return untilSignal(async signal => {
    // Before the questions: their answers would be lost.
    await requireUsablePaths(options, [])
    const directory = stateDirectory(environment)
    const keeper = answerKeeper(directory)
    const [host, run] = await Promise.all([
      createWizardHost(mode, options, directory, keeper, signal),
      wantsLinearText(options.accessible, environment) ? linearWizard() : drawnWizard(),
    ])
    const {stdin, stdout, stderr} = process
    const unusable = new AbortController()
    const {session, answers, finished} = await tellingOfKept(directory, () => {
      const running = run(host, {stdin, stdout, stderr, signal: AbortSignal.any([signal, unusable.signal])})
      // Once the first question is shown: to read certificates takes as long as all that comes before it.
      requireUsablePaths(options, CHECK_IDS).catch((error: unknown) => unusable.abort(error))
      return running
    }).finally(() => keeper.settle())
    const answered = optionsWith(options, answers)
    if (finished) await keeper.finish()
    if (session.startedAt === null) return EXIT.ready
    await deliverReport(reportOn(session, answered), answered, session.applied.length > 0 ? 'fix' : 'check')
    if (!finished) process.stderr.write('You quit before the summary; the results so far are above.\n')
    return exitCodeAfterRepair(session, answered)
  })
}

async function drawnWizard() {
  return (await import('../../screens/index.ts')).runWizard
}

async function linearWizard() {
  return (await import('../../screens/linear/run-linear-wizard.ts')).runLinearWizard
}
