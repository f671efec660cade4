import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import type {Progress} from '../../../src/checks/check.ts'
import {finding} from '../../../src/checks/finding.ts'
import {drsEndpoint, ec2Endpoint, s3Buckets} from '../../../src/checks/path/endpoints.ts'
import {hostFirewallBlock} from '../../../src/checks/path/probe-endpoint.ts'
import type {Finding} from '../../../src/contract/finding.ts'
import {closedPort} from '../../platform/network/support/servers.ts'
import {Aws, drsAnswer, s3Answer} from './aws.ts'
import {contextOf, ENDPOINTS} from './context.ts'

let aws: Aws
beforeAll(() => {
  aws = new Aws()
})
afterEach(() => aws.servers.close())
afterAll(() => aws.close())

const DRS = 'drs.eu-central-1.amazonaws.com'
const HOUR = 3_600_000

describe('drs-endpoint', () => {
  it('passes with every layer in the evidence, and says what it is doing', async () => {
    const seen: Progress[] = []
    const options = await aws.serving(drsAnswer)
    const [found, ...carried] = await drsEndpoint.run(
      contextOf({options, progress: progress => seen.push(progress)}),
    )
    expect(found).toMatchObject({
      check: 'drs-endpoint',
      target: DRS,
      status: 'pass',
      code: 'ok',
      nextStep: null,
    })
    expect(found?.evidence.layers?.map(({layer, status}) => [layer, status])).toEqual(
      ['dns', 'tcp', 'proxy', 'tls', 'http'].map(layer => [layer, 'pass']),
    )
    expect(found?.evidence).toMatchObject({tls: {verified: true, version: 'TLSv1.3'}, http: {status: 403}})
    expect(seen.map(({layer}) => layer)).toEqual(['dns', 'tcp', 'proxy', 'tls', 'http'])
    expect(carried).toEqual([])
  })

  it.each([
    {clock: -HOUR, says: 'this clock is 60 minutes ahead'},
    {clock: 72 * HOUR, says: 'this clock is 3 days behind'},
  ])('carries clock.skew: $says', async ({clock, says}) => {
    const options = await aws.serving((request, response) => {
      response.setHeader('Date', new Date(Date.now() + clock).toUTCString())
      drsAnswer(request, response)
    })
    const findings = await drsEndpoint.run(contextOf({options}))
    expect(findings.map(({code}) => code)).toEqual(['ok', 'clock.skew'])
    expect(findings[1]?.summary).toContain(says)
  })

  it('blames the clock for a certificate that only this clock finds out of date', async () => {
    const year = 365 * 24 * HOUR
    const pair = aws.certificates.leaf(aws.amazon, {names: [DRS], from: 1, to: 2})
    const sent = (date: Date) =>
      aws.serving((request, response) => {
        response.setHeader('Date', date.toUTCString())
        drsAnswer(request, response)
      }, pair)
    const behind = await drsEndpoint.run(contextOf({options: await sent(new Date(Date.now() + 1.5 * year))}))
    expect(behind.map(({code}) => code)).toEqual(['clock.skew'])
    const right = await drsEndpoint.run(contextOf({options: await sent(new Date())}))
    expect(right.map(({code}) => code)).toEqual(['tls.not-yet-valid'])
  })

  it('carries a warning about the final slash, without the credentials', async () => {
    const options = await aws.serving(drsAnswer)
    const url = options.proxy?.url.replace('//', '//user:secret@').replace(/\/$/, '') ?? ''
    const findings = await drsEndpoint.run(
      contextOf({options: {...options, proxy: {url, from: 'HTTPS_PROXY'}}}),
    )
    expect(findings.map(({code, status}) => [code, status])).toEqual([
      ['ok', 'pass'],
      ['proxy.address', 'warn'],
    ])
    expect(JSON.stringify(findings)).not.toContain('secret')
  })

  it('fails on a malformed proxy address from the environment', async () => {
    const proxy = {url: 'user:secret@proxy:3128', from: 'HTTPS_PROXY'}
    const findings = await drsEndpoint.run(contextOf({options: {proxy}}))
    expect(findings).toMatchObject([{code: 'proxy.address', status: 'fail', target: DRS}])
    expect(JSON.stringify(findings)).not.toContain('secret')
  })

  it('names interception, trusted by this server or not', async () => {
    const options = await aws.serving(drsAnswer, aws.pairOf(aws.corporate))
    for (const caBundle of [aws.amazon.certFile, aws.corporate.certFile]) {
      const [found] = await drsEndpoint.run(contextOf({options: {...options, caBundle}}))
      expect(found).toMatchObject({code: 'tls.intercepted', status: 'fail', owner: 'proxy-team'})
      expect(found?.summary).toContain('Example Proxy CA (Example Corp)')
      expect(found?.evidence).toMatchObject({tls: {verified: caBundle === aws.corporate.certFile}})
    }
  })

  it.each([
    {status: 407, code: 'proxy.auth-required', owner: 'proxy-team'},
    {status: 403, code: 'proxy.denied', owner: 'proxy-team'},
    {status: 504, code: 'proxy.upstream', owner: 'proxy-team'},
  ])('$code where the proxy answers $status', async ({status, ...expected}) => {
    const options = await aws.proxying(
      () => undefined,
      () => status,
    )
    const [found] = await drsEndpoint.run(contextOf({options}))
    expect(found).toMatchObject({status: 'fail', ...expected})
    expect(found?.evidence.layers?.at(-1)).toMatchObject({
      layer: 'proxy',
      status: 'fail',
      code: expected.code,
    })
  })

  it('proxy.unreachable where nothing listens, or the name is unknown', async () => {
    const closed = {url: `http://127.0.0.1:${await closedPort()}/`, from: 'flag'}
    expect(await drsEndpoint.run(contextOf({options: {proxy: closed}}))).toMatchObject([
      {code: 'proxy.unreachable'},
    ])
    const unknown = {url: 'http://proxy.example:3128/', from: 'flag'}
    const resolve = async () => ({kind: 'failed', code: 'dns.not-found', errno: 'ENOTFOUND', ms: 1}) as const
    const findings = await drsEndpoint.run(contextOf({options: {proxy: unknown}, resolve}))
    expect(findings).toMatchObject([{code: 'proxy.unreachable'}])
  })

  it('takes the direct path where NO_PROXY says so, and stops at a sinkhole', async () => {
    const asked: string[] = []
    const options = {...(await aws.serving(drsAnswer)), noProxy: '.amazonaws.com'}
    const resolve = async (name: string) => {
      asked.push(name)
      return {kind: 'resolved', addresses: [{address: '0.0.0.0', family: 4}], ms: 1} as const
    }
    const [found] = await drsEndpoint.run(contextOf({options, resolve}))
    expect(asked).toEqual([DRS])
    expect(found).toMatchObject({code: 'dns.sinkhole', owner: 'dns-admin'})
    expect(found?.evidence.layers).toHaveLength(1)
  })

  it.each([
    ['dns.not-found', 'ENOTFOUND', 'dns-admin'],
    // A name server on this very host, behind which nobody sees.
    ['dns.timeout', 'ETIMEOUT', 'this-host'],
    ['dns.server-failure', 'ESERVFAIL', 'this-host'],
  ] as const)('passes on %s', async (code, errno, owner) => {
    const resolve = async () => ({kind: 'failed', code, errno, servers: ['127.0.0.1:9'], ms: 1}) as const
    expect(await drsEndpoint.run(contextOf({resolve}))).toMatchObject([{code, status: 'fail', owner}])
  })
})

