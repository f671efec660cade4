/** When and from where the table was taken; printed wherever the table is. */
export const REGION_DATA = {
  /** Month of the User Guide snapshot. */
  asOf: '2026-08',
  asOfText: 'August 2026',
  sources: [
    {
      id: 'user-guide',
      title: 'AWS Elastic Disaster Recovery User Guide, supported Regions',
      url: 'https://docs.aws.amazon.com/drs/latest/userguide/supported-regions.html',
    },
    {
      id: 'user-guide',
      title: 'AWS Elastic Disaster Recovery User Guide, network requirements (S3 buckets, endpoint policy)',
      url: 'https://docs.aws.amazon.com/drs/latest/userguide/Network-Requirements.html',
    },
    {
      id: 'user-guide',
      title: 'AWS Elastic Disaster Recovery User Guide, agent installation on Windows (bucket suffixes)',
      url: 'https://docs.aws.amazon.com/drs/latest/userguide/windows-agent.html',
    },
    {
      id: 'general-reference',
      title: 'AWS General Reference, AWS Elastic Disaster Recovery endpoints (dual-stack and FIPS hosts)',
      url: 'https://docs.aws.amazon.com/general/latest/gr/drs.html',
    },
    {
      id: 'sdk',
      title: 'botocore 1.43.11, endpoints.json',
      url: 'https://github.com/boto/botocore/blob/1.43.11/botocore/data/endpoints.json',
    },
  ] satisfies readonly {id: RegionSource; title: string; url: string}[],
} as const

type Row = {
  readonly code: string
  readonly name: string
  readonly listedBy: readonly RegionSource[]
  readonly optIn?: true
  readonly fips?: true
  readonly suffix?: string
  readonly partition?: keyof typeof SUFFIXES
}

const SUFFIXES = {
  aws: {ipv4: 'amazonaws.com', dualStack: 'api.aws'},
  'aws-us-gov': {ipv4: 'amazonaws.com', dualStack: 'api.aws'},
  'aws-eusc': {ipv4: 'amazonaws.eu', dualStack: 'api.amazonwebservices.eu'},
} as const

const ALL: readonly RegionSource[] = ['general-reference', 'user-guide', 'sdk']
const PAGES: readonly RegionSource[] = ['general-reference', 'user-guide']
const GUIDE: readonly RegionSource[] = ['user-guide']
const SDK: readonly RegionSource[] = ['sdk']

