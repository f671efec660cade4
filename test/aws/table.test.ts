import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import {REGION_DATA, REGIONS} from '../../src/aws/regions.ts'

const host = z.string().regex(/^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+$/)
const source = z.enum(['general-reference', 'user-guide', 'sdk'])

const region = z.strictObject({
  code: z.string().regex(/^[a-z]+(-gov)?-[a-z]+-\d$|^eusc-de-east-1$/),
  name: z.string().min(3),
  partition: z.enum(['aws', 'aws-us-gov', 'aws-eusc']),
  dnsSuffix: z.enum(['amazonaws.com', 'amazonaws.eu']),
  optIn: z.boolean(),
  drsHost: host,
  drsDualStackHost: host,
  drsFipsHost: host.nullable(),
  drsFipsDualStackHost: host.nullable(),
  installerBucketSuffix: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .nullable(),
  bucketNaming: z.enum(['documented', 'suffixed', 'inferred', 'unknown']),
  confirmed: z.boolean(),
  sources: z.array(source).min(1),
})

const codesWhere = (holds: (entry: (typeof REGIONS)[number]) => boolean) =>
  REGIONS.filter(holds).map(({code}) => code)

describe('the Region table', () => {
  test('has a valid row for each of the 37 Regions', () => {
    expect(z.array(region).safeParse(REGIONS).error).toBeUndefined()
    expect(new Set(REGIONS.map(({code}) => code)).size).toBe(37)
    expect(new Set(REGIONS.map(({name}) => name)).size).toBe(37)
    expect(new Set(REGIONS.map(({drsHost}) => drsHost)).size).toBe(37)
  })

  test.each(REGIONS)('every host of $code carries its code', entry => {
    const hosts = [entry.drsHost, entry.drsDualStackHost, entry.drsFipsHost, entry.drsFipsDualStackHost]
    for (const name of hosts) if (name !== null) expect(name.split('.')[1]).toBe(entry.code)
  })

  test('gives random suffixes to the six Regions of July 2026 alone', () => {
    const suffixes = REGIONS.flatMap(({code, installerBucketSuffix}) =>
      installerBucketSuffix === null ? [] : [[code, installerBucketSuffix]],
    )
    expect(Object.fromEntries(suffixes)).toEqual({
      'ap-east-2': 'f1dcde1a',
      'ap-southeast-5': 'ebaf53cb',
      'ap-southeast-6': '8a759f92',
      'ap-southeast-7': '69ef66ac',
      'ca-west-1': '2590fa22',
      'mx-central-1': '1f310737',
    })
    expect(codesWhere(({bucketNaming}) => bucketNaming === 'suffixed')).toHaveLength(6)
  })

  test('offers FIPS where the General Reference lists it, in both forms', () => {
    const fips = ['us-east-1', 'us-east-2', 'us-gov-east-1', 'us-gov-west-1', 'us-west-1', 'us-west-2']
    expect(codesWhere(({drsFipsHost}) => drsFipsHost !== null)).toEqual(fips)
    expect(codesWhere(({drsFipsDualStackHost}) => drsFipsDualStackHost !== null)).toEqual(fips)
  })

  test('counts the Regions of each source: 32 General Reference, 36 User Guide, 31 SDK', () => {
    const count = (listed: z.infer<typeof source>) =>
      codesWhere(({sources}) => sources.includes(listed)).length
    expect([count('general-reference'), count('user-guide'), count('sdk')]).toEqual([32, 36, 31])
  })

  test('confirms the hosts that the General Reference lists, and no others', () => {
    const inferred = ['ap-east-2', 'ap-southeast-5', 'ap-southeast-7', 'mx-central-1', 'eusc-de-east-1']
    expect(codesWhere(({confirmed}) => !confirmed)).toEqual(inferred)
  })

  test('marks the Regions that are disabled by default', () => {
    expect(codesWhere(({optIn}) => optIn)).toEqual([
      ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4'],
      ...['ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1'],
      ...['eu-central-2', 'eu-south-1', 'eu-south-2', 'il-central-1', 'me-central-1', 'me-south-1'],
      'mx-central-1',
    ])
  })

  test('names its date and public AWS sources', () => {
    expect(REGION_DATA.asOf).toMatch(/^\d{4}-\d{2}$/)
    for (const {url} of REGION_DATA.sources) {
      expect(url).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|github\.com\/boto)\//)
    }
    expect(new Set(REGION_DATA.sources.map(({id}) => id))).toEqual(new Set(source.options))
  })
})
