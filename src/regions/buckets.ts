import type {BucketPurpose} from './endpoints.ts'
import type {Region} from './region.ts'

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

export const BUCKET_PURPOSES = Object.keys(PREFIXES) as BucketPurpose[]

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
