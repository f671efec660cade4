/**
 * Replaces what PowerShell writes to an error stream that is no console, a header and records as XML, by the texts of
 * its errors; progress, warnings and the like are left out. A document that is cut off gives the errors before the cut.
 * Source: about_PowerShell_exe (-OutputFormat); MS-PSRP 2.2.5.3.2 (escapes in strings).
 */
export function withoutClixml(text: string): string {
  return text.replace(/#< CLIXML\r?\n?(?:<Objs\b[\s\S]*?(?:<\/Objs>|$))?(?:\r?\n)?/g, records =>
    [...records.matchAll(/<S S="Error">([^<]*)<\/S>/g)].map(match => decoded(match[1] ?? '')).join(''),
  )
}

function decoded(text: string): string {
  return text
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/_x([0-9A-F]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

const ENTITIES: Readonly<Record<string, string>> = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"}

/**
 * The message of an error as PowerShell prints it: broken at the console's width, then where in the script it was, in
 * the host's language, then lines that begin with `+`.
 */
export function powerShellMessage(text: string): string {
  const lines = text.trim().split(/\r?\n/)
  const end = lines.findIndex(line => /^\s*\+ /.test(line))
  const message = end < 0 ? lines.slice(0, 1) : lines.slice(0, Math.max(1, end - 1))
  return message.map(line => line.trim()).join(' ')
}
