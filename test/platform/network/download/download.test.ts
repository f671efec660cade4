import {createHash, randomBytes} from 'node:crypto'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {download} from '../../../../src/platform/network/download/download.ts'
import type {DownloadRequest} from '../../../../src/platform/network/download/sink.ts'
import {type Authority, Certificates, type KeyPair} from '../support/certificates.ts'
import {Servers} from '../support/servers.ts'

const HOST = 'bucket.s3.eu-central-1.amazonaws.com'
const BODY = randomBytes(300_000)
const sha512 = (data: Buffer) => createHash('sha512').update(data).digest('hex')

const servers = new Servers()
let certificates: Certificates
let authority: Authority
let pair: KeyPair

beforeAll(() => {
  certificates = new Certificates()
  authority = certificates.authority('Amazon', 'Amazon Root CA 1')
  pair = certificates.leaf(authority, {names: [HOST]})
})
afterAll(() => certificates.remove())
afterEach(() => servers.close())

type Handler = (request: IncomingMessage, response: ServerResponse, connection: number) => void

/** Downloads from a server whose handler knows how many requests came before. */
async function downloadFrom(handler: Handler, more: Partial<DownloadRequest> = {}) {
  let connections = 0
  const port = await servers.https(pair, (request, response) => handler(request, response, connections++))
  const written: Buffer[] = []
  const outcome = await download({
    host: HOST,
    port,
    path: '/installer',
    proxy: null,
    addresses: [{address: '127.0.0.1', family: 4}],
    caBundle: authority.certFile,
    timeoutMs: 2_000,
    signal: new AbortController().signal,
    onLayer: () => undefined,
    isObject: ({status}) => status === 200 || status === 206,
    onBytes: () => undefined,
    maxBytes: 10_000_000,
    file: {
      requireRoom: async () => undefined,
      write: async chunk => void written.push(Buffer.from(chunk)),
      restart: async () => void written.splice(0),
      keep: async () => '',
      discard: async () => undefined,
    },
    ...more,
  })
  return {outcome, written: Buffer.concat(written)}
}

const WHOLE = {'Content-Length': BODY.length, ETag: '"v1"'}

/** Sends the first bytes and breaks the connection once they are out. */
function cutAfter(response: ServerResponse, bytes: number, headers: Record<string, string | number> = WHOLE) {
  response.writeHead(200, headers)
  response.write(BODY.subarray(0, bytes), () => response.destroy())
}

it('digests and hands on every byte, and reports the last', async () => {
  const reports: (number | null)[][] = []
  const {outcome, written} = await downloadFrom(
    (_request, response) => response.writeHead(200, WHOLE).end(BODY),
    {
      onBytes: (received, total) => reports.push([received, total]),
    },
  )
  expect(outcome).toMatchObject({end: 'whole', received: BODY.length, total: BODY.length, connections: 1})
  expect(outcome.sha512).toBe(sha512(BODY))
  expect(written.equals(BODY)).toBe(true)
  expect(reports.at(-1)).toEqual([BODY.length, BODY.length])
})

it('goes on where a cut connection left off', async () => {
  const ranges: (string | undefined)[] = []
  const {outcome, written} = await downloadFrom((request, response, connection) => {
    ranges.push(request.headers.range)
    if (connection === 0) return cutAfter(response, 100_000)
    expect(request.headers['if-range']).toBe('"v1"')
    const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0])
    const range = `bytes ${from}-${BODY.length - 1}/${BODY.length}`
    response
      .writeHead(206, {'Content-Range': range, 'Content-Length': BODY.length - from})
      .end(BODY.subarray(from))
  })
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)])
  expect(outcome).toMatchObject({end: 'whole', received: BODY.length, connections: 2, sha512: sha512(BODY)})
  expect(written.equals(BODY)).toBe(true)
})

it('begins again where the object has changed in between', async () => {
  const {outcome, written} = await downloadFrom((_request, response, connection) =>
    connection === 0 ? cutAfter(response, 100_000) : response.writeHead(200, WHOLE).end(BODY),
  )
  expect(outcome).toMatchObject({end: 'whole', received: BODY.length, sha512: sha512(BODY)})
  expect(written.equals(BODY)).toBe(true)
})

it('asks for no range without a strong validator', async () => {
  const ranges: (string | undefined)[] = []
  const headers = {'Content-Length': BODY.length, ETag: 'W/"v1"'}
  const {outcome} = await downloadFrom((request, response, connection) => {
    ranges.push(request.headers.range)
    return connection === 0
      ? cutAfter(response, 100_000, headers)
      : response.writeHead(200, headers).end(BODY)
  })
  expect(ranges).toEqual([undefined, undefined])
  expect(outcome.sha512).toBe(sha512(BODY))
})

it('goes on three times at most, for as long as each connection brings more', async () => {
  const {outcome} = await downloadFrom((request, response, connection) => {
    if (connection === 0) return cutAfter(response, 50_000)
    const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0])
    response.writeHead(206, {
      'Content-Range': `bytes ${from}-${BODY.length - 1}/${BODY.length}`,
      'Content-Length': BODY.length - from,
    })
    response.write(BODY.subarray(from, from + 1_000), () => response.destroy())
  })
  expect(outcome).toMatchObject({end: 'cut', total: BODY.length, connections: 4})
})

it('is cut when the connection breaks again', async () => {
  const {outcome} = await downloadFrom((_request, response) => cutAfter(response, 100_000))
  expect(outcome).toMatchObject({end: 'cut', total: BODY.length, connections: 2})
})

it('is cut when the second connection brings nothing', async () => {
  const {outcome} = await downloadFrom((_request, response, connection) =>
    connection === 0 ? cutAfter(response, 100_000) : response.writeHead(503).end(),
  )
  expect(outcome).toMatchObject({end: 'cut', http: {status: 200}, connections: 2})
})

