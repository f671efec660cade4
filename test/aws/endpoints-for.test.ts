import {describe, expect, test} from 'vitest'
import type {BucketPurpose, InstallerGeneration} from '../../src/aws/endpoints.ts'
import {type EndpointOptions, endpointsFor} from '../../src/aws/endpoints.ts'
import {regionOrThrow} from '../../src/aws/find-region.ts'
import {REGIONS} from '../../src/aws/regions.ts'
import {UserError} from '../../src/contract/errors.ts'

const of = (code: string, options?: EndpointOptions) => endpointsFor(regionOrThrow(code), options)

const hosts = (code: string, options?: EndpointOptions) =>
  Object.fromEntries(of(code, options).buckets.map(({purpose, host}) => [purpose, host]))

describe('endpointsFor', () => {
  test('a plain Region', () => {
    const endpoints = of('eu-west-1')
    expect(endpoints.drsHost).toBe('drs.eu-west-1.amazonaws.com')
    expect(endpoints.ec2Host).toBe('ec2.eu-west-1.amazonaws.com')
    expect(hosts('eu-west-1')).toEqual({
      clients: 'aws-drs-clients-eu-west-1.s3.eu-west-1.amazonaws.com',
      'clients-hashes': 'aws-drs-clients-hashes-eu-west-1.s3.eu-west-1.amazonaws.com',
      internal: 'aws-drs-internal-eu-west-1.s3.eu-west-1.amazonaws.com',
      'internal-hashes': 'aws-drs-internal-hashes-eu-west-1.s3.eu-west-1.amazonaws.com',
      installer: 'aws-elastic-disaster-recovery-eu-west-1.s3.eu-west-1.amazonaws.com',
      'installer-hashes': 'aws-elastic-disaster-recovery-hashes-eu-west-1.s3.eu-west-1.amazonaws.com',
      'al2023-repos': 'al2023-repos-eu-west-1-de612dc2.s3.eu-west-1.amazonaws.com',
    })
  })

  test('a Region with suffixed buckets: the clients and internal names are unknown', () => {
    expect(hosts('ap-east-2')).toEqual({
      clients: null,
      'clients-hashes': null,
      internal: null,
      'internal-hashes': null,
      installer: 'aws-elastic-disaster-recovery-ap-east-2-f1dcde1a.s3.ap-east-2.amazonaws.com',
      'installer-hashes':
        'aws-elastic-disaster-recovery-hashes-ap-east-2-f1dcde1a.s3.ap-east-2.amazonaws.com',
      'al2023-repos': 'al2023-repos-ap-east-2-de612dc2.s3.ap-east-2.amazonaws.com',
    })
  })

  test('GovCloud follows the plain pattern', () => {
    expect(of('us-gov-west-1').drsHost).toBe('drs.us-gov-west-1.amazonaws.com')
    expect(hosts('us-gov-west-1').installer).toBe(
      'aws-elastic-disaster-recovery-us-gov-west-1.s3.us-gov-west-1.amazonaws.com',
    )
  })

  test('the European Sovereign Cloud has its own suffixes and no known bucket', () => {
    const endpoints = of('eusc-de-east-1')
    expect(endpoints.drsHost).toBe('drs.eusc-de-east-1.amazonaws.eu')
    expect(endpoints.ec2Host).toBe('ec2.eusc-de-east-1.amazonaws.eu')
    expect(of('eusc-de-east-1', {dualstack: true}).drsHost).toBe(
      'drs.eusc-de-east-1.api.amazonwebservices.eu',
    )
    expect(endpoints.buckets.map(({host}) => host)).toEqual(Array(7).fill(null))
    expect(endpoints.installer('linux')).toMatchObject({url: null, hashUrl: null})
  })

  test.each<[EndpointOptions, string]>([
    [{}, 'drs.us-east-2.amazonaws.com'],
    [{dualstack: true}, 'drs.us-east-2.api.aws'],
    [{fips: true}, 'drs-fips.us-east-2.amazonaws.com'],
    [{fips: true, dualstack: true}, 'drs-fips.us-east-2.api.aws'],
    [
      {endpoint: 'vpce-1-a.drs.us-east-2.vpce.amazonaws.com', fips: true},
      'vpce-1-a.drs.us-east-2.vpce.amazonaws.com',
    ],
  ])('the DRS host with %j', (options, host) => {
    expect(of('us-east-2', options).drsHost).toBe(host)
  })

  test('dual-stack changes the buckets as well, FIPS does not', () => {
    expect(hosts('us-east-1', {dualstack: true}).installer).toBe(
      'aws-elastic-disaster-recovery-us-east-1.s3.dualstack.us-east-1.amazonaws.com',
    )
    expect(hosts('us-east-1', {fips: true})).toEqual(hosts('us-east-1'))
  })

  test.each([false, true])('FIPS where there is none is refused (dual-stack: %s)', dualstack => {
    const attempt = () => of('eu-west-1', {fips: true, dualstack})
    expect(attempt).toThrow(UserError)
    expect(attempt).toThrow(
      /eu-west-1.*us-east-1, us-east-2, us-gov-east-1, us-gov-west-1, us-west-1, us-west-2/,
    )
  })

  test.each([
    'vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com',
    'bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com',
    '*.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com',
  ])('an S3 interface endpoint given as %s', s3Endpoint => {
    for (const dualstack of [false, true]) {
      expect(hosts('us-east-1', {s3Endpoint, dualstack}).clients).toBe(
        'aws-drs-clients-us-east-1.bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com',
      )
    }
    expect(hosts('ca-west-1', {s3Endpoint}).clients).toBeNull()
  })

  test('an S3 endpoint that is no interface endpoint takes the bucket in front', () => {
    expect(hosts('us-east-1', {s3Endpoint: 's3.us-east-1.amazonaws.com'}).internal).toBe(
      'aws-drs-internal-us-east-1.s3.us-east-1.amazonaws.com',
    )
  })

  test.each<[InstallerGeneration, string]>([
    ['linux', 'latest/linux/aws-replication-installer-init'],
    ['windows', 'latest/windows/AwsReplicationWindowsInstaller.exe'],
    [
      'windows-2012',
      'latest/windows_legacy/windows_2012_legacy/AwsReplicationWindows2012LegacyInstaller.exe',
    ],
    ['windows-2008', 'latest/windows_legacy/AwsReplicationWindowsLegacyInstaller.exe'],
  ])('the installer for %s', (generation, key) => {
    expect(of('us-east-1').installer(generation)).toEqual({
      fileName: key.split('/').at(-1),
      url: `https://aws-elastic-disaster-recovery-us-east-1.s3.us-east-1.amazonaws.com/${key}`,
      hashUrl: `https://aws-elastic-disaster-recovery-hashes-us-east-1.s3.us-east-1.amazonaws.com/${key}.sha512`,
    })
    expect(of('mx-central-1').installer(generation).hashUrl).toBe(
      `https://aws-elastic-disaster-recovery-hashes-mx-central-1-1f310737.s3.mx-central-1.amazonaws.com/${key}.sha512`,
    )
  })

  test.each(REGIONS)(
    '$code: seven buckets, host and name known together, one for the staging subnet only',
    region => {
      const {buckets} = endpointsFor(region)
      expect(buckets).toHaveLength(7)
      for (const {bucket, host} of buckets) expect(host?.split('.')[0] ?? null).toBe(bucket)
      const stagingOnly = buckets.filter(({neededBySourceServer}) => !neededBySourceServer)
      expect(stagingOnly.map(({purpose}) => purpose)).toEqual<BucketPurpose[]>(['al2023-repos'])
    },
  )
})
