import type {Status} from '../../contract/cause-codes.ts'
import {commandLine, doText, shellOf, undoText} from '../../contract/command-line.ts'
import {ownCommand} from '../../contract/own-command.ts'
import type {Command, Remedy} from '../../contract/remedy.ts'
import {element, text} from '../../lib/xml.ts'
import {conclusionsOf} from '../conclusions.ts'
import {type Group, groupByCause, namedTargets, said} from '../groups.ts'
import {allowListCommand, headline, stagingNeeds} from '../headline.ts'
import {installLines} from '../install.ts'
import {blockerLine, layersLine, neighbourRows, proofText, stageLine} from '../lines.ts'
import {routesOf} from '../path-picture/routes.ts'
import {lostByReboot, pendingRemedies} from '../plan.ts'
import type {Extras, Report} from '../report.ts'
import {requestNotes, requestSheets} from '../request-sheet.ts'
import {causeWords, OUTCOME_STATUS, OWNER_WORDS, RESULT_WORDS, RISK_WORDS, STATUS_WORDS} from '../words.ts'
import {pathSvg} from './path-svg.ts'
import {STYLE} from './style.ts'

/** One HTML page for a change ticket: no script, nothing loaded from elsewhere, fit for print, light and dark. */
export function printHtml(report: Report, extras: Extras = {}): string {
  const {verdict, subject} = headline(report)
  const head = element('head', {}, [
    element('meta', {charset: 'utf-8'}),
    element('meta', {name: 'viewport', content: 'width=device-width, initial-scale=1'}),
    element('title', {}, [text(`${verdict}: ${subject}`)]),
    `<style>${STYLE}</style>`,
  ])
  const body = element('body', {}, [
    ...titleBlock(report),
    ...pathsBlock(report),
    ...causesBlock(report, 'Blocking issues', ['fail', 'error']),
    ...causesBlock(report, 'Warnings', ['warn']),
    ...requestsBlock(report),
    ...planBlock(report),
    ...changesBlock(report),
    findingsBlock(report),
    ...section('What the staging area subnet needs', [
      paragraph(stagingNeeds(report)),
      commands([allowListCommand(report)], report),
    ]),
    ...installBlock(report),
    ...(extras.repeat ? section('Run again non-interactively', [commands([extras.repeat], report)]) : []),
  ])
  return `<!DOCTYPE html>\n${element('html', {lang: 'en'}, [head, '\n', body])}\n`
}

const paragraph = (words: string, style: string | null = null): string =>
  element('p', {class: style}, [text(words)])

/** Host names and rules may break anywhere where a table is narrow; addresses and codes never do. */
const code = (words: string): string =>
  element('code', {class: words.length > 24 ? 'long' : null}, [text(words)])

const preformatted = (lines: readonly string[]): string => element('pre', {}, [text(lines.join('\n'))])

const statusWord = (status: Status, word = STATUS_WORDS[status]): string =>
  element('span', {class: `word ${status}`}, [text(word)])

function section(title: string, blocks: readonly string[]): readonly string[] {
  return blocks.length === 0 ? [] : ['\n', element('h2', {}, [text(title)]), ...blocks]
}

function shellOfReport({host}: Report) {
  return shellOf(host?.platform ?? 'linux')
}

function commands(list: readonly Command[], report: Report): string {
  return preformatted(list.map(command => commandLine(command, shellOfReport(report))))
}

function facts(rows: readonly (readonly [string, string] | null)[]): string {
  const entries = rows.flatMap(row =>
    row === null ? [] : [element('dt', {}, [text(row[0])]), element('dd', {}, [row[1]])],
  )
  return entries.length === 0 ? '' : element('dl', {}, entries)
}

function titleBlock(report: Report): readonly string[] {
  const {verdict, subject, counts, host, run} = headline(report)
  const {next} = report
  return [
    element('h1', {}, [statusWord(OUTCOME_STATUS[report.outcome], verdict), text(`: ${subject}`)]),
    paragraph([`${counts}.`, ...conclusionsOf(report)].join(' ')),
    ...(next === null ? [] : [element('h3', {}, ['Next']), commands([next], report)]),
    ...(host === null ? [] : [paragraph(host, 'muted')]),
    paragraph(run, 'muted'),
  ]
}

function pathsBlock({findings}: Report): readonly string[] {
  const routes = routesOf(findings)
  return routes.length === 0 ? [] : section('Network paths', [pathSvg(routes)])
}

function causesBlock(report: Report, title: string, statuses: readonly Status[]): readonly string[] {
  const groups = groupByCause(report.findings).filter(({status}) => statuses.includes(status))
  return section(title, groups.map(causeBlock))
}

