import {describe, expect, test} from 'vitest'
import {findRegion, regionOrThrow} from '../../src/aws/find-region.ts'
import {parsePolicy} from '../../src/aws/iam/document.ts'
import {endpointPolicy} from '../../src/aws/policy.ts'
import {checkPolicy} from '../../src/aws/policy-check.ts'
import {REGIONS} from '../../src/aws/regions.ts'
import {UserError} from '../../src/contract/errors.ts'

const REGION = regionOrThrow('us-east-1')
const CLIENTS = 'aws-drs-clients-us-east-1'
const INSTALLER = 'aws-elastic-disaster-recovery-us-east-1'
const ALLOW_ALL = {Effect: 'Allow', Principal: '*', Action: '*', Resource: '*'}
const DENY_ALL = {...ALLOW_ALL, Effect: 'Deny'}

function check(statements: unknown, region = REGION) {
  const {policy, problem} = parsePolicy({Version: '2012-10-17', Statement: statements})
  if (policy === null) throw new Error(problem)
  return checkPolicy(policy, region)
}

/** What a document says about one bucket, with a statement in its own words. */
function about(bucket: string, statements: unknown) {
  const found = check(statements).buckets.find(entry => entry.bucket === bucket)
  if (!found) throw new Error(`no bucket ${bucket}`)
  return found
}

const arn = (path: string) => `arn:aws:s3:::${path}`

describe('the printed policy', () => {
  test.each(REGIONS.filter(({bucketNaming}) => bucketNaming !== 'unknown'))(
    'passes its own check in $code',
    region => {
      const {policy} = parsePolicy(JSON.parse(JSON.stringify(endpointPolicy(region))))
      if (policy === null) throw new Error('the printed policy is none')
      const result = checkPolicy(policy, region)
      expect(result).toMatchObject({allowed: true, missingStatement: null})
      expect(result.buckets).toHaveLength(7)
      const expected = region.bucketNaming === 'suffixed' ? 3 : 7
      expect(result.buckets.filter(({access}) => access === 'allowed')).toHaveLength(expected)
    },
  )

  test.each(REGIONS.filter(({bucketNaming}) => bucketNaming !== 'unknown'))(
    'of $code fails in every other Region',
    region => {
      const statements = endpointPolicy(region).Statement
      for (const other of REGIONS) {
        if (other === region || other.bucketNaming === 'unknown') continue
        expect(check(statements, other).allowed).toBe(false)
      }
    },
  )

  test('is the one of the User Guide', () => {
    expect(endpointPolicy(REGION)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: {AWS: '*'},
          Action: 's3:GetObject',
          Resource: [
            'arn:aws:s3:::aws-drs-clients-us-east-1/*',
            'arn:aws:s3:::aws-drs-clients-hashes-us-east-1/*',
            'arn:aws:s3:::aws-drs-internal-us-east-1/*',
            'arn:aws:s3:::aws-drs-internal-hashes-us-east-1/*',
            'arn:aws:s3:::aws-elastic-disaster-recovery-us-east-1/*',
            'arn:aws:s3:::aws-elastic-disaster-recovery-hashes-us-east-1/*',
            'arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*',
          ],
        },
      ],
    })
  })

  test('has ARNs of its partition', () => {
    const [statement] = endpointPolicy(regionOrThrow('us-gov-east-1')).Statement
    for (const resource of statement.Resource)
      expect(resource).toMatch(/^arn:aws-us-gov:s3:::[a-z0-9-]+\/\*$/)
  })

  test('cannot be written without a bucket name', () => {
    expect(() => endpointPolicy(regionOrThrow('eusc-de-east-1'))).toThrow(UserError)
    expect(() => check([ALLOW_ALL], findRegion('eusc-de-east-1') ?? REGION)).toThrow(UserError)
  })

  test('adding the missing statement makes any policy without a Deny pass', () => {
    for (const statements of [
      [],
      [{...ALLOW_ALL, Resource: arn(`${CLIENTS}/*`)}],
      [{...ALLOW_ALL, Principal: {AWS: '1'}}],
    ]) {
      const {missingStatement} = check(statements)
      expect(missingStatement).not.toBeNull()
      expect(check([...statements, missingStatement])).toMatchObject({allowed: true, missingStatement: null})
    }
  })
})

