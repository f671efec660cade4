import type {CauseCode, Owner, Status} from '../contract/cause-codes.ts'
import {factsOf} from '../contract/checks.ts'
import type {Finding} from '../contract/finding.ts'
import type {ReportFinding} from './report.ts'

/** What has to be known of a finding to tell its cause. */
export type Found = Pick<Finding, 'check' | 'target' | 'status' | 'code' | 'owner' | 'evidence'>

/** Findings that have one cause and therefore need one repair, the worst first; it gives the group its status. */
export type Group<F extends Found = ReportFinding> = {
  readonly status: Status
  readonly code: CauseCode
  readonly owner: Owner | null
  readonly findings: readonly [F, ...F[]]
}

/** What is amiss, worst first. */
const AMISS: readonly Status[] = ['fail', 'warn']

/** Groups findings by their cause, in the order in which each cause appears first. */
export function groupByCause<F extends Found>(findings: readonly F[]): readonly Group<F>[] {
  const groups = new Map<string, [F, ...F[]]>()
  for (const finding of findings) {
    const key = causeKey(finding)
    const group = groups.get(key)
    if (group) group.push(finding)
    else groups.set(key, [finding])
  }
  return [...groups.values()].map(group => {
    group.sort((a, b) => AMISS.indexOf(a.status) - AMISS.indexOf(b.status))
    const [{status, code, owner}] = group
    return {status, code, owner, findings: group}
  })
}

/** The same for findings that have one cause. */
export function causeKey({check, status, code, owner, evidence}: Found): string {
  const blocker = evidence.judgement?.blocker
  // Their targets share the path out of this host: one code on several targets is one cause.
  const onPath = factsOf(check).group === 'aws'
  return JSON.stringify([
    // What is only a warning for one target of a way has the cause that fails the others.
    onPath && AMISS.includes(status) ? 'amiss' : status,
    code,
    owner,
    onPath ? 'path' : check,
    // Two rules that block are two causes, though their code is one.
    blocker && [blocker.engine, blocker.family, blocker.table, blocker.chain, blocker.rule],
  ])
}

/** The targets of a group as words, without repeats. */
export function targetsOf(group: Group): string {
  return namedTargets(group).join(', ')
}

export function namedTargets<F extends Found>({findings}: Group<F>): readonly string[] {
  return [...new Set(findings.flatMap(({target}) => (target === null ? [] : [target])))]
}

/** What the findings of a group say; where they differ, what the first says, and that the others are alike. */
export function said<F extends Found>(
  {findings}: Group<F>,
  read: (finding: F) => string | null,
): string | null {
  const first = read(findings[0])
  const differ = findings.some(finding => read(finding) !== first)
  return first !== null && differ ? `${first} (Same for the other targets.)` : first
}
