import type {Status} from '../../contract/cause-codes.ts'
import {conclusionsOf} from '../conclusions.ts'
import {type Group, groupByCause, namedTargets, said} from '../groups.ts'
import {allowListCommand, headline, stagingNeeds} from '../headline.ts'
import {installLines, shellLine} from '../install.ts'
import {blockerLine, layersLine, neighbourRows} from '../lines.ts'
import {drawRoutes} from '../path-picture/draw.ts'
import {routesOf} from '../path-picture/routes.ts'
import type {Extras, Report} from '../report.ts'
import {requestNotes, requestSheets} from '../request-sheet.ts'
import {causeWords, OWNER_WORDS, STATUS_WORDS} from '../words.ts'
import {changesSection, planSection} from './changes.ts'
import {cellCode, code, codeBlock, prose} from './escape.ts'

/** The summary for a ticket or a change board: the same facts as the text, in GitHub-flavoured Markdown. */
export function printMarkdown(report: Report, extras: Extras = {}): string {
  const blocks = [
    ...titleBlocks(report),
    ...pictureBlocks(report),
    ...causeBlocks(report, 'Blocking issues', ['fail', 'error']),
    ...causeBlocks(report, 'Warnings', ['warn']),
    ...requestBlocks(report),
    findingsTable(report),
    ...planSection(report),
    ...changesSection(report),
    '## What the staging area subnet needs',
    prose(stagingNeeds(report)),
    commandBlock(report, [shellLine(allowListCommand(report), platformOf(report))]),
    ...installBlocks(report),
    ...(extras.repeat
      ? [
          '## Run again non-interactively',
          commandBlock(report, [shellLine(extras.repeat, platformOf(report))]),
        ]
      : []),
  ]
  return `${blocks.join('\n\n')}\n`
}

function platformOf({host}: Report) {
  return host?.platform ?? 'linux'
}

function commandBlock(report: Report, lines: readonly string[]): string {
  return codeBlock(lines, platformOf(report) === 'win32' ? 'powershell' : 'sh')
}

function titleBlocks(report: Report): readonly string[] {
  const {verdict, subject, counts, host, run} = headline(report)
  return [
    `# ${verdict}: ${prose(subject)}`,
    [`${counts}.`, ...conclusionsOf(report)].map(prose).join(' '),
    [...(host === null ? [] : [host]), run].map(prose).join('  \n'),
  ]
}

function pictureBlocks({findings}: Report): readonly string[] {
  const rows = drawRoutes(routesOf(findings), {columns: 100, unicode: true})
  if (rows.length === 0) return []
  return [
    '## Network paths',
    codeBlock(
      rows.map(({text}) => text),
      'text',
    ),
  ]
}

function causeBlocks(report: Report, title: string, statuses: readonly Status[]): readonly string[] {
  const groups = groupByCause(report.findings).filter(({status}) => statuses.includes(status))
  return groups.length === 0 ? [] : [`## ${title}`, ...groups.map(causeBlock)]
}

function causeBlock(group: Group): string {
  const {status, owner, findings} = group
  const [first] = findings
  const checks = [...new Set(findings.map(({check}) => check))].join(', ')
  const targets = namedTargets(group)
  const path = layersLine(first.evidence.layers ?? [], true)
  const blocker = first.evidence.judgement?.blocker
  const neighbours = neighbourRows(first.evidence)
  const nextStep = said(group, finding => finding.nextStep)
  return [
    `### ${STATUS_WORDS[status]} ${prose(`${checks}: ${causeWords(group.code, status)}`)} (${code(group.code)})`,
    '',
    `- Found: ${prose(said(group, ({summary}) => summary) ?? '')}`,
    ...(targets.length === 0 ? [] : [`- Targets: ${targets.map(code).join(', ')}`]),
    ...(path === '' ? [] : [`- Path: ${prose(path)}`]),
    ...(blocker ? [`- Rule: ${code(blockerLine(blocker))}`] : []),
    ...(owner === null ? [] : [`- Owner: ${prose(OWNER_WORDS[owner])}`]),
    ...(nextStep === null ? [] : [`- Next: ${prose(nextStep)}`]),
    ...(neighbours.length === 0 ? [] : ['', 'The rule in its chain:', '', codeBlock(neighbours, 'text')]),
  ].join('\n')
}

function requestBlocks(report: Report): readonly string[] {
  const sheets = requestSheets(report)
  if (sheets.length === 0) return []
  const head = ['| Request | From | To | Port | Protocol | Reason |', '| --- | --- | --- | --- | --- | --- |']
  const tables = sheets.flatMap(({owner, rows}) => [
    `### For the ${OWNER_WORDS[owner]}`,
    [
      ...head,
      ...rows.map(
        ({request, from, to, port, protocol, reason}) =>
          `| ${prose(request)} | ${cellCode(from)} | ${cellCode(to)} | ${port} | ${protocol} | ${prose(reason)} |`,
      ),
    ].join('\n'),
  ])
  return ['## Requests for other teams', ...tables, prose(requestNotes(sheets).join(' '))]
}

function findingsTable({findings}: Report): string {
  const rows = findings.map(
    ({status, check, target, code: cause, summary}) =>
      `| ${STATUS_WORDS[status]} | ${check} | ${target === null ? '' : cellCode(target)} | ${cellCode(cause)} | ${prose(summary)} |`,
  )
  const head = ['| Status | Check | Target | Code | Found |', '| --- | --- | --- | --- | --- |']
  return ['## All findings', '', ...head, ...rows].join('\n')
}

function installBlocks(report: Report): readonly string[] {
  const lines = installLines(report)
  if (lines.length === 0) return []
  return report.outcome === 'not-ready'
    ? ['## After fixing the issues above, install the agent', commandBlock(report, lines.slice(-1))]
    : ['## Install the AWS Replication Agent', commandBlock(report, lines)]
}
