import {afterEach, expect, it} from 'vitest'
import type {Address} from '../../../../src/platform/network/address.ts'
import {exchangeByte} from '../../../../src/platform/network/tcp/exchange.ts'
import {closedPort, Servers} from '../support/servers.ts'

const servers = new Servers()
afterEach(() => servers.close())

const limits = {timeoutMs: 5_000, signal: new AbortController().signal}
const LOOPBACK: Address = {address: '127.0.0.1', family: 4}

it.each(['tls', 'http'] as const)('takes any byte for an answer (%s)', async greeting => {
  const port = await servers.tcp(socket => socket.write('nonsense\n'))
  expect(await exchangeByte(LOOPBACK, port, greeting, limits)).toEqual({kind: 'answered'})
})

it('takes the end of the connection for an answer', async () => {
  const port = await servers.tcp(socket => socket.once('data', () => socket.end()))
  expect(await exchangeByte(LOOPBACK, port, 'tls', limits)).toEqual({kind: 'answered'})
})

it('takes the acknowledgement of a listener that says nothing for an answer', async () => {
  const port = await servers.tcp(socket => socket.resume())
  expect(await exchangeByte(LOOPBACK, port, 'tls', limits)).toEqual({kind: 'answered'})
})

it('tells a reset after the connection was open', async () => {
  const port = await servers.tcp(socket => socket.once('data', () => socket.resetAndDestroy()))
  expect(await exchangeByte(LOOPBACK, port, 'tls', limits)).toEqual({kind: 'reset'})
})

it('tells who refuses', async () => {
  expect(await exchangeByte(LOOPBACK, await closedPort(), 'tls', limits)).toEqual({
    kind: 'refused',
    by: 'reset',
  })
})

it('greets a proxy with a line of HTTP', async () => {
  let greeting = ''
  const port = await servers.tcp(socket =>
    socket.once('data', data => {
      greeting = String(data)
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    }),
  )
  expect(await exchangeByte(LOOPBACK, port, 'http', limits)).toEqual({kind: 'answered'})
  expect(greeting).toMatch(/^OPTIONS \* HTTP\/1\.1\r\n/)
})

it('ends with the run', async () => {
  const abort = new AbortController()
  const reason = new Error('ended')
  const port = await servers.tcp(() => abort.abort(reason))
  await expect(exchangeByte(LOOPBACK, port, 'tls', {...limits, signal: abort.signal})).rejects.toBe(reason)
})
