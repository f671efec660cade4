import {afterEach, expect, it} from 'vitest'
import {connectTimes} from '../../../../src/platform/network/tcp/times.ts'
import {closedPort, Servers} from '../support/servers.ts'

const servers = new Servers()
afterEach(() => servers.close())

const limits = {timeoutMs: 5_000, signal: new AbortController().signal}

it('times each host that answers, and knows no time of one that does not', async () => {
  const port = await servers.tcp(() => undefined)
  const times = await Array.fromAsync(connectTimes(['127.0.0.1', '127.0.0.2'], port, limits))
  expect(times.toSorted((a, b) => (a.host < b.host ? -1 : 1))).toEqual([
    {host: '127.0.0.1', ms: expect.any(Number)},
    {host: '127.0.0.2', ms: null},
  ])
})

it('goes through more hosts than it asks at once, each once, and leaves no connection open', async () => {
  let open = 0
  const port = await servers.tcp(socket => {
    open += 1
    socket.on('error', () => undefined)
    socket.on('close', () => {
      open -= 1
    })
  })
  const hosts = Array.from({length: 30}, (_, at) => (at % 3 === 0 ? '127.0.0.1' : `127.0.1.${at}`))
  const times = await Array.fromAsync(connectTimes(hosts, port, limits))
  expect(times.map(({host}) => host).toSorted()).toEqual([...new Set(hosts)].toSorted())
  expect(times.filter(({ms}) => ms !== null).map(({host}) => host)).toEqual(['127.0.0.1'])
  await expect.poll(() => open).toBe(0)
})

it('ends with the reason of its cancellation', async () => {
  const signal = AbortSignal.abort(new Error('cancelled'))
  await expect(connectTimes(['127.0.0.1'], await closedPort(), {...limits, signal}).next()).rejects.toThrow(
    'cancelled',
  )
})
