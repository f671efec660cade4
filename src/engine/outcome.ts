import {type CheckId, checksWhere, pathsBehind} from '../contract/checks.ts'
import type {Finding} from '../contract/finding.ts'

/** What a run says of the server, the worst first: `not-ready`, `incomplete`, `ready-with-warnings`, `ready`. */
export type Outcome = 'ready' | 'ready-with-warnings' | 'incomplete' | 'not-ready'

/** Why something that readiness rests on is not known. */
export type GapReason =
  /** The check is not part of the run: `--only`, `--skip`, or a run that was stopped. */
  | 'left-out'
  /** TCP 1500 has no address to connect to. */
  | 'no-target'
  /** The rules could not be read, and no connection has shown what they do. */
  | 'unreadable'
  /** Neither the rules nor a connection decide it. */
  | 'undecided'
  /** AWS publishes no name to test. */
  | 'unpublished'
  /** Skipped for another reason. */
  | 'skipped'

/** Something that readiness rests on and that a run does not know. */
export type Gap = {readonly check: CheckId; readonly target: string | null; readonly reason: GapReason}

type Found = Pick<Finding, 'check' | 'target' | 'status' | 'code'>

/**
 * `fail` and `error` make a server not ready. Without them, what readiness rests on has to be known: a check that was
 * left out or skipped, or an undecided one, makes the answer incomplete.
 */
export function outcomeOf(findings: readonly Found[]): Outcome {
  if (findings.some(({status}) => status === 'fail' || status === 'error')) return 'not-ready'
  if (gapsOf(findings).length > 0) return 'incomplete'
  return findings.some(({status}) => status === 'warn') ? 'ready-with-warnings' : 'ready'
}

/** What readiness rests on and the findings leave open, in the order in which checks are shown. */
export function gapsOf(findings: readonly Found[]): readonly Gap[] {
  return checksWhere(({isRequired}) => isRequired).flatMap(check => {
    const own = findings.filter(finding => finding.check === check)
    if (own.length === 0) return [{check, target: null, reason: 'left-out' as const}]
    return own.flatMap(finding => {
      const reason = gapIn(finding, findings)
      return reason === null ? [] : [{check, target: finding.target, reason}]
    })
  })
}

function gapIn({check, status, code}: Found, findings: readonly Found[]): GapReason | null {
  if (code === 'replication.not-tested') return 'no-target'
  if (code === 'region.data-unknown') return 'unpublished'
  if (status === 'skip') return 'skipped'
  if (code === 'firewall.unknown' || code === 'firewall.unreadable') {
    if (isSettled(pathsBehind(check), findings)) return null
    return code === 'firewall.unreadable' ? 'unreadable' : 'undecided'
  }
  // Everywhere else a warning is about something that was reached.
  return check === 'replication-1500' && status === 'warn' && !isReached({status, code}) ? 'undecided' : null
}

/** Whether each of the checks was made, and all that it tried was reached. */
function isSettled(paths: readonly CheckId[], findings: readonly Found[]): boolean {
  return paths.every(path => {
    const own = findings.filter(({check}) => check === path)
    return own.some(isReached) && own.every(finding => finding.status !== 'skip')
  })
}

/** A refusal of TCP 1500 that came from the far end shows that the path is open. */
function isReached({status, code}: Pick<Found, 'status' | 'code'>): boolean {
  return status === 'pass' || (status === 'warn' && (code === 'ok' || code === 'replication.no-listener'))
}
