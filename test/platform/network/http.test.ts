import net from 'node:net'
import {afterEach, describe, expect, it} from 'vitest'
import {readBody, sendRequest} from '../../../src/platform/network/http.ts'
import {Servers} from './support/servers.ts'

const servers = new Servers()
afterEach(() => servers.close())

const limits = {timeoutMs: 2_000, signal: new AbortController().signal}
const request = {method: 'GET', host: 'bucket.example', path: '/key'} as const

/** Sends the request to a server that answers its first bytes with `reply`, and then does `afterwards`. */
async function exchange(reply: string, {afterwards = 'end', timeoutMs = 2_000} = {}) {
  let received = ''
  const port = await servers.tcp(socket =>
    socket.once('data', data => {
      received = data.toString()
      socket.write(reply)
      if (afterwards === 'end') socket.end()
      if (afterwards === 'reset') setImmediate(() => socket.resetAndDestroy())
    }),
  )
  const answer = await sendRequest(net.connect(port, '127.0.0.1'), request, {...limits, timeoutMs})
  return {answer, received}
}

it('sends one request and gives status, headers and body', async () => {
  const {answer, received} = await exchange(
    'HTTP/1.1 403 Forbidden\r\nX-Amz-Request-Id: A1\r\nContent-Length: 4\r\n\r\nbody',
  )
  expect(received).toMatch(/^GET \/key HTTP\/1\.1\r\nHost: bucket\.example\r\n/)
  expect(answer).toMatchObject({kind: 'answered', status: 403, headers: {'x-amz-request-id': 'A1'}})
  expect(answer.kind === 'answered' && (await readBody(answer.message, 100, limits))).toEqual({
    text: 'body',
    end: 'whole',
  })
})

describe('an answer that is none', () => {
  it.each([
    {what: 'no HTTP', reply: 'SSH-2.0-OpenSSH_9.6\r\n', failure: 'malformed'},
    {
      what: 'headers beyond 32 kB',
      reply: `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
      failure: 'malformed',
    },
    {what: 'closed without a word', reply: '', failure: 'closed'},
    {what: 'reset', reply: '', afterwards: 'reset', failure: 'closed'},
    {what: 'cut in the headers', reply: 'HTTP/1.1 200 OK\r\nContent-', failure: 'closed'},
    {what: 'silent', reply: '', afterwards: 'wait', timeoutMs: 50, failure: 'timeout'},
  ])('$what: $failure', async ({reply, failure, ...rest}) => {
    expect((await exchange(reply, rest)).answer).toMatchObject({kind: 'failed', failure})
  })
})

describe('readBody', () => {
  it.each([
    {
      what: 'more than asked for',
      reply: 'HTTP/1.1 200 OK\r\n\r\n0123456789',
      max: 4,
      text: '0123',
      end: 'more',
    },
    {
      what: 'shorter than announced',
      reply: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012',
      max: 100,
      text: '012',
      end: 'cut',
    },
    {
      what: 'silent halfway',
      reply: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012',
      max: 100,
      text: '012',
      end: 'silent',
      afterwards: 'wait',
    },
  ])('$what: $end', async ({reply, max, text, end, afterwards = 'end'}) => {
    const {answer} = await exchange(reply, {afterwards})
    expect(
      answer.kind === 'answered' && (await readBody(answer.message, max, {...limits, timeoutMs: 200})),
    ).toEqual({text, end})
  })
})
