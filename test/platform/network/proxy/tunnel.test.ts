import type {IncomingMessage} from 'node:http'
import net from 'node:net'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {parseProxy} from '../../../../src/platform/network/proxy/address.ts'
import {openTunnel} from '../../../../src/platform/network/proxy/tunnel.ts'
import {type Authority, Certificates} from '../support/certificates.ts'
import {closedPort, Servers} from '../support/servers.ts'

const HOST = 'drs.eu-central-1.amazonaws.com'
const servers = new Servers()
let certificates: Certificates
let authority: Authority

beforeAll(() => {
  certificates = new Certificates()
  authority = certificates.authority('Example Corp', 'Example CA')
})
afterAll(() => certificates.remove())
afterEach(() => servers.close())

const echo = () => servers.tcp(socket => socket.pipe(socket))

async function tunnelThrough(port: number, {scheme = 'http', credentials = '', timeoutMs = 2_000} = {}) {
  const proxy = parseProxy(`${scheme}://${credentials}127.0.0.1:${port}/`)
  if (!proxy) throw new Error('malformed proxy address')
  const connect = async () => net.connect(port, '127.0.0.1').on('error', () => undefined)
  const request = {proxy, host: HOST, port: 443, caBundle: authority.certFile, reconnect: connect}
  return await openTunnel(await connect(), request, {timeoutMs, signal: new AbortController().signal})
}

/** Sends a line through the tunnel and gives what comes back. */
async function roundTrip(tunnel: Awaited<ReturnType<typeof openTunnel>>): Promise<string> {
  if (tunnel.kind === 'failed') throw new Error(`no tunnel: ${tunnel.failure}`)
  const reply = await new Promise<string>(resolve => {
    tunnel.socket.once('data', data => resolve(data.toString()))
    tunnel.socket.write('hello')
  })
  tunnel.socket.destroy()
  return reply
}

describe('a tunnel', () => {
  it('carries bytes both ways', async () => {
    const target = await echo()
    const tunnel = await tunnelThrough(await servers.proxy(host => (host === HOST ? target : undefined)))
    expect(tunnel).toMatchObject({kind: 'tunnel', encrypted: false})
    expect(await roundTrip(tunnel)).toBe('hello')
  })

  it('passes on what the server said in one packet with the proxy’s answer', async () => {
    const port = await servers.tcp(socket =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nhello')),
    )
    expect(await roundTrip(await tunnelThrough(port))).toBe('hello')
  })

  it('is asked for with the credentials of the URL', async () => {
    const target = await echo()
    const gate = ({headers}: IncomingMessage) =>
      headers['proxy-authorization'] === `Basic ${btoa('user:p@ss')}` ? 200 : 407
    const port = await servers.proxy(() => target, gate)
    expect(await tunnelThrough(port)).toMatchObject({kind: 'failed', failure: 'auth-required', status: 407})
    expect(await roundTrip(await tunnelThrough(port, {credentials: 'user:p%40ss@'}))).toBe('hello')
  })

  it('runs over TLS where an https:// proxy speaks it', async () => {
    const target = await echo()
    const pair = certificates.leaf(authority, {names: ['127.0.0.1']})
    const tunnel = await tunnelThrough(await servers.proxy(() => target, undefined, pair), {scheme: 'https'})
    expect(tunnel).toMatchObject({kind: 'tunnel', encrypted: true})
    expect(await roundTrip(tunnel)).toBe('hello')
  })

  it('runs in plain where an https:// proxy speaks no TLS', async () => {
    const target = await echo()
    const tunnel = await tunnelThrough(await servers.proxy(() => target), {scheme: 'https'})
    expect(tunnel).toMatchObject({kind: 'tunnel', encrypted: false})
    expect(await roundTrip(tunnel)).toBe('hello')
  })
})

describe('no tunnel', () => {
  it.each([
    [401, 'auth-required'],
    [407, 'auth-required'],
    [403, 'denied'],
    [302, 'denied'],
    [500, 'upstream'],
    [503, 'upstream'],
  ])('%i: %s', async (status, failure) => {
    const port = await servers.proxy(
      () => undefined,
      () => status,
    )
    expect(await tunnelThrough(port)).toMatchObject({kind: 'failed', failure, status})
  })

  it.each([
    {what: 'no HTTP', reply: 'SSH-2.0-OpenSSH_9.6\r\n', errno: 'HPE_INVALID_CONSTANT'},
    {what: 'closed without a word', reply: null, errno: 'ECONNRESET'},
  ])('unreachable: $what', async ({reply, errno}) => {
    const port = await servers.tcp(socket =>
      socket.once('data', () => (reply === null ? socket.end() : socket.end(reply))),
    )
    expect(await tunnelThrough(port)).toMatchObject({failure: 'unreachable', status: null, errno})
  })

  it('unreachable: silent', async () => {
    const port = await servers.tcp(() => undefined)
    expect(await tunnelThrough(port, {timeoutMs: 50})).toMatchObject({
      failure: 'unreachable',
      errno: 'ETIMEDOUT',
    })
  })

  it('unreachable: nothing listens', async () => {
    expect(await tunnelThrough(await closedPort())).toMatchObject({
      failure: 'unreachable',
      errno: 'ECONNREFUSED',
    })
  })

  it('sends no credentials to a proxy whose certificate does not verify', async () => {
    let asked = 0
    const gate = () => {
      asked += 1
      return 200
    }
    const other = certificates.authority('Somebody', 'Somebody’s CA')
    const port = await servers.proxy(() => undefined, gate, certificates.leaf(other, {names: ['127.0.0.1']}))
    const outcome = await tunnelThrough(port, {scheme: 'https', credentials: 'user:secret@'})
    expect(outcome).toMatchObject({failure: 'unreachable', errno: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'})
    expect(asked).toBe(0)
  })
})
