import {commandLine} from '../contract/command-line.ts'
import type {Privileges} from '../contract/host.ts'
import type {RunOptions} from '../options/resolve.ts'
import {printableLine} from '../report/printable.ts'
import {scriptedCommand} from '../report/scripted-equivalent.ts'

/** Why nothing is repaired without root, with the command to copy; nothing where there are the rights. */
export function needRoot(privileges: Privileges | null, options: RunOptions): string | null {
  if (privileges === null || privileges.elevated) return null
  const {user, sudoInstalled} = privileges
  const command = commandLine(scriptedCommand('fix', options, options))
  return (
    `Nothing is repaired: only root may read and change the firewall, and this is ${printableLine(user)}; ` +
    `${sudoInstalled ? 'run' : 'as root (su -), run'}\n  ${sudoInstalled ? 'sudo ' : ''}${command}\n`
  )
}
