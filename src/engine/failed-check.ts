import type {Check} from '../checks/check.ts'
import {finding} from '../checks/finding.ts'
import {judgesRules} from '../contract/checks.ts'
import {UserError} from '../contract/errors.ts'
import type {Finding} from '../contract/finding.ts'
import {explainShortage, type Shortage, shortageOf, shortageSeen} from '../platform/process/shortage.ts'

/** A check that did not end in `limitMs` milliseconds. */
export function timedOut(check: Check, limitMs: number): Finding {
  return finding(check.id, 'check.timeout', {
    summary: `The check timed out after ${limitMs / 1000} s.`,
    nextStep: 'Run it again with a higher --timeout.',
    durationMs: limitMs,
  })
}

/** A check that could not run for want of something that the operating system gives to processes. */
export function short(check: Check, shortage: Shortage): Finding {
  return finding(check.id, 'check.crashed', {...explainShortage(shortage), evidence: {shortage}})
}

/** A check that threw. */
export function crashed(check: Check, error: unknown): Finding {
  const shortage = shortageOf(error)
  if (shortage !== null) return short(check, shortage)
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof UserError) return finding(check.id, 'check.crashed', {summary: message})
  return finding(check.id, 'check.crashed', {
    summary: `The check itself failed: ${message}`,
    nextStep: `Run it again with --verbose --only ${check.id}, and report the output as a bug if it fails again.`,
    evidence: {error: message},
  })
}

/**
 * The findings of a check, unless something ran short meanwhile: a file that could not be opened then counts as a file that
 * is not there, and a name server that could not be asked as one that does not answer. A connection that worked did work.
 */
export function withoutDoubtful(check: Check, findings: readonly Finding[]): readonly Finding[] {
  const shortage = shortageSeen()
  if (shortage === null) return findings
  if (!judgesRules(check.id) && findings.every(({status}) => status === 'pass')) return findings
  return [short(check, shortage)]
}
