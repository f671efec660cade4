import {commandLine} from '../contract/command-line.ts'
import type {HostFacts} from '../contract/host.ts'
import type {Command} from '../contract/remedy.ts'

/** A command as a person pastes it on that platform: into a POSIX shell, or into PowerShell. */
export function shellLine(command: Command, platform: HostFacts['platform']): string {
  return platform === 'win32' ? powerShellLine(command) : commandLine(command)
}

/** Source: about_Quoting_Rules, about_Operators (call operator). */
function powerShellLine(command: Command): string {
  const words = command.map(word => (/^[\w.\\/:-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`))
  // A quoted first word would be a string; the call operator makes it a program.
  return [...(words[0]?.startsWith("'") ? ['&'] : []), ...words].join(' ')
}
