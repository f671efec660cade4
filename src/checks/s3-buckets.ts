import type {Finding} from '../contract/finding.ts'
import type {BucketEndpoint} from '../regions/endpoints.ts'
import type {Region} from '../regions/region.ts'
import type {Check, CheckContext} from './check.ts'
import {pathTimeout} from './path/budget.ts'
import {informational} from './path/informational.ts'
import {judgeBucketAnswer} from './path/judge-s3.ts'
import {probeEndpoint} from './path/probe-endpoint.ts'
import {unknownName} from './path/unknown-name.ts'

/** The Region's S3 buckets, side by side: there are seven. */
export const s3Buckets: Check = {
  id: 's3-buckets',
  needs: ['firewall-443'],
  needsRegion: true,
  timeoutMs: pathTimeout,
  async run(context) {
    const {endpoints} = context
    if (!endpoints) throw new Error('s3-buckets needs a Region')
    return await Promise.all(endpoints.buckets.map(bucket => checkBucket(context, bucket, endpoints.region)))
  },
}

async function checkBucket(context: CheckContext, bucket: BucketEndpoint, region: Region): Promise<Finding> {
  const {host, purpose, neededBySourceServer} = bucket
  if (host === null) return unknownName('s3-buckets', `bucket: ${purpose}`, region)
  const {finding} = await probeEndpoint(context, 's3-buckets', host, answer =>
    judgeBucketAnswer(answer, region.code),
  )
  return neededBySourceServer ? finding : informational(finding)
}
