import type {Region} from './region.ts'

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

export type InstallerObject = {
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
