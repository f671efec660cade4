import {bucketsOf} from '../../aws/endpoints.ts'
import {regionOrThrow} from '../../aws/find-region.ts'
import {endpointPolicy} from '../../aws/policy.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import type {CommandResult} from './format.ts'
import {json} from './format.ts'

/**
 * The S3 VPC endpoint policy for a Region, as JSON for the AWS console or CLI. Throws `UserError` for an unknown
 * Region and for one whose bucket names are not published.
 */
export async function policyCommand({region: code}: {readonly region: string}): Promise<CommandResult> {
  const region = regionOrThrow(code)
  const unnamed = bucketsOf(region).filter(({name}) => name === null)
  const remarks = [
    unnamed.length > 0 &&
      `AWS does not publish the names of these S3 buckets for ${region.code}, so the policy omits them: ` +
        `${unnamed.map(({purpose}) => purpose).join(', ')}.`,
    region.bucketNaming === 'inferred' &&
      `The bucket names for ${region.code} follow AWS's pattern but are listed on no AWS page.`,
  ].filter(remark => remark !== false)
  return {
    stdout: json(endpointPolicy(region)),
    stderr: remarks.map(remark => `Note: ${remark}\n`).join(''),
    exitCode: EXIT.ready,
  }
}
