import {CHECK_IDS} from '../../contract/checks.ts'
import {printableLine} from '../../lib/printable.ts'
import {hanging} from '../../lib/wrap.ts'
import {type Group, groupByCause, said, targetsOf} from '../groups.ts'
import {blockerLine, layersLine, neighbourRows, stageLine} from '../lines.ts'
import type {Report, ReportFinding} from '../report.ts'
import {causeWords, OWNER_WORDS, STATUS_WORDS} from '../words.ts'
import type {Style} from './style.ts'

const MARGIN = 7

/** One cause: what it is, whom it hits, what proves it, who fixes it and how. */
export function groupLines(group: Group, report: Report, style: Style): readonly string[] {
  const {status, code, owner, findings} = group
  const word = STATUS_WORDS[status]
  const checks = [...new Set(findings.map(({check}) => check))].join(', ')
  const header = hanging(
    word.padEnd(MARGIN),
    `${checks}: ${causeWords(code, status)} [${code}]`,
    style.columns,
  )
  const field = (label: string, text: string) =>
    hanging(`${' '.repeat(MARGIN)}${label.padEnd(8)}`, printableLine(text), style.columns)
  const nextStep = said(group, finding => finding.nextStep)
  return [
    ...header.map((line, index) => (index === 0 ? line.replace(word, style.status(status, word)) : line)),
    ...targetLines(group, style, field),
    // Rules are not wrapped, so that they can be searched for as they are.
    ...evidenceLines(findings[0]).map(
      ([label, text]) => `${' '.repeat(MARGIN)}${label.padEnd(8)}${printableLine(text)}`,
    ),
    ...neighbourRows(findings[0].evidence).map(
      (row, index) => `${' '.repeat(MARGIN)}${(index === 0 ? 'Chain' : '').padEnd(8)}${row}`,
    ),
    ...(owner === null ? [] : field('Owner', OWNER_WORDS[owner])),
    ...(nextStep === null ? [] : field('Next', nextStep)),
    ...remedyTitles(group, report).flatMap(title => field('Fix', `${title} (see the plan)`)),
  ]
}

function targetLines(
  group: Group,
  {unicode, verbose}: Style,
  field: (label: string, text: string) => readonly string[],
): readonly string[] {
  const {findings} = group
  if (verbose) {
    return findings.flatMap(finding => [
      ...field('Target', finding.target ?? finding.check),
      ...field('Found', finding.summary),
      ...pathText(finding, unicode).flatMap(path => field('Path', path)),
    ])
  }
  const targets = targetsOf(group)
  return [
    ...(targets === '' ? [] : field(findings.length === 1 ? 'Target' : 'Targets', targets)),
    ...field('Found', said(group, ({summary}) => summary) ?? ''),
    ...pathText(findings[0], unicode).flatMap(path => field('Path', path)),
  ]
}

function evidenceLines({evidence: {judgement}}: ReportFinding): readonly (readonly [string, string])[] {
  if (!judgement) return []
  const stage = stageLine(judgement)
  return [
    ...(judgement.blocker ? [['Rule', blockerLine(judgement.blocker)] as const] : []),
    ...(stage === null ? [] : [['Stops', stage] as const]),
    ...judgement.unknownBecause.map(rule => ['Unsure', rule] as const),
  ]
}

function pathText({evidence: {layers}}: ReportFinding, unicode: boolean): readonly string[] {
  const line = layersLine(layers ?? [], unicode)
  return line === '' ? [] : [line]
}

function remedyTitles({findings}: Group, {plan, applied}: Report): readonly string[] {
  const ids = new Set(findings.flatMap(({remedies}) => remedies))
  return plan.remedies
    .filter(({id}) => ids.has(id) && !applied.some(({remedy}) => remedy === id))
    .map(({title}) => title)
}

/** A warning in one entry each: the details are for the verbose report. */
export function warningLines(groups: readonly Group[], style: Style): readonly string[] {
  const word = STATUS_WORDS.warn
  return groups.flatMap(group => {
    const checks = [...new Set(group.findings.map(({check}) => check))].join(', ')
    // What is found works then; what to watch out for is the next step.
    const caveat = group.code === 'ok' ? (said(group, ({nextStep}) => nextStep) ?? '') : ''
    const text = `${checks}: ${[said(group, ({summary}) => summary), caveat].filter(Boolean).join(' ')} [${group.code}]`
    return hanging(word.padEnd(MARGIN), printableLine(text), style.columns).map((line, index) =>
      index === 0 ? line.replace(word, style.status('warn', word)) : line,
    )
  })
}

/** What passed, one line a check. */
export function passLines(findings: readonly ReportFinding[], style: Style): readonly string[] {
  return CHECK_IDS.flatMap(id => {
    const passed = findings.filter(({check}) => check === id)
    const [first] = passed
    if (!first) return []
    const detail = pathText(first, style.unicode)[0] ?? first.summary
    const text = passed.length === 1 ? `${id}: ${detail}` : `${id}: ${passed.length} of ${passed.length} OK`
    return hanging(STATUS_WORDS.pass.padEnd(MARGIN), printableLine(text), style.columns).map((line, index) =>
      index === 0 ? line.replace(STATUS_WORDS.pass, style.status('pass', STATUS_WORDS.pass)) : line,
    )
  })
}

/** What was not tested, one entry a cause, without evidence: that stands with the cause itself. */
export function skipLines(findings: readonly ReportFinding[], style: Style): readonly string[] {
  return groupByCause(findings).flatMap(group => {
    const checks = [...new Set(group.findings.map(({check}) => check))].join(', ')
    const [first] = group.findings
    const text = `${checks}: ${first.summary}${first.nextStep === null ? '' : ` ${first.nextStep}`}`
    return hanging(STATUS_WORDS.skip.padEnd(MARGIN), printableLine(text), style.columns).map((line, index) =>
      index === 0 ? line.replace(STATUS_WORDS.skip, style.status('skip', STATUS_WORDS.skip)) : line,
    )
  })
}
