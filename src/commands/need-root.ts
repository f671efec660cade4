import {commandLine, shellOf} from '../contract/command-line.ts'
import type {Privileges} from '../contract/host.ts'
import type {RunOptions} from '../options/resolve.ts'
import {printableLine} from '../report/printable.ts'
import {scriptedCommand} from '../report/scripted-equivalent.ts'

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
