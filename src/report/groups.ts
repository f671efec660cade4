import type {CauseCode, Owner, Status} from '../contract/cause-codes.ts'
import type {CheckId} from '../contract/check-ids.ts'
import type {ReportFinding} from './report.ts'

/** Findings that have one cause and therefore need one repair. */
export type Group = {
  readonly status: Status
  readonly code: CauseCode
  readonly owner: Owner | null
  readonly findings: readonly [ReportFinding, ...ReportFinding[]]
}

/** Checks whose targets share the way out of this host: one code on several targets is one cause. */
const PATH_CHECKS: readonly CheckId[] = ['drs-endpoint', 's3-buckets', 'ec2-endpoint', 'installer-download']

/** Groups findings by their cause, in the order in which each cause appears first. */
export function groupByCause(findings: readonly ReportFinding[]): readonly Group[] {
  const groups = new Map<string, [ReportFinding, ...ReportFinding[]]>()
  for (const finding of findings) {
    const key = causeKey(finding)
    const group = groups.get(key)
    if (group) group.push(finding)
    else groups.set(key, [finding])
  }
  return [...groups.values()].map(group => {
    const [{status, code, owner}] = group
    return {status, code, owner, findings: group}
  })
}

function causeKey({check, status, code, owner, evidence}: ReportFinding): string {
  const blocker = evidence.judgement?.blocker
  return JSON.stringify([
    status,
    code,
    owner,
    PATH_CHECKS.includes(check) ? 'path' : check,
    // Two rules that block are two causes, though their code is one.
    blocker && [blocker.engine, blocker.family, blocker.table, blocker.chain, blocker.rule],
  ])
}

/** The targets of a group as words, without repeats. */
export function targetsOf({findings}: Group): string {
  return [...new Set(findings.map(({target}) => target).filter(target => target !== null))].join(', ')
}

/** What the findings of a group say; where they differ, what the first says, and that the others are alike. */
export function said({findings}: Group, read: (finding: ReportFinding) => string | null): string | null {
  const first = read(findings[0])
  const differ = findings.some(finding => read(finding) !== first)
  return first !== null && differ ? `${first} (The other targets: likewise.)` : first
}
