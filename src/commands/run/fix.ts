import {commandLine, shellOf} from '../../contract/command-line.ts'
import {UserError} from '../../contract/errors.ts'
import type {ExitCode} from '../../contract/exit-codes.ts'
import type {Privileges} from '../../contract/host.ts'
import type {Plan, Remedy} from '../../contract/remedy.ts'
import {runChecks} from '../../engine/run-checks.ts'
import {EMPTY_SESSION, findingsOf} from '../../engine/session.ts'
import {printableLine} from '../../lib/printable.ts'
import {type RunOptions, resolveOptions} from '../../options/resolve.ts'
import {holdStop} from '../../platform/process/hold-stop.ts'
import {openJournal} from '../../repair/journal/journal.ts'
import {acquireLock} from '../../repair/journal/lock.ts'
import {prune} from '../../repair/journal/prune.ts'
import {prepareStateDirectory, stateDirectory} from '../../repair/journal/state-directory.ts'
import {repairAndCheck} from '../../repair/repair-run.ts'
import {scriptedCommand} from '../../report/scripted-equivalent.ts'
import {untilSignal} from '../signals.ts'
import {createGuard} from './arm-guard.ts'
import {deliverReport, reportOn} from './deliver.ts'
import {exitCodeAfterRepair, exitCodeOf, follow, progressTeller} from './follow.ts'
import {prepareRun, warnOfLatency} from './prepare.ts'
import {tellingOfKept} from './tell-of-kept.ts'
import {undoInterrupted} from './undo-interrupted.ts'

/**
 * `drs-onboard fix`: check, plan, confirm, apply, check again. On a terminal it asks in the wizard's screens;
 * scripted it takes `--yes` for the answer.
 */
export async function fixCommand(
  flags: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const options = await resolveOptions(flags, environment)
  if (flags.dryRun || options.yes) warnOfLatency(options)
  if (flags.dryRun) return dryRun(options)
  if (options.yes) return untilSignal(signal => fixUnattended(options, environment, signal))
  const interactive =
    process.stdin.isTTY && process.stdout.isTTY && options.prompt && options.format === 'text'
  if (!interactive) {
    throw new UserError(
      'fix changes the firewall and cannot ask here; add --yes to apply low-risk changes, or --dry-run to see the plan.',
    )
  }
  const [{openWizard}, {goOnWithSudo}] = await Promise.all([
    import('../wizard/wizard.ts'),
    import('../sudo.ts'),
  ])
  // Without a Region there is nothing to check yet: the wizard asks for it first.
  const mode = options.region === null ? 'setup' : 'remediate'
  return (await goOnWithSudo(options, environment)) ?? openWizard(mode, options, environment)
}

function dryRun(options: RunOptions): Promise<ExitCode> {
  return untilSignal(async signal => {
    const session = await follow(
      EMPTY_SESSION,
      runChecks(await prepareRun(options, signal), signal),
      await progressTeller(options),
    )
    process.stderr.write(needRoot(session.privileges, options) ?? '')
    await deliverReport(reportOn(session, options), options, 'fix')
    return exitCodeOf(session, options)
  })
}

async function fixUnattended(
  options: RunOptions,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ExitCode> {
  const run = await prepareRun(options, signal)
  const directory = stateDirectory(environment)
  await prepareStateDirectory(directory)
  const lock = await acquireLock(directory)
  try {
    await undoInterrupted(directory, options, signal)
    await prune(directory)
    const tell = await progressTeller(options)
    const found = await follow(EMPTY_SESSION, runChecks(run, signal), tell)
    // On Windows there is a plan all the same: rules may be read without the rights to change them.
    const lacking = needRoot(found.privileges, options)
    process.stderr.write(lacking ?? '')
    const remedies = lacking === null ? chosen(found.plan, options) : []
    const repair = async () => ({
      run,
      plan: found.plan ?? {remedies},
      remedies,
      findings: findingsOf(found),
      journal: await openJournal(directory),
      guard: createGuard(directory, options.confirmWithinMs),
    })
    const repaired = async () => follow(found, repairAndCheck(await repair(), signal), tell)
    const session = remedies.length === 0 ? found : await tellingOfKept(directory, () => holdStop(repaired))
    await deliverReport(reportOn(session, options), options, 'fix')
    return exitCodeAfterRepair(session, options)
  } finally {
    await lock.release()
  }
}

function chosen(plan: Plan | null, options: RunOptions): readonly Remedy[] {
  const remedies = plan?.remedies ?? []
  if (options.allowDisruptive) return remedies
  const left = remedies.filter(({risk}) => risk === 'disruptive')
  if (left.length > 0) {
    process.stderr.write(
      `Not applied, because ${left.length === 1 ? 'it overrides' : 'they override'} a rule that looks intentional: ` +
        `${left.map(({id}) => id).join(', ')}; add --allow-disruptive to apply ${left.length === 1 ? 'it' : 'them'} too.\n`,
    )
  }
  return remedies.filter(({risk}) => risk === 'additive')
}

/** Why nothing is repaired without the rights, with the command to copy; nothing where there are the rights. */
export function needRoot(
  privileges: Privileges | null,
  options: RunOptions,
  platform: NodeJS.Platform = process.platform,
): string | null {
  if (privileges === null || privileges.elevated) return null
  const {user, sudoInstalled} = privileges
  const command = commandLine(scriptedCommand('fix', options, options), shellOf(platform))
  if (platform === 'win32') {
    return (
      `Nothing is changed: only an administrator can change the firewall, and ${printableLine(user)} has no elevated ` +
      `token here. Open PowerShell with "Run as administrator", then run\n  ${command}\n`
    )
  }
  return (
    `Nothing is changed: only root can read and change the firewall, and you are ${printableLine(user)}; ` +
    `${sudoInstalled ? 'run' : 'as root (su -), run'}\n  ${sudoInstalled ? 'sudo ' : ''}${command}\n`
  )
}