describe('a check waits for firewall-443 host by host', () => {
  const judged = (status: 'fail' | 'pass', hosts: readonly string[]) =>
    finding('firewall-443', status === 'fail' ? 'firewall.drop' : 'ok', {summary: '', evidence: {hosts}})

  it.each<[string, Finding[], boolean]>([
    ['all of its addresses are stopped', [judged('fail', ['a'])], true],
    ['another host is stopped', [judged('fail', ['b']), judged('pass', ['a'])], false],
    ['one of its addresses is stopped', [judged('fail', ['a', 'b']), judged('pass', ['a'])], false],
    ['two rules stop its addresses', [judged('fail', ['a']), judged('fail', ['a', 'b'])], true],
    ['nobody says which hosts are stopped', [finding('firewall-443', 'firewall.drop', {summary: ''})], true],
    ['none is stopped', [judged('pass', ['a', 'b'])], false],
  ])('%s', async (_, findings, waits) => {
    const cause = await hostFirewallBlock(contextOf({earlier: {'firewall-443': findings}}), 'a')
    expect(cause !== undefined).toBe(waits)
  })
})

describe('the 443 checks wait for firewall-443', () => {
  const blocked = finding('firewall-443', 'firewall.drop', {target: 'x', summary: 'dropped'})

  it.each([
    {check: drsEndpoint, targets: [DRS]},
    {check: ec2Endpoint, targets: [ENDPOINTS.ec2Host]},
    {check: s3Buckets, targets: ENDPOINTS.buckets.map(({host}) => host)},
  ])('$check.id', async ({check, targets}) => {
    const findings = await check.run(contextOf({earlier: {'firewall-443': [blocked]}}))
    expect(findings.map(({target}) => target)).toEqual(targets)
    for (const found of findings) {
      expect(found).toMatchObject({
        status: 'skip',
        code: 'firewall.drop',
        evidence: {waitsFor: 'firewall-443'},
      })
      expect(found.summary).toContain('firewall-443')
    }
  })

  it('but not through a proxy, which those rules do not concern', async () => {
    const options = await aws.serving(drsAnswer)
    const findings = await drsEndpoint.run(contextOf({options, earlier: {'firewall-443': [blocked]}}))
    expect(findings).toMatchObject([{status: 'pass'}])
  })
})

