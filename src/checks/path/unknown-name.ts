import type {CheckId} from '../../contract/check-ids.ts'
import type {Finding} from '../../contract/finding.ts'
import {finding} from '../finding.ts'

/** A target whose name AWS does not publish cannot be tested, and is no fault of the network. */
export function unknownName(check: CheckId, target: string, region: string): Finding {
  return finding(check, 'region.data-unknown', {
    target,
    summary: `Not tested: AWS does not publish this host name for ${region}.`,
    nextStep: 'Ask AWS Support for the name before you restrict the corporate firewall to the listed hosts.',
    evidence: {region},
  })
}
