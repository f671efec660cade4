import type {CheckId} from '../../contract/checks.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Region} from '../../regions/region.ts'
import {finding} from '../finding.ts'

/** A target whose name AWS does not publish cannot be tested, and is no fault of the network. */
export function unknownName(check: CheckId, target: string, {code, dnsSuffix}: Region): Finding {
  return finding(check, 'region.data-unknown', {
    target,
    summary: `Not tested: AWS does not publish this host name for ${code}.`,
    nextStep: `Ask AWS Support for the name, or allow TCP 443 to *.s3.${code}.${dnsSuffix} in the network.`,
    evidence: {region: code},
  })
}
