import {UserError} from '../contract/errors.ts'
import {REGIONS, type Region} from './regions.ts'

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

/** The seven buckets that AWS lists, by what they are for. */
export type BucketPurpose =
  | 'clients'
  | 'clients-hashes'
  | 'internal'
  | 'internal-hashes'
  | 'installer'
  | 'installer-hashes'
  | 'al2023-repos'

export type BucketEndpoint = {
  readonly purpose: BucketPurpose
  /** Null where AWS does not publish the name for this Region. */
  readonly bucket: string | null
  /** Host to connect to over 443; null exactly when `bucket` is. */
  readonly host: string | null
  /** False where only the staging area subnet needs it. */
  readonly neededBySourceServer: boolean
}

/** Which build of the agent installer an operating system takes. */
export type InstallerGeneration = 'linux' | 'windows' | 'windows-2012' | 'windows-2008'

type InstallerObject = {
  readonly fileName: string
  /** Null where the bucket's name is unknown. */
  readonly url: string | null
  readonly hashUrl: string | null
}

/** The names that one run talks to, after `--dualstack`, `--fips`, `--endpoint` and `--s3-endpoint`. */
export type Endpoints = {
  readonly region: Region
  readonly drsHost: string
  readonly ec2Host: string
  readonly buckets: readonly BucketEndpoint[]
  installer(generation: InstallerGeneration): InstallerObject
}

export type Bucket = {
  readonly purpose: BucketPurpose
  /** Null where AWS does not publish the name for this Region. */
  readonly name: string | null
}

const PREFIXES = {
  clients: 'aws-drs-clients',
  'clients-hashes': 'aws-drs-clients-hashes',
  internal: 'aws-drs-internal',
  'internal-hashes': 'aws-drs-internal-hashes',
  installer: 'aws-elastic-disaster-recovery',
  'installer-hashes': 'aws-elastic-disaster-recovery-hashes',
  'al2023-repos': 'al2023-repos',
} as const satisfies Record<BucketPurpose, string>

const BUCKET_PURPOSES = Object.keys(PREFIXES) as BucketPurpose[]

/** The package repository's bucket carries this in every Region. */
const AL2023_SUFFIX = 'de612dc2'

/**
 * The seven S3 buckets of a Region, in AWS's order.
 * Sources: https://docs.aws.amazon.com/drs/latest/userguide/Network-Requirements.html (template),
 * https://docs.aws.amazon.com/drs/latest/userguide/windows-agent.html (suffixes of installer and hash buckets).
 */
export function bucketsOf(region: Region): readonly Bucket[] {
  return BUCKET_PURPOSES.map(purpose => ({purpose, name: bucketName(region, purpose)}))
}

function bucketName(region: Region, purpose: BucketPurpose): string | null {
  if (region.bucketNaming === 'unknown') return null
  const plain = `${PREFIXES[purpose]}-${region.code}`
  if (purpose === 'al2023-repos') return `${plain}-${AL2023_SUFFIX}`
  if (region.installerBucketSuffix === null) return plain
  const published = purpose === 'installer' || purpose === 'installer-hashes'
  return published ? `${plain}-${region.installerBucketSuffix}` : null
}

/**
 * Object keys of the agent installers. The hash bucket holds each under the same key with `.sha512` appended.
 * Sources: https://docs.aws.amazon.com/drs/latest/userguide/linux-agent.html and `windows-agent.html`.
 */
export const INSTALLER_KEYS: Readonly<Record<InstallerGeneration, string>> = {
  linux: 'latest/linux/aws-replication-installer-init',
  windows: 'latest/windows/AwsReplicationWindowsInstaller.exe',
  'windows-2012': 'latest/windows_legacy/windows_2012_legacy/AwsReplicationWindows2012LegacyInstaller.exe',
  'windows-2008': 'latest/windows_legacy/AwsReplicationWindowsLegacyInstaller.exe',
}

export const hashKey = (installerKey: string): string => `${installerKey}.sha512`
