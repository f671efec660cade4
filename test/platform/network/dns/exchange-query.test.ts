import dgram from 'node:dgram'
import {afterEach, expect, it} from 'vitest'
import type {Address} from '../../../../src/platform/network/address.ts'
import {exchangeQuery} from '../../../../src/platform/network/dns/exchange-query.ts'
import {closedPort, Servers} from '../support/servers.ts'

const servers = new Servers()
const sockets: dgram.Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close()
  await servers.close()
})

const limits = {timeoutMs: 1_000, signal: new AbortController().signal}
const LOOPBACK: Address = {address: '127.0.0.1', family: 4}

function nameServer(answer: (question: Buffer) => Buffer | null): Promise<number> {
  const {promise, resolve} = Promise.withResolvers<number>()
  const socket = dgram.createSocket('udp4')
  sockets.push(socket)
  socket
    .on('message', (question, from) => {
      const message = answer(question)
      if (message) socket.send(message, from.port, from.address)
    })
    .bind(0, '127.0.0.1', () => resolve(socket.address().port))
  return promise
}

it('takes any answer for one, such as that the name does not exist', async () => {
  const port = await nameServer(question => Buffer.concat([question.subarray(0, 3), Buffer.from([0x83])]))
  expect(await exchangeQuery(LOOPBACK, port, 'udp', limits)).toEqual({kind: 'answered'})
})

it('asks a question of DNS', async () => {
  let asked: Buffer = Buffer.alloc(0)
  const port = await nameServer(question => {
    asked = question
    return question
  })
  await exchangeQuery(LOOPBACK, port, 'udp', limits)
  expect(asked.subarray(12).toString('latin1')).toContain('\tamazonaws\x03com')
})

it('tells silence', async () => {
  const port = await nameServer(() => null)
  expect(await exchangeQuery(LOOPBACK, port, 'udp', limits)).toMatchObject({kind: 'silent'})
})

it('tells a closed port', async () => {
  expect(await exchangeQuery(LOOPBACK, await closedPort(), 'udp', limits)).toMatchObject({kind: 'refused'})
})

it('asks over TCP with the length first', async () => {
  let announced = 0
  const port = await servers.tcp(socket =>
    socket.once('data', (message: Buffer) => {
      announced = message.readUInt16BE() - (message.length - 2)
      socket.write('answer')
    }),
  )
  expect(await exchangeQuery(LOOPBACK, port, 'tcp', limits)).toEqual({kind: 'answered'})
  expect(announced).toBe(0)
})
