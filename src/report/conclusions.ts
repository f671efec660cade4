import {CHECK_IDS, type CheckId} from '../contract/check-ids.ts'
import {proxyConclusions} from './proxy-conclusions.ts'
import type {Report, ReportFinding} from './report.ts'

/**
 * What follows from several findings together, one sentence each: who is to blame when the path fails although the
 * rules of this host are in order, what was not proven, and what a reboot would undo.
 */
export function conclusionsOf(report: Report): readonly string[] {
  return [
    ...leftOut(report),
    ...beyondThisHost(report, 443, 'firewall-443', ['drs-endpoint', 's3-buckets', 'installer-download']),
    ...beyondThisHost(report, 1500, 'firewall-1500', ['replication-1500']),
    ...proxyConclusions(report),
    ...unproven(report),
    ...lostByReboot(report),
  ]
}

/** A verdict on a part of the checks says nothing of the rest. */
function leftOut({findings}: Report): readonly string[] {
  const ran = new Set(findings.map(({check}) => check))
  const missing = CHECK_IDS.filter(id => !ran.has(id))
  if (ran.size === 0 || missing.length === 0) return []
  return [
    `Only a part was checked (left out: ${missing.join(', ')}); the verdict holds for what was checked.`,
  ]
}

function beyondThisHost(
  {findings}: Report,
  port: number,
  firewall: CheckId,
  paths: readonly CheckId[],
): readonly string[] {
  const rules = findings.filter(({check}) => check === firewall)
  const rulesAllow = rules.length > 0 && rules.every(({status}) => status === 'pass')
  const blocked = findings.filter(finding => paths.includes(finding.check) && stoppedOnTheWay(finding))
  if (!rulesAllow || blocked.length === 0) return []
  return [
    `The network beyond this host blocks TCP ${port}, not this host's firewall: its own rules let the connection out and the replies back in.`,
  ]
}

/** Whether the connection was stopped by something that a firewall on the way could have done. */
function stoppedOnTheWay({status, owner, code}: ReportFinding): boolean {
  return status === 'fail' && owner === 'network-team' && /^(tcp\.|tls\.(reset|timeout)$)/.test(code)
}

/** A rule that lets 1500 out says nothing about the path behind it. */
function unproven({findings, outcome}: Report): readonly string[] {
  const path = findings.filter(({check}) => check === 'replication-1500')
  if (outcome === 'not-ready' || path.some(({status}) => status === 'pass' || status === 'warn')) return []
  return ['The path of TCP 1500 to the staging area subnet is not proven.']
}

function lostByReboot({applied}: Report): readonly string[] {
  const lost = applied.filter(({result, persists}) => result === 'kept' && !persists)
  if (lost.length === 0) return []
  const ids = lost.map(({id}) => id).join(', ')
  return [
    lost.length === 1
      ? `A change that was kept does not persist: a reboot loses it (${ids}).`
      : `${lost.length} changes that were kept do not persist: a reboot loses them (${ids}).`,
  ]
}
