import {CHECK_IDS, type CheckId, factsOf, pathsBehind} from '../contract/checks.ts'
import {gapSentence} from './gap-sentence.ts'
import {outsideStagingSubnet} from './outside-subnet.ts'
import {fateAtReboot} from './plan.ts'
import {proxyConclusions} from './proxy-conclusions.ts'
import type {Report, ReportFinding} from './report.ts'
import {textOption} from './report-options.ts'

/**
 * What follows from several findings together, one sentence each: what the run left open, who is to blame when the path
 * fails although the rules of this host let it through, and what a reboot reverts.
 */
export function conclusionsOf(report: Report): readonly string[] {
  return [
    ...leftOpen(report),
    ...CHECK_IDS.flatMap(check => beyondThisHost(report, check)),
    ...proxyConclusions(report),
    ...outsideSubnet(report),
    ...lostByReboot(report),
  ]
}

/** A verdict on a part of what readiness rests on says nothing about the rest. */
function leftOpen({findings}: Report): readonly string[] {
  const sentence = findings.length === 0 ? null : gapSentence(findings)
  return sentence === null ? [] : [sentence]
}

function beyondThisHost({findings}: Report, firewall: CheckId): readonly string[] {
  const port = factsOf(firewall).judges
  const paths = pathsBehind(firewall)
  const rules = findings.filter(({check}) => check === firewall)
  const rulesAllow = rules.length > 0 && rules.every(({status}) => status === 'pass')
  const blocked = findings.filter(finding => paths.includes(finding.check) && stoppedOnTheWay(finding))
  if (!rulesAllow || blocked.length === 0) return []
  return [`The network blocks TCP ${port}: the host firewall allows the connection and its replies.`]
}

/** Whether the connection was stopped by something that a firewall on the way could have done. */
function stoppedOnTheWay({status, owner, code}: ReportFinding): boolean {
  return status === 'fail' && owner === 'network-team' && /^(tcp\.|tls\.(reset|timeout)$)/.test(code)
}

function outsideSubnet(report: Report): readonly string[] {
  const outside = outsideStagingSubnet(report)
  if (outside.length === 0) return []
  return [
    `The replication server (${outside.join(', ')}) is not in the staging area subnet ${textOption(report, 'stagingSubnet')}: one of the two is wrong.`,
  ]
}

function lostByReboot({applied}: Report): readonly string[] {
  const kept = applied.filter(({result}) => result === 'kept')
  const lost = kept.filter(each => fateAtReboot(each) === 'lost')
  const unknown = kept.filter(each => fateAtReboot(each) === 'not-verified')
  const count = (changes: readonly unknown[]) =>
    changes.length === 1 ? '1 change' : `${changes.length} changes`
  const ids = (changes: typeof kept) => changes.map(({id}) => id).join(', ')
  return [
    ...(lost.length > 0 ? [`${count(lost)} will be lost at the next reboot (${ids(lost)}).`] : []),
    ...(unknown.length > 0 ? [`${count(unknown)}: not verified to survive a reboot (${ids(unknown)}).`] : []),
  ]
}
