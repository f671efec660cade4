import type {Status} from '../../contract/cause-codes.ts'
import type {Finding} from '../../contract/finding.ts'

/** What needs attention comes first. */
export const STATUS_ORDER: readonly Status[] = ['fail', 'error', 'warn', 'skip', 'pass']

/** Worst first; findings of one status keep the order of their checks. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status))
}
