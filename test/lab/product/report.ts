import type {Report, ReportFinding} from '../../../src/report/report.ts'
import {reportSchema} from '../../../src/report/schema.ts'
import type {RunResult} from '../lib/host.ts'

/** The JSON report that a run printed, held against its schema. */
export function reportOf({stdout, stderr}: RunResult): Report {
  try {
    return reportSchema.parse(JSON.parse(stdout)) as Report
  } catch (error) {
    throw new Error(`no valid report on stdout:\n${stdout}\n${stderr}`, {cause: error})
  }
}

export function findingsFor(report: Report, check: ReportFinding['check']): readonly ReportFinding[] {
  return report.findings.filter(finding => finding.check === check)
}

/** `check: status code` of every finding, for comparing at a glance. */
export function codesOf(report: Report): readonly string[] {
  return [...new Set(report.findings.map(({check, status, code}) => `${check}: ${status} ${code}`))]
}
