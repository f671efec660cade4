import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {finding} from '../../../src/checks/finding.ts'
import {parseDigest} from '../../../src/checks/installer/fetch.ts'
import {installerGeneration} from '../../../src/checks/installer/installer.ts'
import {isSinkhole, scopeOf} from '../../../src/checks/path/addresses.ts'
import {describeResolution} from '../../../src/checks/path/describe-resolution.ts'
import {
  judgeBucketAnswer,
  judgeObjectAnswer,
  judgeServiceAnswer,
  redirectOffAws,
  s3ErrorCode,
} from '../../../src/checks/path/judge-answer.ts'
import {judgeTcp} from '../../../src/checks/path/judge-path.ts'
import {judgeTls} from '../../../src/checks/path/judge-tls.ts'
import {firstFailure, waitingFinding} from '../../../src/checks/path/not-tested.ts'
import {explain} from '../../../src/checks/path/sentences.ts'
import {CAUSE_CODES} from '../../../src/contract/cause-codes.ts'
import type {CertificateFacts} from '../../../src/platform/network/tls/certificate.ts'
import type {NotSecured} from '../../../src/platform/network/tls/secure.ts'

const addresses = (...list: string[]) =>
  list.map(address => ({address, family: address.includes(':') ? 6 : 4}) as const)

describe('addresses', () => {
  it.each([
    [['127.0.0.1'], true],
    [['0.0.0.0', '::'], true],
    [['::ffff:127.0.0.1'], true],
    [['127.0.0.1', '52.95.110.1'], false],
    [['10.0.0.1'], false],
    [['169.254.1.1', 'fe80::1%eth0'], true],
    [['224.0.0.251'], true],
    [['255.255.255.255', 'ff02::1'], true],
    [['240.1.2.3', '0.1.2.3'], true],
    [['::ffff:10.0.0.1'], false],
  ])('%j is a sinkhole: %s', (list, expected) => {
    expect(isSinkhole(addresses(...list))).toBe(expected)
  })

  it.each([
    [['52.95.110.1', '2a05:d050::1'], 'public'],
    [['10.0.0.1', 'fd00::1'], 'private'],
    [['10.0.0.1', '52.95.110.1'], 'mixed'],
  ])('%j is %s', (list, expected) => {
    expect(scopeOf(addresses(...list))).toBe(expected)
  })
})

it.each([
  {code: 'dns.not-found', errno: 'ENOTFOUND', says: 'NXDOMAIN'},
  {code: 'dns.timeout', errno: 'TRUNCATED', says: 'TCP 53'},
  {code: 'dns.timeout', errno: 'FORBIDDEN', says: 'the host firewall blocks UDP 53'},
  {code: 'dns.timeout', errno: 'NOROUTE', says: 'no route to the name server'},
  {code: 'dns.server-failure', errno: 'ECONNREFUSED', says: 'port 53 of the name server is closed'},
  {code: 'dns.timeout', errno: 'ETIMEOUT', says: 'no answer in 5 s'},
  {code: 'dns.server-failure', errno: 'EBADRESP', says: 'EBADRESP'},
] as const)('$code by $errno reads "$says"', ({says, ...failure}) => {
  expect(describeResolution({kind: 'failed', ms: 5_000, ...failure})).toContain(says)
})

