import type {Command, Step} from './remedy.ts'

export type Shell = 'posix' | 'powershell'

/** The shell that a person on a system would paste a command into. */
export function shellOf(platform: NodeJS.Platform): Shell {
  return platform === 'win32' ? 'powershell' : 'posix'
}

/**
 * A command as text that a person can paste: into a POSIX shell (`sh`, `bash`, `dash`), or into PowerShell. For people
 * only: programs are started from the argv, never from this text.
 * Source: POSIX.1-2024, Shell Command Language, 2.2.2 Single-Quotes; about_Quoting_Rules (PowerShell).
 */
export function commandLine(command: Command, shell: Shell = 'posix'): string {
  const words = command.map(word => quote(word, shell))
  // PowerShell takes a quoted first word for a string; the call operator makes it a program.
  if (shell === 'powershell' && words[0]?.startsWith("'")) words.unshift('&')
  return words.join(' ')
}

function quote(word: string, shell: Shell): string {
  if (shell === 'powershell') {
    return /^[\w.\\/:-]+$/.test(word) ? word : powerShellString(word)
  }
  // A `=` in the first word would be an assignment; a `~` is harmless anywhere but in front, so it is quoted
  // everywhere.
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** A literal string in PowerShell. Source: about_Quoting_Rules; typographic quotes end a string, too. */
export function powerShellString(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`
}

/**
 * Runs a script of one line in Windows PowerShell. Without progress records: where its error stream is no console, it
 * prints them there as XML.
 * Source: about_PowerShell_exe, about_Preference_Variables ($ProgressPreference).
 */
export function powerShellCommand(script: string): Command {
  const quiet = `$ProgressPreference='SilentlyContinue'; ${script}`
  return ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', quiet]
}

/** What stands for a rule's handle in a step's `undo`: nobody knows it before the rule is there. */
export const HANDLE = '{handle}'

/** Lines of a file that people read in a plan. */
const MOST_LINES = 60

/** A step's `do` as text that a person can paste, with what goes to its standard input, unless that is long. */
export function doText({do: command, input}: Pick<Step, 'do' | 'input'>, shell: Shell = 'posix'): string {
  const line = commandLine(command, shell)
  if (input === undefined) return line
  const lines = input.trimEnd().split('\n').length
  if (lines > MOST_LINES) return `${line} # with ${lines} lines on its standard input, which --json prints`
  return `${line} <<'EOF'\n${input.endsWith('\n') ? input : `${input}\n`}EOF`
}

/** A step's `undo` as text that a person can paste: a rule's handle is looked up by the rule's comment. */
export function undoText(
  {undo, alreadyDone, mark}: Pick<Step, 'undo' | 'alreadyDone' | 'mark'>,
  shell: Shell = 'posix',
): string {
  if (!undo.includes(HANDLE) || alreadyDone === null || mark === undefined) return commandLine(undo, shell)
  const find = `${commandLine(alreadyDone, shell)} | sed -n ${quote(`s/.*${mark.replaceAll('/', '\\/')}.*# handle //p`, shell)}`
  const words = undo.map(word => (word === HANDLE ? `"$(${find})"` : quote(word, shell)))
  return words.join(' ')
}
