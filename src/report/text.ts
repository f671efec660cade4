import type {Status} from '../contract/cause-codes.ts'
import {conclusionsOf} from './conclusions.ts'
import type {Extras} from './extras.ts'
import {groupByCause} from './groups.ts'
import {allowListCommand, headline, stagingNeeds} from './headline.ts'
import {installLines} from './install-lines.ts'
import {drawRoutes} from './path-picture/draw.ts'
import {type HopState, routesOf} from './path-picture/routes.ts'
import {printable, printableLine} from './printable.ts'
import type {Report} from './report.ts'
import {requestNotes, requestSheets} from './request-sheet.ts'
import {shellLine} from './shell-line.ts'
import {type Style, styleOf} from './style.ts'
import {changeLines, planLines} from './text-changes.ts'
import {groupLines, passLines, skipLines} from './text-findings.ts'
import {OWNER_WORDS} from './words.ts'
import {hanging, wrap} from './wrap.ts'

const OUTCOME_STATUS = {ready: 'pass', 'ready-with-warnings': 'warn', 'not-ready': 'fail'} as const

/** The summary for a terminal: the verdict, what blocks, what to do, and everything to copy and paste. */
export function printText(report: Report, extras: Extras = {}): string {
  const style = styleOf(extras)
  const {findings} = report
  const of = (...statuses: readonly string[]) => findings.filter(({status}) => statuses.includes(status))
  const causes = groupByCause(findings)
  const blocks = (...statuses: readonly string[]) =>
    causes
      .filter(({status}) => statuses.includes(status))
      .flatMap((group, index) => [...(index === 0 ? [] : ['']), ...groupLines(group, report, style)])
  const sections = [
    verdictLines(report, style),
    pictureLines(report, style),
    section('What blocks', blocks('fail', 'error'), style),
    section('Warnings', blocks('warn'), style),
    requestSection(report, style),
    section('Not tested', skipLines(of('skip'), style), style),
    section('Passed', passLines(of('pass'), style), style),
    planLines(report, style),
    changeLines(report, style),
    stagingSection(report, style),
    installSection(report, style),
    repeatSection(report, extras, style),
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

function verdictLines(report: Report, style: Style): readonly string[] {
  const {verdict, subject, counts, host, run} = headline(report)
  const [first = '', ...more] = wrap(`${verdict}: ${printableLine(subject)}`, style.columns)
  return [
    first.replace(verdict, style.status(OUTCOME_STATUS[report.outcome], verdict)),
    ...more,
    ...wrap(counts, style.columns),
    ...conclusionsOf(report).flatMap(sentence => wrap(sentence, style.columns)),
    ...(host === null ? [] : wrap(printableLine(host), style.columns)),
    ...wrap(printableLine(run), style.columns),
  ]
}

const HOP_STATUS = {
  open: 'pass',
  blocked: 'fail',
  unknown: 'warn',
  'not-tested': 'skip',
} as const satisfies Record<HopState, Status>

function pictureLines({findings}: Report, style: Style): readonly string[] {
  const rows = drawRoutes(routesOf(findings), style)
  return section(
    'The ways out of this server',
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
    `For ${OWNER_WORDS[owner]}:`,
    // A row is not wrapped, so that it can be copied as it is.
    ...rows.flatMap(({request, from, to, port, protocol, reason}) => [
      `  ${printableLine(`${request}: ${protocol} ${port} from ${from} to ${to}`)}`,
      ...hanging('    for ', reason, style.columns),
    ]),
  ])
  const notes = requestNotes(sheets).flatMap(note => wrap(note, style.columns))
  return section('What to ask of others', [...lines, ...notes], style)
}

function stagingSection(report: Report, style: Style): readonly string[] {
  const command = shellLine(allowListCommand(report), report.host?.platform ?? 'linux')
  const lines = [...wrap(stagingNeeds(report), style.columns), `  ${printable(command)}`]
  return section('What the staging area subnet needs', lines, style)
}

function installSection(report: Report, style: Style): readonly string[] {
  const lines = installLines(report).map(line => `  ${printable(line)}`)
  if (report.outcome !== 'not-ready') return section('Install the agent', lines, style)
  return section('When nothing blocks any more, install the agent', lines.slice(-1), style)
}

function repeatSection(report: Report, {repeat = null}: Extras, style: Style): readonly string[] {
  if (repeat === null) return []
  const line = printable(shellLine(repeat, report.host?.platform ?? 'linux'))
  return section('Repeat this run unattended', [`  ${line}`], style)
}