function causeBlock(group: Group): string {
  const {status, owner, findings} = group
  const [first] = findings
  const checks = [...new Set(findings.map(({check}) => check))].join(', ')
  const path = layersLine(first.evidence.layers ?? [], true)
  const {judgement} = first.evidence
  const targets = namedTargets(group)
  const nextStep = said(group, finding => finding.nextStep)
  const listing = neighbourRows(first.evidence)
  const stage = judgement ? stageLine(judgement) : null
  return element('section', {class: 'cause'}, [
    element('h3', {}, [
      statusWord(status),
      text(` ${checks}: ${causeWords(group.code, status)} `),
      code(group.code),
    ]),
    facts([
      ['Found', text(said(group, ({summary}) => summary) ?? '')],
      targets.length === 0 ? null : ['Targets', targets.map(code).join(', ')],
      path === '' ? null : ['Path', text(path)],
      judgement?.blocker ? ['Rule', code(blockerLine(judgement.blocker))] : null,
      stage === null ? null : ['Stops', text(stage)],
      owner === null ? null : ['Owner', text(OWNER_WORDS[owner])],
      nextStep === null ? null : ['Next', text(nextStep)],
    ]),
    ...(listing.length === 0 ? [] : [paragraph('The rule in its chain:', 'muted'), preformatted(listing)]),
  ])
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], name: 'th' | 'td') =>
    element(
      'tr',
      {},
      // An empty element of HTML needs its end tag.
      cells.map(cell => element(name, {}, [cell])),
    )
  return element('table', {}, [
    element('thead', {}, [row(head, 'th')]),
    element(
      'tbody',
      {},
      rows.map(cells => row(cells, 'td')),
    ),
  ])
}

function requestsBlock(report: Report): readonly string[] {
  const sheets = requestSheets(report)
  return section(
    'Requests for other teams',
    sheets.length === 0
      ? []
      : [
          ...sheets.flatMap(({owner, rows}) => [
            element('h3', {}, [text(`For the ${OWNER_WORDS[owner]}`)]),
            table(
              ['Request', 'From', 'To', 'Port', 'Protocol', 'Reason'],
              rows.map(({request, from, to, port, protocol, reason}) => [
                text(request),
                code(from),
                code(to),
                String(port),
                protocol,
                text(reason),
              ]),
            ),
          ]),
          paragraph(requestNotes(sheets).join(' ')),
        ],
  )
}

function planBlock(report: Report): readonly string[] {
  return section(
    'Plan, not applied yet',
    pendingRemedies(report).map(remedy => remedyBlock(remedy, report)),
  )
}

function remedyBlock(remedy: Remedy, report: Report): string {
  const shell = shellOfReport(report)
  const undo = remedy.steps.toReversed()
  return element('section', {class: 'cause'}, [
    element('h3', {}, [text(`${remedy.title} (${RISK_WORDS[remedy.risk]})`)]),
    paragraph(remedy.why),
    ...(remedy.preview ?? []).flatMap(({of, lines}) => [
      paragraph(`Changes ${of}:`, 'muted'),
      preformatted(lines),
    ]),
    paragraph('Do', 'muted'),
    preformatted(remedy.steps.map(step => doText(step, shell))),
    paragraph('Undo, in this order', 'muted'),
    preformatted(undo.map(step => undoText(step, shell))),
  ])
}

function changesBlock(report: Report): readonly string[] {
  return section(
    'Changes to this server',
    report.applied.map(applied => {
      const {id, remedy, result, reason, persists} = applied
      const planned = report.plan.remedies.find(entry => entry.id === remedy)
      const proof = proofText(applied.probes)
      const undo = commandLine(ownCommand('undo', id), shellOfReport(report))
      return element('section', {class: 'cause'}, [
        element('h3', {}, [
          statusWord(result === 'kept' ? 'pass' : 'fail', RESULT_WORDS[result]),
          text(` ${planned?.title ?? remedy}`),
        ]),
        facts([
          reason === null ? null : ['Why', text(reason)],
          proof === null ? null : ['Verified', text(proof)],
          result === 'kept' ? ['Undo', code(undo)] : null,
          result === 'kept' && !persists ? ['Warning', text(lostByReboot(planned, applied))] : null,
        ]),
      ])
    }),
  )
}

function findingsBlock({findings}: Report): string {
  const rows = findings.map(({status, check, target, code: cause, summary}) => [
    statusWord(status),
    text(check),
    target === null ? '' : code(target),
    code(cause),
    text(summary),
  ])
  return section('All findings', [table(['Status', 'Check', 'Target', 'Code', 'Found'], rows)]).join('')
}

function installBlock(report: Report): readonly string[] {
  const lines = installLines(report)
  if (lines.length === 0) return []
  return report.outcome === 'not-ready'
    ? section('After fixing the issues above, install the agent', [preformatted(lines.slice(-1))])
    : section('Install the AWS Replication Agent', [preformatted(lines)])
}
