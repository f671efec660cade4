import {findingsOf, type Session} from '../../engine/session.ts'
import {printableLine} from '../../lib/printable.ts'
import type {Format} from '../../options/options.ts'
import type {RunOptions} from '../../options/resolve.ts'
import {buildReport} from '../../report/build.ts'
import {installCommand, keptInstaller} from '../../report/install.ts'
import {nextCommand} from '../../report/next-command.ts'
import type {Extras, Report} from '../../report/report.ts'
import {redactOptions, scriptedCommand} from '../../report/scripted-equivalent.ts'
import {hasHyperlinks, withLinks} from '../../report/text/terminal.ts'
import {VERSION} from '../../version.ts'
import {lookFor} from '../terminal.ts'
import {writeWhole} from '../write-whole.ts'

/** The report on a session, with what only the command line knows. */
export function reportOn(session: Session, options: RunOptions): Report {
  const kept = options.outputInstaller === null ? keptInstaller(findingsOf(session)) : null
  const install =
    session.host && installCommand(session.host, options, session.privileges, kept?.path ?? null)
  return buildReport(session, {
    tool: {name: 'drs-onboard', version: VERSION},
    options: {...redactOptions(options), only: options.only, skip: options.skip, strict: options.strict},
    installCommand: install,
    next: nextCommand(session, options, options, install),
    now: Date.now(),
  })
}

/** The report as the format has it, printed for where it goes: colours only on a terminal. */
export async function printReport(
  report: Report,
  format: Format,
  options: RunOptions,
  mode: 'check' | 'fix',
  terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> | null,
): Promise<string> {
  const extras: Extras = {
    ...lookFor(terminal),
    verbose: options.verbose,
    repeat: scriptedCommand(mode, options, options),
    plan: mode === 'fix',
  }
  const text = (await loadPrinter(format))(report, extras)
  if (format !== 'text' || !hasHyperlinks(terminal?.isTTY === true, process.env)) return text
  return withLinks(text)
}

type Print = (report: Report, extras: Extras) => string

async function loadPrinter(format: Format): Promise<Print> {
  switch (format) {
    case 'text':
      return (await import('../../report/text/text.ts')).printText
    case 'json':
      return (await import('../../report/json.ts')).printJson
    case 'markdown':
      return (await import('../../report/markdown/markdown.ts')).printMarkdown
    case 'html':
      return (await import('../../report/html/html.ts')).printHtml
    case 'junit':
      return (await import('../../report/junit.ts')).printJunit
  }
}

/** A run that takes longer, in milliseconds, waits for the network by then. */
const IDLE_AFTER_MS = 300

/** Does a task, and loads what prints its result while the network is waited for. */
export async function thenPrinted<T>(format: Format, task: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => void loadPrinter(format), IDLE_AFTER_MS)
  try {
    return await task()
  } finally {
    clearTimeout(timer)
  }
}

/** Prints the report to stdout, or writes it to the file of `--output`. */
export async function deliverReport(
  report: Report,
  options: RunOptions,
  mode: 'check' | 'fix',
): Promise<void> {
  const {output, format} = options
  const text = await printReport(report, format, options, mode, output === null ? process.stdout : null)
  if (output === null) {
    process.stdout.write(text)
    return
  }
  await writeWhole(output, text)
  if (!options.quiet) process.stderr.write(`Report written to ${printableLine(output)}.\n`)
}
