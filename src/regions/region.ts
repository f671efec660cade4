/** A Region as this tool knows it. */
export type Region = {
  readonly code: string
  readonly name: string
  readonly partition: 'aws' | 'aws-us-gov' | 'aws-eusc'
  readonly optIn: boolean
  readonly drsHost: string
  readonly drsDualStackHost: string
  /** Null where AWS offers no FIPS endpoint. */
  readonly drsFipsHost: string | null
  /** Random suffix of the installer and hash buckets; null: none. */
  readonly installerBucketSuffix: string | null
  /** False where the name follows from a pattern and no AWS page confirms it. */
  readonly confirmed: boolean
}
