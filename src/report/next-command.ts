import type {CheckOptions} from '../contract/check-options.ts'
import type {Command} from '../contract/remedy.ts'
import {type Gap, gapsOf, outcomeOf} from '../engine/outcome.ts'
import {findingsOf, type Session} from '../engine/session.ts'
import type {RunFlags} from '../options/option.ts'
import {scriptedCommand} from './scripted-equivalent.ts'

/** Stands in a printed command for an address that only the reader knows. */
const REPLICATION_SERVER = 'REPLICATION_SERVER'

/**
 * The one command that gets this server further: `fix` where a rule of its own blocks and can be fixed, the check that
 * settles what was left open, the same check again once others have done their part, else the installation. Words in
 * capitals are for the reader to fill in. Null where nothing is left to run.
 */
export function nextCommand(
  session: Session,
  options: CheckOptions,
  flags: RunFlags,
  installCommand: Command | null,
): Command | null {
  const findings = findingsOf(session)
  switch (outcomeOf(findings)) {
    case 'not-ready':
      return canBeFixed(session)
        ? asRoot(scriptedCommand('fix', options, {...flags, asks: true}), session)
        : scriptedCommand('check', options, flags)
    case 'incomplete': {
      const gaps = gapsOf(findings)
      // No command of this tool finds out a name that AWS does not publish.
      const isAllDone = gaps.every(({reason}) => reason === 'unpublished')
      return isAllDone ? installCommand : settlingCommand(gaps, session, options, flags)
    }
    case 'ready-with-warnings':
    case 'ready':
      return installCommand
  }
}

/** Whether a failing finding has a remedy that this run has not tried. */
function canBeFixed(session: Session): boolean {
  const tried = new Set(session.applied.map(({remedy}) => remedy))
  return findingsOf(session).some(
    ({status, remedies}) => status === 'fail' && remedies.some(({id}) => !tried.has(id)),
  )
}

function settlingCommand(
  gaps: readonly Gap[],
  session: Session,
  options: CheckOptions,
  {strict}: RunFlags,
): Command {
  const misses = (...reasons: readonly Gap['reason'][]) => gaps.some(({reason}) => reasons.includes(reason))
  const leftOut1500 = gaps.some(({check, reason}) => check === 'replication-1500' && reason === 'left-out')
  const needsServer =
    options.replicationServer === null &&
    (misses('no-target') || leftOut1500 || gaps.some(({check}) => check === 'firewall-1500'))
  const settled: CheckOptions = {
    ...options,
    region: options.region ?? 'REGION',
    ...(needsServer ? {replicationServer: {host: REPLICATION_SERVER, port: 1500}} : {}),
  }
  const command = scriptedCommand('check', settled, {strict: strict ?? false})
  return misses('unreadable') ? asRoot(command, session) : command
}

/** Rules can be read and changed by root alone. */
function asRoot(command: Command, {host, privileges}: Session): Command {
  const needsSudo = host?.platform === 'linux' && privileges?.elevated === false && privileges.sudoInstalled
  return needsSudo && command[0] !== 'sudo' ? ['sudo', ...command] : command
}
