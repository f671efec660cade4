/** An AWS publication that lists a Region for DRS; `REGION_DATA.sources` has its address. */
export type RegionSource = 'general-reference' | 'user-guide' | 'sdk'

/**
 * What is known of a Region's S3 bucket names. `documented`: all seven follow the User Guide's template. `suffixed`:
 * installer and hash buckets carry a random suffix, and AWS does not publish the clients and internal buckets.
 * `inferred`: the template, though no page shows it for this Region. `unknown`: no name is published.
 */
export type BucketNaming = 'documented' | 'suffixed' | 'inferred' | 'unknown'

/** A Region as this tool knows it. */
export type Region = {
  readonly code: string
  readonly name: string
  readonly partition: 'aws' | 'aws-us-gov' | 'aws-eusc'
  /** Last labels of the IPv4 endpoints' names in this partition. */
  readonly dnsSuffix: string
  readonly optIn: boolean
  readonly drsHost: string
  readonly drsDualStackHost: string
  /** Null where AWS offers no FIPS endpoint. */
  readonly drsFipsHost: string | null
  /** Null exactly when `drsFipsHost` is. */
  readonly drsFipsDualStackHost: string | null
  /** Random suffix of the installer and hash buckets; null: none. */
  readonly installerBucketSuffix: string | null
  readonly bucketNaming: BucketNaming
  /** False where the DRS hosts follow from a pattern and the General Reference does not list them. */
  readonly confirmed: boolean
  readonly sources: readonly RegionSource[]
}
