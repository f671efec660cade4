import type {Finding, JsonValue} from '../contract/finding.ts'
import type {Command, Plan} from '../contract/remedy.ts'
import {outcomeOf} from '../engine/outcome.ts'
import {findingsOf, type Session} from '../engine/session.ts'
import type {Report, ReportHost} from './report.ts'

export type ReportContext = {
  readonly tool: {readonly name: string; readonly version: string}
  /** Without secrets: `redactOptions`. */
  readonly options: {readonly [option: string]: JsonValue}
  readonly installCommand: Command | null
  readonly next: Command | null
  /** Milliseconds since epoch; stands in for what the session does not know yet. */
  readonly now: number
}

/** The report on a session, finished or not. Pure. */
export function buildReport(session: Session, context: ReportContext): Report {
  const startedAt = session.startedAt ?? context.now
  const findings = findingsOf(session)
  return {
    schemaVersion: 1,
    tool: context.tool,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Math.max(0, (session.finishedAt ?? context.now) - startedAt - session.idleMs),
    host: hostOf(session),
    options: context.options,
    findings: findings.map(finding => ({...finding, remedies: finding.remedies.map(({id}) => id)})),
    plan: planOf(session),
    applied: session.applied,
    counts: countStatuses(findings),
    outcome: outcomeOf(findings),
    next: context.next,
    installCommand: context.installCommand,
  }
}

function countStatuses(findings: readonly Finding[]): Report['counts'] {
  const counts = {pass: 0, warn: 0, fail: 0, skip: 0, error: 0}
  for (const {status} of findings) counts[status] += 1
  return counts
}

function hostOf(session: Session): ReportHost | null {
  const {host, firewall} = session
  if (host === null) return null
  const {osId: _, ...facts} = host
  const measured = findingsOf(session).flatMap(({evidence}) => evidence.from ?? [])
  return {
    ...facts,
    addresses: measured.length > 0 ? [...new Set(measured)] : facts.addresses,
    firewall: firewall ?? {manager: null, engines: [], alsoWrittenBy: []},
  }
}

/** The plan made, or without one every remedy that the findings offer, so that no finding names a remedy in vain. */
function planOf(session: Session): Plan {
  const offered = findingsOf(session).flatMap(({remedies}) => remedies)
  const remedies = [...(session.plan?.remedies ?? []), ...offered]
  return {remedies: [...new Map(remedies.map(remedy => [remedy.id, remedy])).values()]}
}
