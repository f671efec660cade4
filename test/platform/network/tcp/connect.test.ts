import {afterEach, expect, it} from 'vitest'
import type {Address} from '../../../../src/platform/network/address.ts'
import {alternateFamilies, connectFirst} from '../../../../src/platform/network/tcp/connect.ts'
import {closedPort, Servers} from '../support/servers.ts'

const servers = new Servers()
afterEach(() => servers.close())

const limits = {timeoutMs: 5_000, signal: new AbortController().signal}
const LOOPBACK: Address = {address: '127.0.0.1', family: 4}
/** Loopback too, but no server of these tests listens there. */
const NOBODY: Address = {address: '127.0.0.2', family: 4}

it('connects, and knows its own address', async () => {
  const outcome = await connectFirst([LOOPBACK], await servers.tcp(() => undefined), limits)
  expect(outcome).toMatchObject({kind: 'connected', address: '127.0.0.1', localAddress: '127.0.0.1'})
  if (outcome.kind === 'connected') outcome.socket.destroy()
})

it('goes on to the next address at once when one fails, and records both', async () => {
  const outcome = await connectFirst([NOBODY, LOOPBACK], await servers.tcp(() => undefined), limits)
  expect(outcome).toMatchObject({
    kind: 'connected',
    attempts: [
      {address: '127.0.0.2', outcome: 'refused', errno: 'ECONNREFUSED', beforeSending: false},
      {address: '127.0.0.1', outcome: 'connected', errno: null},
    ],
  })
  if (outcome.kind === 'connected') outcome.socket.destroy()
})

it('fails only after every address has', async () => {
  const outcome = await connectFirst([NOBODY, LOOPBACK], await closedPort(), limits)
  expect(outcome).toMatchObject({kind: 'failed', decisive: {outcome: 'refused'}})
  expect(outcome.attempts).toHaveLength(2)
})

it('holds one connection, however many addresses lead to the server', async () => {
  const open = new Set<unknown>()
  const port = await servers.tcp(socket => {
    open.add(socket)
    socket.resume().once('close', () => open.delete(socket))
  })
  const outcome = await connectFirst([LOOPBACK, LOOPBACK, LOOPBACK], port, limits)
  await expect.poll(() => open.size).toBe(1)
  if (outcome.kind === 'connected') outcome.socket.destroy()
  await expect.poll(() => open.size).toBe(0)
})

it('rejects with the reason when the run was canceled', async () => {
  const signal = AbortSignal.abort(new Error('cancelled'))
  await expect(connectFirst([LOOPBACK], await closedPort(), {...limits, signal})).rejects.toThrow('cancelled')
})

it('takes the families in turn, beginning with the resolver’s first', () => {
  const [a, b, c] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(address => ({address, family: 4}) as const)
  const x = {address: '2001:db8::1', family: 6} as const
  expect(alternateFamilies([x, a, b, c].filter(address => address !== undefined))).toEqual([x, a, b, c])
  expect(alternateFamilies([a, b, x].filter(address => address !== undefined))).toEqual([a, x, b])
})
