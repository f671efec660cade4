import type {Command} from './remedy.ts'

export type Shell = 'posix' | 'powershell'

/**
 * A command as text that a person can paste: into a POSIX shell (`sh`, `bash`, `dash`), or into PowerShell. For people only:
 * programs are started from the argv, never from this text.
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
    return /^[\w.\\/:-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`
  }
  // A `=` in the first word would be an assignment; a `~` is harmless anywhere but in front, so it is quoted everywhere.
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
