import {realpath} from 'node:fs/promises'
import type {Command} from '../../contract/remedy.ts'
import {selfCommand} from '../../platform/process/self-command.ts'
import type {Guard} from '../../repair/guard.ts'

/** Hidden from the help: only this program calls it. */
export const GUARD_COMMAND = 'guard'

/**
 * A guard that is this program, started once more in a session of its own. Where systemd runs it is put into a scope of
 * its own too, since systemd may end all that a login session has started when that session ends (logind.conf(5),
 * KillUserProcesses).
 */
export function createGuard(directory: string, confirmWithinMs: number): Guard {
  return {
    confirmWithinMs,
    async arm(entryId) {
      const [{startDetached}, {isSystemdRunning}, {childEnvironment}] = await Promise.all([
        import('../../platform/process/detached.ts'),
        import('../../platform/linux/systemd.ts'),
        import('../../platform/process/child-environment.ts'),
      ])
      // A path that is given must not lead through links, as a default may.
      const env = {...childEnvironment(), DRS_ONBOARD_STATE_DIR: await realpath(directory)}
      const watch: Command = [...selfCommand(), GUARD_COMMAND, entryId]
      if ((await isSystemdRunning()) && (await startDetached(inScope(watch, entryId), env))) return null
      if (await startDetached(watch, env)) return null
      return 'the watchdog that reverts this change if it cuts off this session could not be started'
    },
  }
}

/** systemd-run(1): `--scope` makes the caller itself the scope's process, so that its output reaches us. */
function inScope(command: Command, entryId: string): Command {
  return ['systemd-run', '--scope', '--quiet', '--collect', `--unit=drs-onboard-${entryId}`, '--', ...command]
}
