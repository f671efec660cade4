import {afterAll, afterEach, beforeAll, expect, it} from 'vitest'
import {finding} from '../../../src/checks/finding.ts'
import {addressesToTry} from '../../../src/checks/replication/judge.ts'
import {replication1500} from '../../../src/checks/replication/replication.ts'
import {closedPort} from '../../platform/network/support/servers.ts'
import {Aws} from '../path/aws.ts'
import {contextOf} from '../path/context.ts'

let aws: Aws
beforeAll(() => {
  aws = new Aws()
})
afterEach(() => aws.servers.close())
afterAll(() => aws.close())

const server = (port: number, host = '127.0.0.1') => ({replicationServer: {host, port}})

it.each([null, '10.20.0.0/16'])(
  'is not tested without a server (subnet %s), and says how to',
  async stagingSubnet => {
    const findings = await replication1500.run(contextOf({options: {stagingSubnet}}))
    expect(findings).toMatchObject([{status: 'skip', code: 'replication.not-tested', target: stagingSubnet}])
    expect(findings[0]?.nextStep).toMatch(/nc -l 1500.*--replication-server/)
  },
)

it('passes where a server answers with TLS, no matter who signed its certificate', async () => {
  const port = await aws.servers.https(aws.pairOf(aws.corporate), () => undefined)
  const findings = await replication1500.run(contextOf({options: server(port)}))
  expect(findings).toMatchObject([{status: 'pass', code: 'ok', target: `127.0.0.1:${port}`}])
  expect(findings[0]?.summary).toContain('TLSv1.3')
})

it('passes where a plain listener answers', async () => {
  const port = await aws.servers.tcp(socket => socket.resume())
  const findings = await replication1500.run(contextOf({options: {...server(port), timeoutMs: 200}}))
  expect(findings).toMatchObject([{status: 'pass', code: 'ok'}])
  expect(findings[0]?.summary).toContain('no TLS answer from the listener')
})

it('takes a refusal for an open path', async () => {
  const findings = await replication1500.run(contextOf({options: server(await closedPort())}))
  expect(findings).toMatchObject([{status: 'warn', code: 'replication.no-listener', owner: null}])
})

it('never goes through the proxy', async () => {
  const port = await aws.servers.tcp(socket => socket.end())
  const options = {...server(port), proxy: {url: `http://127.0.0.1:${await closedPort()}/`, from: 'flag'}}
  expect(await replication1500.run(contextOf({options}))).toMatchObject([{code: 'ok'}])
})

it('stops where the name cannot be resolved, or leads back here', async () => {
  const failed = async () => ({kind: 'failed', code: 'dns.not-found', errno: 'ENOTFOUND', ms: 1}) as const
  const options = server(1500, 'replication.example')
  expect(await replication1500.run(contextOf({options, resolve: failed}))).toMatchObject([
    {code: 'dns.not-found'},
  ])
  const back = async () =>
    ({kind: 'resolved', addresses: [{address: '127.0.0.1', family: 4}], ms: 1}) as const
  expect(await replication1500.run(contextOf({options, resolve: back}))).toMatchObject([
    {code: 'dns.sinkhole'},
  ])
})

it.each([
  ['127.0.0.2', 4],
  ['::1', 6],
  ['::ffff:127.0.0.1', 6],
  ['0.0.0.0', 4],
  ['::', 6],
  ['224.0.0.1', 4],
  ['255.255.255.255', 4],
  ['169.254.0.9', 4],
  ['fe80::1%lo', 6],
  ['240.0.0.1', 4],
] as const)('a name that resolves to %s is a finding, whatever listens there', async (address, family) => {
  const port = await aws.servers.tcp(socket => socket.resume())
  const resolve = async () => ({kind: 'resolved', addresses: [{address, family}], ms: 1}) as const
  const findings = await replication1500.run(
    contextOf({options: server(port, 'replication.example'), resolve}),
  )
  expect(findings).toMatchObject([{status: 'fail', code: 'dns.sinkhole', owner: 'dns-admin'}])
  expect(findings[0]?.summary).toContain(address)
})

it.each([
  ['replication.example', ['127.0.0.1', '10.20.0.10', '::1'], ['10.20.0.10']],
  ['replication.example', ['10.20.0.10', 'fd00:20::10'], ['10.20.0.10', 'fd00:20::10']],
  ['replication.example', ['169.254.1.1', '::ffff:224.0.0.1'], []],
  ['127.0.0.1', ['127.0.0.1'], ['127.0.0.1']],
])('%s at %j is tried at %j', (host, given, expected) => {
  const addresses = given.map(address => ({address, family: address.includes(':') ? 6 : 4}) as const)
  const tried = addressesToTry(host, {kind: 'resolved', addresses, ms: 1})
  expect(tried.map(({address}) => address)).toEqual(expected)
})

it('waits for firewall-1500', async () => {
  const earlier = {'firewall-1500': [finding('firewall-1500', 'firewall.policy', {summary: ''})]}
  const findings = await replication1500.run(contextOf({options: server(1500, '2001:db8::1'), earlier}))
  expect(findings).toMatchObject([
    {
      status: 'skip',
      code: 'firewall.policy',
      target: '[2001:db8::1]:1500',
      evidence: {waitsFor: 'firewall-1500'},
    },
  ])
})
