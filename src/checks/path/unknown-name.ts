import type {CheckId} from '../../contract/check-ids.ts'
import type {Finding} from '../../contract/finding.ts'
import {finding} from '../finding.ts'

/** A target whose name AWS does not publish cannot be tested, and is no fault of the network. */
export function unknownName(check: CheckId, target: string, region: string): Finding {
  return finding(check, 'region.data-unknown', {
    target,
    summary: `AWS does not publish the name of this one for ${region}, so it was not tested.`,
    nextStep:
      'Ask AWS Support for the name before the corporate firewall is closed to all but the listed hosts.',
    evidence: {region},
  })
}