describe('what an Allow covers', () => {
  test.each<[string, object]>([
    ['a single statement outside a list', ALLOW_ALL],
    ['every action and resource', [ALLOW_ALL]],
    ['an action in another case', [{...ALLOW_ALL, Action: 'S3:GETOBJECT'}]],
    ['actions in a list', [{...ALLOW_ALL, Action: ['s3:ListBucket', 's3:Get*']}]],
    ['a question mark in the action', [{...ALLOW_ALL, Action: 's3:GetObjec?'}]],
    ['NotAction of something else', [{Effect: 'Allow', Principal: '*', NotAction: 's3:Put*', Resource: '*'}]],
    [
      'NotResource of something else',
      [{Effect: 'Allow', Principal: '*', Action: '*', NotResource: arn('mine/*')}],
    ],
    ['a principal in a list', [{...ALLOW_ALL, Principal: {AWS: ['arn:aws:iam::1:root', '*']}}]],
    ['an empty Condition', [{...ALLOW_ALL, Condition: {}}]],
    ['a Condition that HTTPS meets', [{...ALLOW_ALL, Condition: {Bool: {'aws:SecureTransport': 'true'}}}]],
    [
      'a wildcard inside the bucket name',
      [{...ALLOW_ALL, Resource: [arn('aws-*'), arn('al2023-repos-us-east-?-*')]}],
    ],
    ['every object, however its key begins', [{...ALLOW_ALL, Resource: arn('*/?*')}]],
  ])('%s: allowed', (_, statements) => {
    expect(check(statements)).toMatchObject({allowed: true, missingStatement: null})
  })

  test.each<[string, object]>([
    ['no statement', []],
    ['another action', [{...ALLOW_ALL, Action: 's3:PutObject'}]],
    [
      'NotAction of the download',
      [{Effect: 'Allow', Principal: '*', NotAction: 's3:getobject', Resource: '*'}],
    ],
    ['the bucket but not its objects', [{...ALLOW_ALL, Resource: arn(CLIENTS)}]],
    ['a bucket in another case', [{...ALLOW_ALL, Resource: arn('AWS-DRS-CLIENTS-us-east-1/*')}]],
    ['another partition', [{...ALLOW_ALL, Resource: 'arn:aws-us-gov:s3:::*'}]],
    ['NotResource of everything', [{Effect: 'Allow', Principal: '*', Action: '*', NotResource: '*'}]],
    [
      'a Condition that HTTPS never meets',
      [{...ALLOW_ALL, Condition: {Bool: {'aws:SecureTransport': 'false'}}}],
    ],
    ['NotPrincipal of everyone', [{Effect: 'Allow', NotPrincipal: '*', Action: '*', Resource: '*'}]],
    ['an empty list of actions', [{...ALLOW_ALL, Action: []}]],
  ])('%s: missing', (_, statements) => {
    expect(about(CLIENTS, statements)).toMatchObject({
      access: 'missing',
      statement: null,
      reason: 'no statement allows it',
    })
  })

  test('some objects of a bucket are not the bucket', () => {
    expect(about(CLIENTS, [{...ALLOW_ALL, Resource: arn(`${CLIENTS}/latest/*`)}])).toMatchObject({
      access: 'missing',
      statement: {number: 1, sid: null},
      reason: 'allows only some of its objects',
    })
  })

  test('the installer bucket needs its documented objects alone', () => {
    expect(about(INSTALLER, [{...ALLOW_ALL, Resource: arn(`${INSTALLER}/latest/*`)}]).access).toBe('allowed')
    expect(about(INSTALLER, [{...ALLOW_ALL, Resource: arn(`${INSTALLER}/latest/linux/*`)}])).toMatchObject({
      access: 'missing',
      objects: [
        'latest/windows/AwsReplicationWindowsInstaller.exe',
        'latest/windows_legacy/windows_2012_legacy/AwsReplicationWindows2012LegacyInstaller.exe',
        'latest/windows_legacy/AwsReplicationWindowsLegacyInstaller.exe',
      ],
    })
  })

  test.each<[string, object, RegExp]>([
    [
      'a Condition',
      {Condition: {StringEquals: {'aws:SourceVpc': 'vpc-1'}}},
      /allows it only under its Condition on aws:SourceVpc/,
    ],
    [
      'an account',
      {Principal: {AWS: 'arn:aws:iam::111122223333:root'}},
      /only for arn:aws:iam::111122223333:root/,
    ],
    ['a service', {Principal: {Service: 'ec2.amazonaws.com'}}, /only for ec2\.amazonaws\.com/],
    ['no Principal', {Principal: undefined}, /needs a Principal/],
    ['NotPrincipal', {Principal: undefined, NotPrincipal: {AWS: '123'}}, /for everyone but 123/],
    ['a policy variable', {Resource: `${arn('')}\${aws:username}/*`}, /policy variables/],
  ])('%s does not count, but is named', (_, change, reason) => {
    const found = about(CLIENTS, [{...ALLOW_ALL, Resource: arn('*'), Sid: 'Mine', ...change}])
    expect(found).toMatchObject({access: 'conditional', statement: {number: 1, sid: 'Mine'}})
    expect(found.reason).toMatch(reason)
  })
})

