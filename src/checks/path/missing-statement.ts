import type {Finding, JsonValue} from '../../contract/finding.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import type {Endpoints} from '../../regions/endpoints.ts'
import {allowStatement} from '../../regions/policy.ts'

/**
 * S3 lets everybody read the installer, so a refusal is somebody's policy: as a rule that of the VPC endpoint on the
 * way. Adds the statement that it must hold.
 */
export function withMissingStatement(found: Finding, host: string, {region, buckets}: Endpoints): Finding {
  const bucket = buckets.find(each => each.host === host)
  if (found.code !== 's3.access-denied' || !bucket || bucket.bucket === null) return found
  const statement = allowStatement(region, [{purpose: bucket.purpose, name: bucket.bucket}])
  return {
    ...found,
    nextStep: `Ask the AWS account administrators to add this statement to the policy of the S3 VPC endpoint: ${JSON.stringify(statement)}; \`${ownCommandText('policy', '--region', region.code)}\` prints the complete policy.`,
    evidence: {...found.evidence, missingStatement: statement as unknown as JsonValue},
  }
}
