import {CHECK_IDS, type CheckId} from '../contract/checks.ts'
import {element, text} from '../lib/xml.ts'
import {blockerLine, layersLine, neighbourRows} from './lines.ts'
import type {Report, ReportFinding} from './report.ts'
import {OWNER_WORDS} from './words.ts'

/**
 * The report as JUnit XML, as CI servers read it: a test suite per check, a test case per finding. A warning is a
 * passed case that says so in its output, since JUnit knows no warnings.
 */
export function printJunit(report: Report): string {
  const suites = CHECK_IDS.map(check => suite(check, report)).filter(xml => xml !== null)
  const root = element(
    'testsuites',
    {name: report.tool.name, ...totals(report.findings), time: report.durationMs / 1000},
    suites.map(xml => `\n  ${xml}`).concat('\n'),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`
}

function suite(check: CheckId, {findings, startedAt, host}: Report): string | null {
  const own = findings.filter(finding => finding.check === check)
  if (own.length === 0) return null
  const attributes = {
    name: check,
    ...totals(own),
    time: seconds(own.reduce((sum, {durationMs}) => sum + durationMs, 0)),
    // The schema that CI servers validate against allows neither fractions nor a zone.
    timestamp: startedAt.slice(0, 19),
    hostname: host?.hostname ?? 'unknown',
  }
  return element('testsuite', attributes, own.map(finding => `\n    ${testcase(finding)}`).concat('\n  '))
}

function testcase(finding: ReportFinding): string {
  const attributes = {
    classname: `drs-onboard.${finding.check}`,
    name: finding.target ?? finding.check,
    time: seconds(finding.durationMs),
  }
  return element('testcase', attributes, outcome(finding))
}

function outcome(finding: ReportFinding): readonly string[] {
  const details = {message: finding.summary, type: finding.code}
  switch (finding.status) {
    case 'pass':
      return []
    case 'warn':
      return [element('system-out', {}, [text(`WARN\n${findingText(finding)}`)])]
    case 'fail':
      return [element('failure', details, [text(findingText(finding))])]
    case 'error':
      return [element('error', details, [text(findingText(finding))])]
    case 'skip':
      return [element('skipped', {message: finding.summary})]
  }
}

function totals(findings: readonly ReportFinding[]) {
  const count = (wanted: ReportFinding['status']) => findings.filter(({status}) => status === wanted).length
  return {tests: findings.length, failures: count('fail'), errors: count('error'), skipped: count('skip')}
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000
}

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
