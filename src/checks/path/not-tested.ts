import type {Region} from '../../aws/regions.ts'
import type {CheckId} from '../../contract/checks.ts'
import type {Finding} from '../../contract/finding.ts'
import {finding} from '../finding.ts'

/** The first finding that makes a test of what follows from it pointless. */
export function firstFailure(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({status}) => status === 'fail')
}

/** The finding of a target that is not tested, because `cause` must be fixed first; it names the check to wait for. */
export function waitingFinding(check: CheckId, target: string | null, cause: Finding): Finding {
  const waitsFor = cause.evidence.waitsFor ?? cause.check
  return finding(check, cause.code, {
    target,
    status: 'skip',
    owner: null,
    summary: `Not tested because ${waitsFor} failed.`,
    nextStep: `Fix ${waitsFor} first.`,
    evidence: {waitsFor},
  })
}

/** A target whose name AWS does not publish cannot be tested, and is no fault of the network. */
export function unknownName(check: CheckId, target: string, {code, dnsSuffix}: Region): Finding {
  return finding(check, 'region.data-unknown', {
    target,
    summary: `Not tested: AWS does not publish this host name for ${code}.`,
    nextStep: `Ask AWS Support for the name, or allow TCP 443 to *.s3.${code}.${dnsSuffix} in the network.`,
    evidence: {region: code},
  })
}
