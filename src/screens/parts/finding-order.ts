import type {Status} from '../../contract/cause-codes.ts'
import type {Finding} from '../../contract/finding.ts'

/** What needs attention comes first. */
export const STATUS_ORDER: readonly Status[] = ['fail', 'error', 'warn', 'skip', 'pass']

/** Worst first; findings of one status keep the order of their checks. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status))
}

const COUNT_WORDS: Record<Status, string> = {
  fail: 'failed',
  error: 'could not be run',
  warn: 'with a warning',
  skip: 'skipped',
  pass: 'passed',
}

/** `2 failed, 1 with a warning, 5 passed`. */
export function countsText(findings: readonly Finding[]): string {
  const counts = STATUS_ORDER.map(
    status => [status, findings.filter(found => found.status === status).length] as const,
  )
  return counts
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${COUNT_WORDS[status]}`)
    .join(', ')
}
