import {blockerLine} from './blocker-line.ts'
import {layersLine} from './layers-line.ts'
import {neighbourRows} from './neighbour-rows.ts'
import type {ReportFinding} from './report.ts'
import {OWNER_WORDS} from './words.ts'

/** Everything about one finding as plain lines, for formats without a layout of their own. */
export function findingText(finding: ReportFinding): string {
  const {summary, evidence, owner, nextStep, code} = finding
  const path = layersLine(evidence.layers ?? [], false)
  const blocker = evidence.judgement?.blocker
  return [
    summary,
    `Code: ${code}`,
    ...(path === '' ? [] : [`Path: ${path}`]),
    ...(blocker ? [`Rule: ${blockerLine(blocker)}`] : []),
    ...neighbourRows(evidence).map(row => `  ${row}`),
    ...(owner === null ? [] : [`Owner: ${OWNER_WORDS[owner]}`]),
    ...(nextStep === null ? [] : [`Next: ${nextStep}`]),
  ].join('\n')
}