describe('S3’s answers', () => {
  const S3 = {'x-amz-request-id': 'A'}
  const body = (code: string) => ({text: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`})
  const none = {text: ''}

  it.each([
    {status: 403, headers: S3, body: body('AccessDenied'), root: 'ok', object: 's3.access-denied'},
    {status: 200, headers: S3, body: none, root: 'ok', object: 'ok'},
    {status: 200, headers: {server: 'AmazonS3'}, body: none, root: 'ok', object: 'ok'},
    {
      status: 404,
      headers: S3,
      body: body('NoSuchBucket'),
      root: 's3.no-such-bucket',
      object: 's3.no-such-bucket',
    },
    {status: 404, headers: S3, body: none, root: 's3.no-such-bucket', object: 's3.no-such-key'},
    {status: 404, headers: S3, body: body('NoSuchKey'), root: 'ok', object: 's3.no-such-key'},
    {
      status: 301,
      headers: {...S3, 'x-amz-bucket-region': 'us-east-1'},
      body: none,
      root: 's3.wrong-region',
      object: 's3.wrong-region',
    },
    {
      status: 403,
      headers: {...S3, 'x-amz-bucket-region': 'us-east-1'},
      body: none,
      root: 's3.wrong-region',
      object: 's3.wrong-region',
    },
    {
      status: 403,
      headers: {...S3, 'x-amz-bucket-region': 'eu-central-1'},
      body: none,
      root: 'ok',
      object: 's3.access-denied',
    },
    {
      status: 400,
      headers: S3,
      body: body('AuthorizationHeaderMalformed'),
      root: 's3.wrong-region',
      object: 's3.wrong-region',
    },
    {status: 503, headers: S3, body: body('SlowDown'), root: 'http.error', object: 'http.error'},
    {status: 200, headers: {}, body: none, root: 'http.block-page', object: 'http.block-page'},
    {status: 403, headers: {server: 'squid'}, body: none, root: 'http.block-page', object: 'http.block-page'},
    {
      status: 302,
      headers: {...S3, location: 'http://portal.example/'},
      body: none,
      root: 'http.block-page',
      object: 'http.block-page',
    },
  ])('$status $headers: $root on a root, $object on an object', ({root, object, ...answer}) => {
    expect(judgeBucketAnswer(answer, 'eu-central-1').code).toBe(root)
    expect(judgeObjectAnswer(answer, 'eu-central-1').code).toBe(object)
  })

  it('warns of S3’s own 5xx on a root, and fails on an object', () => {
    const answer = {status: 500, headers: S3, body: none}
    expect(judgeBucketAnswer(answer, 'eu-central-1').status).toBe('warn')
    expect(judgeObjectAnswer(answer, 'eu-central-1').status).toBeUndefined()
  })

  it('have an error code only where they are S3’s error document', () => {
    expect(s3ErrorCode(' <?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>')).toBe(
      'NoSuchKey',
    )
    expect(s3ErrorCode('<html><Error><Code>NoSuchKey</Code>')).toBeNull()
    expect(s3ErrorCode(`<Error><Code>${'a'.repeat(65)}</Code>`)).toBeNull()
  })
})

describe('a service’s answers', () => {
  it.each([
    {what: 'the API’s own 403', status: 403, headers: {'x-amzn-requestid': 'A'}, code: 'ok'},
    {what: 'a JSON answer', status: 404, headers: {'content-type': 'application/json'}, code: 'ok'},
    {what: 'AWS’s redirect', status: 301, headers: {location: 'https://aws.amazon.com/ec2'}, code: 'ok'},
    {
      what: 'a redirect within the host',
      status: 302,
      headers: {location: '/x', server: 'AmazonEC2'},
      code: 'ok',
    },
    {
      what: 'a page with AWS’s headers',
      status: 403,
      headers: {'content-type': 'text/html', 'x-amz-cf-id': 'A'},
      code: 'ok',
    },
    {
      what: 'somebody’s page',
      status: 403,
      headers: {'content-type': 'text/html; charset=utf-8'},
      code: 'http.block-page',
    },
    {
      what: 'a login',
      status: 302,
      headers: {location: 'https://portal.example/login'},
      code: 'http.block-page',
    },
    {
      what: 'a look-alike',
      status: 302,
      headers: {location: 'https://aws.amazon.com.example/'},
      code: 'http.block-page',
    },
    {
      what: 'the service’s trouble',
      status: 503,
      headers: {'x-amzn-requestid': 'A'},
      code: 'http.error',
      warns: 'warn',
    },
  ])('$what: $code', ({status, headers, code, warns}) => {
    expect(judgeServiceAnswer({status, headers})).toMatchObject({code, ...(warns && {status: warns})})
  })

  it('lead off AWS only by a redirect', () => {
    expect(redirectOffAws({status: 200, headers: {location: 'https://portal.example/'}})).toBeNull()
    expect(redirectOffAws({status: 302, headers: {location: 'http://['}})).toBe('http://[')
  })
})

describe('judgeTls', () => {
  const certificate = (
    organization: string | null,
    more: Partial<CertificateFacts> = {},
  ): CertificateFacts => ({
    subject: {commonName: 'leaf', organization: null},
    issuer: {commonName: 'CA', organization},
    names: ['leaf'],
    validFrom: 0,
    validTo: Number.MAX_SAFE_INTEGER,
    fingerprint: 'AA',
    ...more,
  })
  const failed = (
    errno: string,
    chain: readonly CertificateFacts[],
    serverDate: number | null = null,
  ): NotSecured => ({
    kind: 'failed',
    failure: 'rejected',
    errno,
    chain,
    trust: {roots: ['/roots.pem'], own: null, caBundleOnly: null, leftOut: []},
    serverDate,
    ms: 1,
  })
  const NOW = Date.parse('2026-01-01T00:00:00Z')

  it.each([
    {
      what: 'a foreign issuer, whatever the fault',
      tls: failed('CERT_HAS_EXPIRED', [certificate('Corp')]),
      code: 'tls.intercepted',
    },
    {
      what: 'an issuer without a name',
      tls: failed('CERT_HAS_EXPIRED', [certificate(null)]),
      code: 'tls.intercepted',
    },
    {
      what: 'a foreign root above Amazon’s name',
      tls: failed('X', [certificate('Amazon'), certificate('Corp')]),
      code: 'tls.intercepted',
    },
    {
      what: 'no root',
      tls: failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE', [certificate('Amazon')]),
      code: 'tls.untrusted',
    },
    {
      what: 'Starfield’s root',
      tls: failed('X', [certificate('Amazon'), certificate('Starfield Technologies, Inc.')]),
      code: 'tls.untrusted',
    },
    {what: 'nothing seen', tls: failed('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', []), code: 'tls.untrusted'},
    {
      what: 'another name',
      tls: failed('ERR_TLS_CERT_ALTNAME_INVALID', [certificate('Amazon')]),
      code: 'tls.name-mismatch',
    },
    {what: 'expired', tls: failed('CERT_HAS_EXPIRED', [certificate('Amazon')], NOW), code: 'tls.expired'},
    {
      what: 'expired, by a wrong clock',
      tls: failed('CERT_HAS_EXPIRED', [certificate('Amazon')], NOW - 3_600_000),
      code: 'clock.skew',
    },
    {what: 'early', tls: failed('CERT_NOT_YET_VALID', [certificate('Amazon')]), code: 'tls.not-yet-valid'},
    {
      what: 'early, by a wrong clock',
      tls: failed('CERT_NOT_YET_VALID', [certificate('Amazon')], NOW + 3_600_000),
      code: 'clock.skew',
    },
  ])('$what: $code', ({tls, code}) => {
    expect(judgeTls(tls, true, NOW).code).toBe(code)
  })

  it('does not insist on Amazon where it is not known who signs', () => {
    expect(judgeTls(failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE', [certificate('Other')]), false, NOW).code).toBe(
      'tls.untrusted',
    )
  })

  it('names the date of the certificate that is out of date', () => {
    const chain = [
      certificate('Amazon'),
      certificate('Amazon', {validTo: Date.parse('2025-05-05T00:00:00Z')}),
    ]
    expect(judgeTls(failed('CERT_HAS_EXPIRED', chain), true, NOW).detail).toContain('2025-05-05')
  })
})

it('a missing route is this host’s own', () => {
  const attempt = {
    address: '192.0.2.1',
    family: 4,
    outcome: 'unreachable',
    errno: 'ENETUNREACH',
    ms: 0,
  } as const
  expect(judgeTcp({...attempt, beforeSending: true}, false)).toMatchObject({
    code: 'tcp.unreachable',
    owner: 'this-host',
  })
  expect(judgeTcp({...attempt, beforeSending: false}, false)).not.toHaveProperty('owner')
})

describe('parseDigest', () => {
  const digest = 'ab12'.repeat(32)

  it.each([
    digest,
    digest.toUpperCase(),
    `${digest}\n`,
    `${digest}  aws-replication-installer-init\n`,
    `${digest} *AwsReplicationWindowsInstaller.exe\r\n`,
    `\uFEFF${digest}\r\n`,
  ])('reads %j', text => {
    expect(parseDigest(text)).toBe(digest)
  })

  it.each([
    '',
    digest.slice(1),
    `${digest}0`,
    `${digest}\n${digest}`,
    `<html>${digest}</html>`,
    `${digest}  a\nb`,
  ])('refuses %j', text => {
    expect(parseDigest(text)).toBeNull()
  })

  it('finds nothing in other text', () => {
    fc.assert(fc.property(fc.string({maxLength: 200}), text => parseDigest(text) === null))
  })
})

it.each([
  ['linux', '12', 'linux'],
  ['win32', '10.0.26100', 'windows'],
  ['win32', '10.0.14393', 'windows'],
  ['win32', '6.3.9600', 'windows-2012'],
  ['win32', '6.2.9200', 'windows-2012'],
  ['win32', '6.1.7601', 'windows-2008'],
  ['win32', '6.0.6002', 'windows-2008'],
] as const)('%s %s takes the installer for %s', (platform, osVersion, generation) => {
  expect(installerGeneration({platform, osVersion})).toBe(generation)
})

describe('waiting', () => {
  it('is for a failure, not for a warning', () => {
    const warn = finding('firewall-443', 'firewall.unknown', {summary: ''})
    const fail = finding('firewall-443', 'firewall.drop', {summary: ''})
    expect(firstFailure([warn])).toBeUndefined()
    expect(firstFailure([warn, fail])).toBe(fail)
  })

  it('names the first cause of a chain', () => {
    const cause = finding('firewall-443', 'firewall.drop', {summary: ''})
    const next = waitingFinding('s3-buckets', 'a', cause)
    expect(waitingFinding('installer-download', 'b', next).evidence.waitsFor).toBe('firewall-443')
  })
})

it('has sentences for every code of a network path, which name the host or the proxy', () => {
  const scene = {host: 'h.example', port: 443, from: '10.9.0.2', proxy: 'http://p.example/', detail: 'detail'}
  const codes = CAUSE_CODES.filter(code => /^(dns|tcp|tls|proxy|http|s3)\.|^clock\./.test(code))
  for (const code of codes) {
    const {summary, nextStep} = explain(code, scene)
    expect(summary, code).toMatch(/h\.example|p\.example/)
    expect(`${summary} ${nextStep}`, code).not.toMatch(/undefined|null/)
  }
  expect(explain('tcp.timeout', scene).nextStep).toBe(
    'Ask the network team to allow TCP 443 from 10.9.0.2 to h.example.',
  )
})
