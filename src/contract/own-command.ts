import {commandLine} from './command-line.ts'
import type {Command} from './remedy.ts'

/** What a person types to start this program; the short name until `startedAs` says otherwise. */
let typed: Command = ['drs-onboard']

/** Says once, at start, how this run was started, so that every command it prints can be run the same way. */
export function startedAs(command: Command): void {
  typed = command
}

/** A command of this program as argv, for people to run: `ownCommand('undo', id)`. */
export function ownCommand(...words: readonly string[]): Command {
  const [program, ...rest] = typed
  return [program, ...rest, ...words]
}

/** The same as text to paste. */
export function ownCommandText(...words: readonly string[]): string {
  return commandLine(ownCommand(...words), process.platform === 'win32' ? 'powershell' : 'posix')
}
