import {UserError} from '../errors.ts'
import {bucketsOf} from './buckets.ts'
import type {BucketEndpoint, BucketPurpose, Endpoints} from './endpoints.ts'
import {hashKey, INSTALLER_KEYS} from './installers.ts'
import type {Region} from './region.ts'
import {REGIONS} from './table.ts'

/** The flags that change which names the agent talks to, already validated as host names. */
export type EndpointOptions = {
  readonly dualstack?: boolean
  readonly fips?: boolean
  /** Host of a DRS interface endpoint; wins over `dualstack` and `fips`, as the agent then uses no other. */
  readonly endpoint?: string | null
  /** Host of an S3 interface endpoint; wins over `dualstack`, which S3 interface endpoints do not serve. */
  readonly s3Endpoint?: string | null
}

/**
 * The names that a source server talks to in a Region. `fips` concerns the DRS host alone, since AWS documents no
 * FIPS form for the buckets. Throws `UserError` for FIPS where there is none.
 * Sources: https://docs.aws.amazon.com/drs/latest/userguide/installer-parameters.html (`--dualstack`),
 * https://docs.aws.amazon.com/general/latest/gr/drs.html (FIPS and dual-stack hosts).
 */
export function endpointsFor(region: Region, options: EndpointOptions = {}): Endpoints {
  const buckets = bucketsOf(region).map(
    ({purpose, name}): BucketEndpoint => ({
      purpose,
      bucket: name,
      host: name === null ? null : bucketHost(name, region, options),
      neededBySourceServer: purpose !== 'al2023-repos',
    }),
  )
  const url = (purpose: BucketPurpose, key: string) => {
    const host = buckets.find(bucket => bucket.purpose === purpose)?.host ?? null
    return host === null ? null : `https://${host}/${key}`
  }
  return {
    region,
    drsHost: options.endpoint || drsHost(region, options),
    ec2Host: `ec2.${region.code}.${region.dnsSuffix}`,
    buckets,
    installer(generation) {
      const key = INSTALLER_KEYS[generation]
      return {
        fileName: key.slice(key.lastIndexOf('/') + 1),
        url: url('installer', key),
        hashUrl: url('installer-hashes', hashKey(key)),
      }
    },
  }
}

function drsHost(region: Region, {dualstack = false, fips = false}: EndpointOptions): string {
  if (!fips) return dualstack ? region.drsDualStackHost : region.drsHost
  const host = dualstack ? region.drsFipsDualStackHost : region.drsFipsHost
  if (host !== null) return host
  const offered = REGIONS.filter(({drsFipsHost}) => drsFipsHost !== null).map(({code}) => code)
  throw new UserError(
    `AWS has no FIPS endpoint for DRS in ${region.code}: omit --fips, or use one of ${offered.join(', ')}.`,
  )
}

/**
 * Virtual-hosted name of a bucket. An S3 interface endpoint has the DNS name `*.vpce-…`, in which `bucket` takes the
 * place of the star, and the bucket's own name goes in front of that as it does everywhere else. The bare `vpce-…`
 * name is no S3 host: its TLS certificate does not cover it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
 * ("Accessing buckets, access points, and Amazon S3 Control API operations from S3 interface endpoints").
 */
function bucketHost(bucket: string, region: Region, {s3Endpoint, dualstack}: EndpointOptions): string {
  if (s3Endpoint) {
    const endpoint = s3Endpoint.replace(/^(\*|bucket)\./, '')
    return endpoint.startsWith('vpce-') ? `${bucket}.bucket.${endpoint}` : `${bucket}.${endpoint}`
  }
  return `${bucket}.s3.${dualstack ? 'dualstack.' : ''}${region.code}.${region.dnsSuffix}`
}
