import type {CheckId} from '../contract/checks.ts'
import {type GapReason, gapsOf, outcomeOf} from '../engine/outcome.ts'
import type {Found} from './groups.ts'

const SENTENCES: Readonly<Record<GapReason, (checks: string) => string>> = {
  'left-out': checks => `Not part of this run: ${checks}.`,
  'no-target': () => 'TCP 1500 to the staging area subnet was not tested: no replication server given.',
  unreadable: checks => `The firewall rules could not be read: ${checks}.`,
  undecided: checks => `Neither the rules nor a connection decide it: ${checks}.`,
  unpublished: checks =>
    `Cannot be tested, as AWS does not publish the host names for this Region: ${checks}. Ask AWS Support for them, or allow all S3 hosts of the Region in the network.`,
  skipped: checks => `Not tested: ${checks}.`,
}

/**
 * What readiness rests on and the run left open, in one line; null where nothing was left open. Where something fails,
 * what was skipped because of that is not named again.
 */
export function gapSentence(findings: readonly Found[]): string | null {
  const byReason = new Map<GapReason, Set<CheckId>>()
  const fails = outcomeOf(findings) === 'not-ready'
  for (const {check, reason} of gapsOf(findings)) {
    if (fails && reason === 'skipped') continue
    const checks = byReason.get(reason)
    if (checks) checks.add(check)
    else byReason.set(reason, new Set([check]))
  }
  const sentences = [...byReason].map(([reason, checks]) => SENTENCES[reason]([...checks].join(', ')))
  return sentences.length === 0 ? null : sentences.join(' ')
}