describe('s3-buckets', () => {
  it('judges each bucket separately', async () => {
    const answers: Record<string, [number, string, Record<string, string>?]> = {
      'aws-drs-clients-eu-central-1': [404, 'NoSuchBucket'],
      'aws-drs-internal-eu-central-1': [301, 'PermanentRedirect', {'x-amz-bucket-region': 'us-east-1'}],
      'aws-elastic-disaster-recovery-eu-central-1': [503, 'SlowDown'],
    }
    const options = await aws.serving(({headers}, response) => {
      const bucket = headers.host?.split('.')[0] ?? ''
      const [status, code, more] = answers[bucket] ?? [403, 'AccessDenied']
      s3Answer(response, status, code, more)
    })
    const findings = await s3Buckets.run(contextOf({options}))
    expect(
      Object.fromEntries(
        findings.map(({target, status, code}) => [target?.split('.')[0], `${status} ${code}`]),
      ),
    ).toEqual({
      'aws-drs-clients-eu-central-1': 'fail s3.no-such-bucket',
      'aws-drs-clients-hashes-eu-central-1': 'pass ok',
      'aws-drs-internal-eu-central-1': 'fail s3.wrong-region',
      'aws-drs-internal-hashes-eu-central-1': 'pass ok',
      'aws-elastic-disaster-recovery-eu-central-1': 'warn http.error',
      'aws-elastic-disaster-recovery-hashes-eu-central-1': 'pass ok',
      'al2023-repos-eu-central-1-de612dc2': 'pass ok',
    })
  })

  it('only warns of the bucket that the staging area subnet alone needs', async () => {
    const options = await aws.serving((_request, response) => response.writeHead(200).end('blocked'))
    const findings = await s3Buckets.run(contextOf({options}))
    expect(findings.map(({status}) => status)).toEqual([...Array(6).fill('fail'), 'warn'])
    expect(new Set(findings.map(({code}) => code))).toEqual(new Set(['http.block-page']))
  })

  it('does not test names that AWS does not publish', async () => {
    const resolve = async () => ({kind: 'failed', code: 'dns.timeout', errno: 'ETIMEOUT', ms: 1}) as const
    const findings = await s3Buckets.run(contextOf({region: 'ap-east-2', resolve}))
    const unknown = findings.filter(({code}) => code === 'region.data-unknown')
    expect(unknown.map(({status, target}) => [status, target])).toEqual([
      ['warn', 'bucket: clients'],
      ['warn', 'bucket: clients-hashes'],
      ['warn', 'bucket: internal'],
      ['warn', 'bucket: internal-hashes'],
    ])
    expect(findings).toHaveLength(7)
    for (const {nextStep} of unknown)
      expect(nextStep).toContain('allow TCP 443 to *.s3.ap-east-2.amazonaws.com')
  })
})

describe('ec2-endpoint', () => {
  it('passes on the redirect to AWS’s own pages', async () => {
    const options = await aws.serving((_request, response) =>
      response.writeHead(301, {Location: 'https://aws.amazon.com/ec2'}).end(),
    )
    expect(await ec2Endpoint.run(contextOf({options}))).toMatchObject([{status: 'pass', code: 'ok'}])
  })

  it('only warns when it fails', async () => {
    const options = await aws.serving((_request, response) =>
      response.writeHead(302, {Location: 'https://portal.example/login'}).end(),
    )
    expect(await ec2Endpoint.run(contextOf({options}))).toMatchObject([
      {status: 'warn', code: 'http.block-page'},
    ])
  })
})
