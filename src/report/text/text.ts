import type {Status} from '../../contract/cause-codes.ts'
import {printable, printableLine} from '../../lib/printable.ts'
import {hanging, wrap} from '../../lib/wrap.ts'
import {conclusionsOf} from '../conclusions.ts'
import {groupByCause} from '../groups.ts'
import {allowListCommand, headline, stagingNeeds} from '../headline.ts'
import {installLines, keptInstaller, shellLine, verifiedSentence} from '../install.ts'
import {drawRoutes} from '../path-picture/draw.ts'
import {type HopState, routesOf} from '../path-picture/routes.ts'
import type {Extras, Report} from '../report.ts'
import {requestNotes, requestSheets} from '../request-sheet.ts'
import {OUTCOME_STATUS, OWNER_WORDS} from '../words.ts'
import {changeLines, planLines} from './changes.ts'
import {groupLines, passLines, skipLines, warningLines} from './findings.ts'
import {type Style, styleOf} from './style.ts'

/**
 * The summary for a terminal: what blocks, what to ask for, what was changed, and last the verdict and the one next
 * command. Verbose, it has everything to copy and paste, and what passed.
 */
export function printText(report: Report, extras: Extras = {}): string {
  const style = styleOf(extras)
  const {verbose} = style
  const {findings, outcome} = report
  const of = (...statuses: readonly string[]) => findings.filter(({status}) => statuses.includes(status))
  const causes = groupByCause(findings)
  const blocks = (...statuses: readonly string[]) =>
    causes
      .filter(({status}) => statuses.includes(status))
      .flatMap((group, index) => [...(index === 0 ? [] : ['']), ...groupLines(group, report, style)])
  const warnings = causes.filter(({status}) => status === 'warn')
  const isReady = outcome === 'ready' || outcome === 'ready-with-warnings'
  const {next, installCommand} = report
  const installs = next !== null && next.join(' ') === installCommand?.join(' ')
  const sections = [
    verbose || !isReady ? pictureLines(report, style) : [],
    section('Blocking issues', blocks('fail', 'error'), style),
    section('Warnings', verbose ? blocks('warn') : warningLines(warnings, style), style),
    requestSection(report, style),
    verbose ? section('Not tested', skipLines(of('skip'), style), style) : [],
    verbose ? section('Passed', passLines(of('pass'), style), style) : [],
    verbose || extras.plan ? planLines(report, style) : [],
    changeLines(report, style),
    verbose ? stagingSection(report, style) : [],
    verbose || installs ? installSection(report, style) : [],
    verbose ? repeatSection(report, extras, style) : [],
    verbose ? runLines(report, style) : [],
    verdictLines(report, style),
  ]
  const text = sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')
  return `${text}\n`
}

function section(title: string, lines: readonly string[], style: Style): readonly string[] {
  return lines.length === 0 ? [] : [style.heading(title), ...lines]
}

function runLines(report: Report, style: Style): readonly string[] {
  const {host, run} = headline(report)
  return section(
    'This run',
    [...(host === null ? [] : [host]), run].flatMap(line => wrap(printableLine(line), style.columns)),
    style,
  )
}

/** The verdict and the one next command, where a reader looks first: at the end. */
function verdictLines(report: Report, style: Style): readonly string[] {
  const {verdict, subject, counts} = headline(report)
  const [first = '', ...more] = wrap(`${verdict}: ${printableLine(subject)}`, style.columns)
  const {next} = report
  return [
    first.replace(verdict, style.status(OUTCOME_STATUS[report.outcome], verdict)),
    ...more,
    ...wrap(capitalized(counts), style.columns),
    ...conclusionsOf(report).flatMap(sentence => wrap(sentence, style.columns)),
    // Never wrapped, so that it can be copied as it is.
    ...(next === null
      ? []
      : [`${style.heading('Next')}  ${printable(shellLine(next, report.host?.platform ?? 'linux'))}`]),
  ]
}

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const HOP_STATUS = {
  open: 'pass',
  blocked: 'fail',
  undecided: 'warn',
  'not-checked': 'skip',
  testing: 'skip',
} as const satisfies Record<HopState, Status>

function pictureLines({findings}: Report, style: Style): readonly string[] {
  const rows = drawRoutes(routesOf(findings), style)
  return section(
    'Network paths',
    rows.map(({text, state}) => {
      const line = printable(text)
      return state === null ? line : style.status(HOP_STATUS[state], line)
    }),
    style,
  )
}

function requestSection(report: Report, style: Style): readonly string[] {
  const sheets = requestSheets(report)
  if (sheets.length === 0) return []
  const lines = sheets.flatMap(({owner, rows}) => [
    `For the ${OWNER_WORDS[owner]}:`,
    // A row is not wrapped, so that it can be copied as it is.
    ...rows.flatMap(({request, from, to, port, protocol, reason}) => [
      `  ${printableLine(`${request}: ${protocol} ${port} from ${from} to ${to}`)}`,
      ...hanging('    for ', reason, style.columns),
    ]),
  ])
  const notes = requestNotes(sheets).flatMap(note => wrap(note, style.columns))
  return section('Requests for other teams', [...lines, ...notes], style)
}

function stagingSection(report: Report, style: Style): readonly string[] {
  const command = shellLine(allowListCommand(report), report.host?.platform ?? 'linux')
  const lines = [...wrap(stagingNeeds(report), style.columns), `  ${printable(command)}`]
  return section('What the staging area subnet needs', lines, style)
}

function installSection(report: Report, style: Style): readonly string[] {
  const kept = keptInstaller(report.findings)
  const verified = kept === null ? [] : wrap(printableLine(verifiedSentence(kept)), style.columns)
  const lines = [...verified, ...installLines(report).map(line => `  ${printable(line)}`)]
  if (report.outcome !== 'not-ready') return section('Install the AWS Replication Agent', lines, style)
  return section('After fixing the issues above, install the agent', lines.slice(-1), style)
}

function repeatSection(report: Report, {repeat = null}: Extras, style: Style): readonly string[] {
  if (repeat === null) return []
  const line = printable(shellLine(repeat, report.host?.platform ?? 'linux'))
  return section('Run again non-interactively', [`  ${line}`], style)
}
