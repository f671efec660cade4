import {commandLine, shellOf} from '../contract/command-line.ts'
import type {HostFacts} from '../contract/host.ts'
import type {Command} from '../contract/remedy.ts'

/** A command as a person pastes it on that platform: into a POSIX shell, or into PowerShell. */
export function shellLine(command: Command, platform: HostFacts['platform']): string {
  return commandLine(command, shellOf(platform))
}