const ROWS: readonly Row[] = [
  {code: 'af-south-1', name: 'Africa (Cape Town)', listedBy: ALL, optIn: true},
  {code: 'ap-east-1', name: 'Asia Pacific (Hong Kong)', listedBy: ALL, optIn: true},
  {code: 'ap-east-2', name: 'Asia Pacific (Taipei)', listedBy: GUIDE, optIn: true, suffix: 'f1dcde1a'},
  {code: 'ap-northeast-1', name: 'Asia Pacific (Tokyo)', listedBy: ALL},
  {code: 'ap-northeast-2', name: 'Asia Pacific (Seoul)', listedBy: ALL},
  {code: 'ap-northeast-3', name: 'Asia Pacific (Osaka)', listedBy: ALL},
  {code: 'ap-south-1', name: 'Asia Pacific (Mumbai)', listedBy: ALL},
  {code: 'ap-south-2', name: 'Asia Pacific (Hyderabad)', listedBy: ALL, optIn: true},
  {code: 'ap-southeast-1', name: 'Asia Pacific (Singapore)', listedBy: ALL},
  {code: 'ap-southeast-2', name: 'Asia Pacific (Sydney)', listedBy: ALL},
  {code: 'ap-southeast-3', name: 'Asia Pacific (Jakarta)', listedBy: ALL, optIn: true},
  {code: 'ap-southeast-4', name: 'Asia Pacific (Melbourne)', listedBy: ALL, optIn: true},
  {code: 'ap-southeast-5', name: 'Asia Pacific (Malaysia)', listedBy: GUIDE, optIn: true, suffix: 'ebaf53cb'},
  {
    code: 'ap-southeast-6',
    name: 'Asia Pacific (New Zealand)',
    listedBy: PAGES,
    optIn: true,
    suffix: '8a759f92',
  },
  {code: 'ap-southeast-7', name: 'Asia Pacific (Thailand)', listedBy: GUIDE, optIn: true, suffix: '69ef66ac'},
  {code: 'ca-central-1', name: 'Canada (Central)', listedBy: ALL},
  {code: 'ca-west-1', name: 'Canada West (Calgary)', listedBy: PAGES, optIn: true, suffix: '2590fa22'},
  {code: 'eu-central-1', name: 'Europe (Frankfurt)', listedBy: ALL},
  {code: 'eu-central-2', name: 'Europe (Zurich)', listedBy: ALL, optIn: true},
  {code: 'eu-north-1', name: 'Europe (Stockholm)', listedBy: ALL},
  {code: 'eu-south-1', name: 'Europe (Milan)', listedBy: ALL, optIn: true},
  {code: 'eu-south-2', name: 'Europe (Spain)', listedBy: ALL, optIn: true},
  {code: 'eu-west-1', name: 'Europe (Ireland)', listedBy: ALL},
  {code: 'eu-west-2', name: 'Europe (London)', listedBy: ALL},
  {code: 'eu-west-3', name: 'Europe (Paris)', listedBy: ALL},
  {code: 'il-central-1', name: 'Israel (Tel Aviv)', listedBy: ALL, optIn: true},
  {code: 'me-central-1', name: 'Middle East (UAE)', listedBy: ALL, optIn: true},
  {code: 'me-south-1', name: 'Middle East (Bahrain)', listedBy: ALL, optIn: true},
  {code: 'mx-central-1', name: 'Mexico (Central)', listedBy: GUIDE, optIn: true, suffix: '1f310737'},
  {code: 'sa-east-1', name: 'South America (São Paulo)', listedBy: ALL},
  {code: 'us-east-1', name: 'US East (N. Virginia)', listedBy: ALL, fips: true},
  {code: 'us-east-2', name: 'US East (Ohio)', listedBy: ALL, fips: true},
  {code: 'us-gov-east-1', name: 'AWS GovCloud (US-East)', listedBy: ALL, fips: true, partition: 'aws-us-gov'},
  {code: 'us-gov-west-1', name: 'AWS GovCloud (US-West)', listedBy: ALL, fips: true, partition: 'aws-us-gov'},
  {code: 'us-west-1', name: 'US West (N. California)', listedBy: ALL, fips: true},
  {code: 'us-west-2', name: 'US West (Oregon)', listedBy: ALL, fips: true},
  {
    code: 'eusc-de-east-1',
    name: 'AWS European Sovereign Cloud (Germany)',
    listedBy: SDK,
    partition: 'aws-eusc',
  },
]

function bucketNaming({suffix, partition}: Row): BucketNaming {
  if (partition === 'aws-eusc') return 'unknown'
  if (partition === 'aws-us-gov') return 'inferred'
  return suffix === undefined ? 'documented' : 'suffixed'
}

function toRegion(row: Row): Region {
  const partition = row.partition ?? 'aws'
  const {ipv4, dualStack} = SUFFIXES[partition]
  return {
    code: row.code,
    name: row.name,
    partition,
    dnsSuffix: ipv4,
    optIn: row.optIn ?? false,
    drsHost: `drs.${row.code}.${ipv4}`,
    drsDualStackHost: `drs.${row.code}.${dualStack}`,
    drsFipsHost: row.fips ? `drs-fips.${row.code}.${ipv4}` : null,
    drsFipsDualStackHost: row.fips ? `drs-fips.${row.code}.${dualStack}` : null,
    installerBucketSuffix: row.suffix ?? null,
    bucketNaming: bucketNaming(row),
    confirmed: row.listedBy.includes('general-reference'),
    sources: row.listedBy,
  }
}

/**
 * Every Region that AWS lists for DRS, in the order of the User Guide. Opt-in follows from AWS's rule that Regions
 * launched after 20 March 2019 are disabled by default. China and the ISO partitions have no DRS.
 */
export const REGIONS: readonly Region[] = ROWS.map(toRegion)

/** An AWS publication that lists a Region for DRS; `REGION_DATA.sources` has its address. */
type RegionSource = 'general-reference' | 'user-guide' | 'sdk'

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
