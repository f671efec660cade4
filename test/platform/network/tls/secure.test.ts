import net, {type Socket} from 'node:net'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {secure} from '../../../../src/platform/network/tls/secure.ts'
import {type Authority, Certificates, type KeyPair} from '../support/certificates.ts'
import {Servers} from '../support/servers.ts'

const HOST = 'drs.eu-central-1.amazonaws.com'
const servers = new Servers()
let certificates: Certificates
let amazon: Authority
let intermediate: Authority
let corporate: Authority

beforeAll(() => {
  certificates = new Certificates()
  amazon = certificates.authority('Amazon', 'Amazon Root CA 1')
  intermediate = certificates.authority('Amazon', 'Amazon RSA 2048 M01', amazon)
  corporate = certificates.authority('Example Corp', 'Example Proxy CA')
})
afterAll(() => certificates.remove())
afterEach(() => servers.close())

async function connect(port: number): Promise<Socket> {
  const socket = net.connect(port, '127.0.0.1')
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.on('error', () => undefined)
  return socket
}

async function secureTo(port: number, {caBundle = amazon.certFile, timeoutMs = 2_000, host = HOST} = {}) {
  const limits = {timeoutMs, signal: new AbortController().signal}
  const outcome = await secure(
    await connect(port),
    {host, caBundle, reconnect: () => connect(port).catch(() => null)},
    limits,
  )
  if (outcome.kind === 'secured') outcome.socket.destroy()
  return outcome
}

const serve = (pair: KeyPair, date = new Date()) =>
  servers.https(pair, (_request, response) => {
    response.sendDate = false
    response.setHeader('Date', date.toUTCString())
    response.end()
  })

describe('a certificate that verifies', () => {
  it('is reported with version, names and the chain up to its root', async () => {
    const outcome = await secureTo(await serve(certificates.leaf(amazon, {names: [HOST]})))
    expect(outcome).toMatchObject({kind: 'secured', version: 'TLSv1.3'})
    expect(outcome.chain.map(({issuer}) => issuer.commonName)).toEqual([
      'Amazon Root CA 1',
      'Amazon Root CA 1',
    ])
    expect(outcome.chain[0]).toMatchObject({names: [HOST]})
    expect(outcome.chain[0]?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  })

  it('may be made out to a wildcard, and come over TLS 1.2', async () => {
    const pair = certificates.leaf(amazon, {names: ['*.eu-central-1.amazonaws.com']})
    const outcome = await secureTo(await serve({...pair, maxVersion: 'TLSv1.2'} as KeyPair))
    expect(outcome).toMatchObject({kind: 'secured', version: 'TLSv1.2'})
  })
})

describe('a certificate that does not verify', () => {
  it.each([
    {what: 'another name', names: ['example.com'], errno: 'ERR_TLS_CERT_ALTNAME_INVALID'},
    {what: 'expired', names: [HOST], from: -2, to: -1, errno: 'CERT_HAS_EXPIRED'},
    {what: 'not yet valid', names: [HOST], from: 1, to: 2, errno: 'CERT_NOT_YET_VALID'},
  ])('$what: $errno, with the chain that explains it', async ({errno, ...leaf}) => {
    const outcome = await secureTo(await serve(certificates.leaf(amazon, leaf)))
    expect(outcome).toMatchObject({kind: 'failed', failure: 'rejected', errno})
    expect(outcome.chain[0]?.names).toEqual(leaf.names)
  })

  it('carries the server’s clock only when the certificate is out of date', async () => {
    const date = new Date('2020-02-02T02:02:02Z')
    const expired = await serve(certificates.leaf(amazon, {names: [HOST], from: -2, to: -1}), date)
    expect(await secureTo(expired)).toMatchObject({serverDate: date.getTime()})
    const other = await serve(certificates.leaf(amazon, {names: ['example.com']}), date)
    expect(await secureTo(other)).toMatchObject({serverDate: null})
  })

  it('shows the issuer of a chain without a trusted root', async () => {
    const outcome = await secureTo(await serve(certificates.leaf(corporate, {names: [HOST]})))
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: 'rejected',
      errno: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    })
    expect(outcome.chain[0]?.issuer).toEqual({commonName: 'Example Proxy CA', organization: 'Example Corp'})
  })

  it('notices a missing intermediate', async () => {
    const outcome = await secureTo(await serve(certificates.leaf(intermediate, {names: [HOST]})))
    expect(outcome).toMatchObject({kind: 'failed', errno: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'})
    expect(outcome.chain).toHaveLength(1)
  })

  it('never sends a request to a server that was not verified', async () => {
    let requests = 0
    const pair = certificates.leaf(corporate, {names: [HOST]})
    await secureTo(
      await servers.https(pair, (_request, response) => {
        requests += 1
        response.end()
      }),
    )
    expect(requests).toBe(0)
  })
})

describe('no TLS', () => {
  it('is a protocol error where the server speaks plain HTTP', async () => {
    const port = await servers.tcp(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await secureTo(port)).toMatchObject({kind: 'failed', failure: 'protocol'})
  })

  it('is a protocol error where the server knows TLS 1.1 at most', async () => {
    const pair = certificates.leaf(amazon, {names: [HOST]})
    const port = await servers.https({...pair, minVersion: 'TLSv1', maxVersion: 'TLSv1.1'}, () => undefined)
    expect(await secureTo(port)).toMatchObject({kind: 'failed', failure: 'protocol'})
  })

  it('is a reset where the server closes or resets during the handshake', async () => {
    const closing = await servers.tcp(socket => socket.once('data', () => socket.end()))
    expect(await secureTo(closing)).toMatchObject({failure: 'reset'})
    const resetting = await servers.tcp(socket => socket.once('data', () => socket.resetAndDestroy()))
    expect(await secureTo(resetting)).toMatchObject({failure: 'reset', errno: 'ECONNRESET'})
  })

  it('is a timeout where the server stays silent, and the connection is closed', async () => {
    const {promise: closed, resolve} = Promise.withResolvers<void>()
    const port = await servers.tcp(socket => socket.resume().once('close', () => resolve()))
    expect(await secureTo(port, {timeoutMs: 50})).toMatchObject({failure: 'timeout', errno: 'ETIMEDOUT'})
    await closed
  })
})

it('rejects with the reason when the run is cancelled', async () => {
  const port = await servers.tcp(() => undefined)
  const controller = new AbortController()
  const pending = secure(
    await connect(port),
    {host: HOST, caBundle: null, reconnect: async () => null},
    {timeoutMs: 60_000, signal: controller.signal},
  )
  controller.abort(new Error('cancelled'))
  await expect(pending).rejects.toThrow('cancelled')
})

it('names a CA bundle that cannot be used', async () => {
  const port = await serve(certificates.leaf(amazon, {names: [HOST]}))
  await expect(secureTo(port, {caBundle: '/nonexistent.pem'})).rejects.toThrow(
    '/nonexistent.pem cannot be read (ENOENT)',
  )
  await expect(secureTo(port, {caBundle: import.meta.filename})).rejects.toThrow('contains no certificate')
})