it('takes no range that it did not ask for', async () => {
  const {outcome} = await downloadFrom((_request, response) =>
    response.writeHead(206, {'Content-Range': `bytes 5-9/${BODY.length}`}).end('12345'),
  )
  expect(outcome).toMatchObject({end: 'none', received: 0})
})

it('is stalled when nothing comes for the time limit, however much came before', async () => {
  const {outcome} = await downloadFrom(
    (_request, response) => {
      response.writeHead(200, WHOLE)
      response.write(BODY.subarray(0, 1_000))
    },
    {timeoutMs: 300},
  )
  expect(outcome).toMatchObject({end: 'stalled', received: 1_000, connections: 1})
})

/** Sends a piece again and again, for as long as somebody is there. */
function keepSending(response: ServerResponse, piece: Buffer, everyMs: number) {
  const timer = setInterval(() => response.write(piece), everyMs)
  response.once('close', () => clearInterval(timer))
}

describe('a download that gets nowhere is given up:', () => {
  it.each([
    ['a byte now and then', {'Content-Length': 10 ** 6}, Buffer.from('.')],
    ['a byte now and then, without an announced end', {}, Buffer.from('.')],
    ['half of what it takes', {'Content-Length': 10 ** 6}, Buffer.alloc(160)],
  ])('%s', async (_name, headers, piece) => {
    const {promise: closed, resolve} = Promise.withResolvers<void>()
    const {outcome} = await downloadFrom(
      (request, response) => {
        request.socket.once('close', () => resolve())
        response.writeHead(200, headers)
        keepSending(response, piece, 20)
      },
      {timeoutMs: 200},
    )
    expect(outcome).toMatchObject({end: 'slow', connections: 1})
    await closed
  })

  it('what is slow and honest comes whole', async () => {
    const {outcome} = await downloadFrom(
      (_request, response) => {
        response.writeHead(200, WHOLE)
        let sent = 0
        const timer = setInterval(() => {
          response.write(BODY.subarray(sent, sent + 5_000))
          sent += 5_000
          if (sent >= BODY.length) {
            clearInterval(timer)
            response.end()
          }
        }, 40)
      },
      {timeoutMs: 200},
    )
    expect(outcome).toMatchObject({end: 'whole', sha512: sha512(BODY)})
  })
})

describe('a download that is too large is given up:', () => {
  it.each([
    ['as announced', {'Content-Length': 10 ** 13}],
    ['as announced, in more digits than a number holds', {'Content-Length': '9007199254740993'}],
  ])('%s, at once', async (_name, headers) => {
    const {outcome, written} = await downloadFrom((_request, response) => {
      response.writeHead(200, headers)
      keepSending(response, BODY, 1)
    })
    expect(outcome).toMatchObject({end: 'too-large', received: 0, connections: 1})
    expect(written).toHaveLength(0)
  })

  it('without an announced end', async () => {
    const {outcome} = await downloadFrom(
      (_request, response) => {
        response.writeHead(200)
        keepSending(response, BODY, 1)
      },
      {maxBytes: 1_000_000},
    )
    expect(outcome).toMatchObject({end: 'too-large', total: null, connections: 1})
    expect(outcome.received).toBeGreaterThan(1_000_000)
  })

  it('over several connections', async () => {
    const {outcome} = await downloadFrom(
      (request, response, connection) => {
        if (connection === 0) return cutAfter(response, 200_000, {...WHOLE, 'Content-Length': 300_000})
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0])
        response.writeHead(206, {'Content-Range': `bytes ${from}-299999/300000`})
        keepSending(response, BODY, 1)
      },
      {maxBytes: 1_000_000},
    )
    expect(outcome).toMatchObject({end: 'too-large', connections: 2})
  })
})

it('asks for room before it takes anything, and fails as the file does', async () => {
  const asked: number[] = []
  const full = new Error('no room')
  const pending = downloadFrom((_request, response) => response.writeHead(200, WHOLE).end(BODY), {
    file: {
      requireRoom: async bytes => {
        asked.push(bytes)
        throw full
      },
      write: () => Promise.reject(new Error('written all the same')),
      restart: async () => undefined,
      keep: async () => '',
      discard: async () => undefined,
    },
  })
  await expect(pending).rejects.toBe(full)
  expect(asked).toEqual([BODY.length])
})

it('keeps the error document of an answer that is not the object', async () => {
  const {outcome, written} = await downloadFrom((_request, response) =>
    response.writeHead(404).end('<Error/>'),
  )
  expect(outcome).toMatchObject({end: 'none', http: {status: 404, body: {text: '<Error/>'}}})
  expect(written).toHaveLength(0)
})

it('rejects with the reason when the run is cancelled halfway, and hangs up', async () => {
  const controller = new AbortController()
  const {promise: closed, resolve} = Promise.withResolvers<void>()
  const pending = downloadFrom(
    (request, response) => {
      request.socket.once('close', () => resolve())
      response.writeHead(200, WHOLE)
      response.write(BODY.subarray(0, 1_000), () => controller.abort(new Error('cancelled')))
    },
    {signal: controller.signal},
  )
  await expect(pending).rejects.toThrow('cancelled')
  await closed
})

it('fails as the file does', async () => {
  const full = new Error('disk full')
  const pending = downloadFrom((_request, response) => response.writeHead(200, WHOLE).end(BODY), {
    file: {
      requireRoom: async () => undefined,
      write: () => Promise.reject(full),
      restart: async () => undefined,
      keep: async () => '',
      discard: async () => undefined,
    },
  })
  await expect(pending).rejects.toBe(full)
})