describe('what a Deny takes away', () => {
  test('it wins wherever it stands, and is named', () => {
    const deny = {...DENY_ALL, Sid: 'Lockdown', Resource: arn(`${CLIENTS}/*`)}
    for (const [number, statements] of [
      [1, [deny, ALLOW_ALL]],
      [2, [ALLOW_ALL, deny]],
    ] as const) {
      expect(about(CLIENTS, statements)).toMatchObject({
        access: 'denied',
        statement: {number, sid: 'Lockdown'},
        reason: 'denies it',
      })
      expect(check(statements).buckets.filter(({access}) => access === 'allowed')).toHaveLength(6)
      expect(check(statements).missingStatement).toBeNull()
    }
  })

  test('a Deny of some objects is enough', () => {
    const deny = {...DENY_ALL, Resource: arn(`${CLIENTS}/old/*`)}
    expect(about(CLIENTS, [ALLOW_ALL, deny])).toMatchObject({
      access: 'denied',
      reason: 'denies some of its objects',
    })
  })

  test('of the installer bucket only documented objects matter', () => {
    const deny = (path: string) => ({...DENY_ALL, Resource: arn(`${INSTALLER}/${path}`)})
    expect(about(INSTALLER, [ALLOW_ALL, deny('private/*')]).access).toBe('allowed')
    expect(about(INSTALLER, [ALLOW_ALL, deny('latest/linux/*')])).toMatchObject({
      access: 'denied',
      objects: ['latest/linux/aws-replication-installer-init'],
    })
  })

  test.each<[string, object]>([
    ['another action', {...DENY_ALL, Action: 's3:Put*'}],
    ['another bucket', {...DENY_ALL, Resource: arn('mine/*')}],
    ['all but the download', {Effect: 'Deny', Principal: '*', NotAction: 's3:GetObject', Resource: '*'}],
    [
      'all but these buckets',
      {Effect: 'Deny', Principal: '*', Action: '*', NotResource: [arn('aws-*'), arn('al2023-*')]},
    ],
    ['plain HTTP', {...DENY_ALL, Condition: {Bool: {'aws:SecureTransport': 'false'}}}],
    ['nobody', {Effect: 'Deny', NotPrincipal: {AWS: '*'}, Action: '*', Resource: '*'}],
  ])('a Deny of %s does no harm', (_, deny) => {
    expect(check([ALLOW_ALL, deny]).allowed).toBe(true)
  })

  test.each<[string, object, RegExp]>([
    [
      'a Condition',
      {Condition: {StringNotEquals: {'aws:ResourceAccount': '111122223333'}}},
      /^denies it under its Condition on aws:ResourceAccount$/,
    ],
    [
      'one principal',
      {Principal: {AWS: 'arn:aws:iam::1:role/agent'}},
      /^denies it for arn:aws:iam::1:role\/agent$/,
    ],
    [
      'all but one principal',
      {Principal: undefined, NotPrincipal: {AWS: '1'}},
      /^denies it for everyone but 1$/,
    ],
    [
      'mixed conditions',
      {Condition: {Bool: {'aws:SecureTransport': 'true'}, IpAddress: {'aws:SourceIp': '10.0.0.0/8'}}},
      /SourceIp/,
    ],
  ])('a Deny under %s is named, and is not all clear', (_, change, reason) => {
    const found = about(CLIENTS, [ALLOW_ALL, {...DENY_ALL, ...change}])
    expect(found).toMatchObject({access: 'conditional', statement: {number: 2}})
    expect(found.reason).toMatch(reason)
  })

  test('an Allow that nobody gets is no comfort under a conditional Deny', () => {
    const deny = {...DENY_ALL, Condition: {Bool: {'aws:PrincipalIsAWSService': 'false'}}}
    expect(about(CLIENTS, [deny])).toMatchObject({access: 'missing', statement: null})
  })
})

describe('buckets without a published name', () => {
  const region = regionOrThrow('ca-west-1')

  test('are not judged by statements on other buckets', () => {
    const {buckets, allowed} = check([...endpointPolicy(region).Statement], region)
    expect(allowed).toBe(true)
    expect(buckets.filter(({access}) => access === 'unknown').map(({purpose}) => purpose)).toEqual([
      'clients',
      'clients-hashes',
      'internal',
      'internal-hashes',
    ])
  })

  test('are allowed where every bucket is, which is the default policy of an endpoint', () => {
    expect(check([ALLOW_ALL], region).buckets.map(({access}) => access)).toEqual(Array(7).fill('allowed'))
    const deny = {...DENY_ALL, Resource: arn('mine/*')}
    expect(check([ALLOW_ALL, deny], region).buckets.filter(({access}) => access === 'unknown')).toHaveLength(
      4,
    )
  })
})
