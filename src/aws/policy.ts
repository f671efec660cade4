import {UserError} from '../contract/errors.ts'
import {type Bucket, bucketsOf} from './endpoints.ts'
import type {Region} from './regions.ts'

export type AllowStatement = {
  readonly Effect: 'Allow'
  readonly Principal: {readonly AWS: '*'}
  readonly Action: 's3:GetObject'
  readonly Resource: readonly string[]
}

export type EndpointPolicy = {
  readonly Version: '2012-10-17'
  readonly Statement: readonly [AllowStatement]
}

/** A bucket whose name AWS publishes. */
export type NamedBucket = Bucket & {readonly name: string}

export const bucketArn = (region: Region, bucket: string): string => `arn:${region.partition}:s3:::${bucket}`

/** The statement that lets every object of the buckets be read. */
export function allowStatement(region: Region, buckets: readonly NamedBucket[]): AllowStatement {
  return {
    Effect: 'Allow',
    Principal: {AWS: '*'},
    Action: 's3:GetObject',
    Resource: buckets.map(({name}) => `${bucketArn(region, name)}/*`),
  }
}

/**
 * The S3 VPC endpoint policy that DRS needs in a Region. Buckets without a published name are left out of it.
 * Source: https://docs.aws.amazon.com/drs/latest/userguide/Network-Requirements.html (example policy).
 */
export function endpointPolicy(region: Region): EndpointPolicy {
  return {Version: '2012-10-17', Statement: [allowStatement(region, namedBuckets(region))]}
}

/** The Region's buckets whose names are known. Throws `UserError` where none is: no policy can be written then. */
export function namedBuckets(region: Region): readonly NamedBucket[] {
  const named = bucketsOf(region).filter((bucket): bucket is NamedBucket => bucket.name !== null)
  if (named.length > 0) return named
  throw new UserError(
    `AWS does not publish the names of the S3 buckets for ${region.code}: ask AWS Support for them and add s3:GetObject on each to the policy.`,
  )
}
