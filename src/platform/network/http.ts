import type {IncomingMessage} from 'node:http'
import http from 'node:http'
import type {Duplex} from 'node:stream'
import {elapsed, errorCode, type Limits, waitFor} from './wait.ts'

const MAX_HEADER_BYTES = 32 * 1024

/** Interim answers (RFC 9110, 15.2) before an answer; a server that sends more is not read any further. */
const MAX_INTERIM = 100

type HttpFailure = 'timeout' | 'closed' | 'malformed'

export type Response = {
  readonly kind: 'answered'
  readonly status: number
  /** Names in lower case; of a repeated header, as Node joins them. */
  readonly headers: Readonly<Record<string, string>>
  /** This clock when the headers arrived, milliseconds since epoch. */
  readonly receivedAt: number
  readonly message: IncomingMessage
  readonly ms: number
}

export type NoResponse = {
  readonly kind: 'failed'
  readonly failure: HttpFailure
  readonly errno: string
  readonly ms: number
}

type HttpRequest = {
  readonly method: 'GET' | 'HEAD'
  readonly host: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * One HTTP/1.1 request over a connection that exists already, up to the answer's headers (32 kB at most). Redirects
 * are not followed. The connection serves this request alone; when no answer comes it is destroyed.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function sendRequest(
  connection: Duplex,
  {method, host, path, headers = {}}: HttpRequest,
  limits: Limits,
): Promise<Response | NoResponse> {
  const startedAt = performance.now()
  const request = http.request({
    createConnection: () => connection,
    method,
    path,
    setHost: false,
    headers: {
      Host: host,
      'User-Agent': 'drs-onboard',
      Accept: '*/*',
      'Accept-Encoding': 'identity',
      ...headers,
    },
    maxHeaderSize: MAX_HEADER_BYTES,
  })
  let interim = 0
  request.on('information', () => {
    interim += 1
    if (interim === MAX_INTERIM) connection.pause()
  })
  let answered = false
  try {
    const result = await waitFor<IncomingMessage | string>(
      limits,
      () => 'ETIMEDOUT',
      settle => {
        request.once('response', settle)
        // The listener stays: a connection that breaks later is noticed by the reader of the body.
        request.on('error', error => settle(errorCode(error)))
        request.end()
        return () => undefined
      },
    )
    if (typeof result === 'string') {
      return {kind: 'failed', failure: requestFailure(result), errno: result, ms: elapsed(startedAt)}
    }
    answered = true
    return {
      kind: 'answered',
      status: result.statusCode ?? 0,
      headers: plainHeaders(result),
      receivedAt: Date.now(),
      message: result,
      ms: elapsed(startedAt),
    }
  } finally {
    if (!answered) request.destroy()
  }
}

/** llhttp's parser errors are HPE_*; without a status line there is nothing to parse. */
function requestFailure(errno: string): HttpFailure {
  if (errno === 'ETIMEDOUT') return 'timeout'
  return errno.startsWith('HPE_') ? 'malformed' : 'closed'
}

function plainHeaders({headers}: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

export type Body = {
  readonly text: string
  /** `cut`: the connection broke before the announced end. `more`: longer than what was read. `silent`: timed out. */
  readonly end: 'whole' | 'cut' | 'more' | 'silent'
}

export type HttpAnswer = Response & {readonly body: Body}

/**
 * The first `maxBytes` of a body. The connection is destroyed afterwards.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function readBody(message: IncomingMessage, maxBytes: number, limits: Limits): Promise<Body> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    const end = await waitFor<Body['end']>(
      limits,
      () => 'silent',
      settle => {
        message.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          bytes += chunk.length
          if (bytes > maxBytes) settle('more')
        })
        message.once('end', () => settle('whole'))
        message.on('error', () => settle('cut'))
        message.once('close', () => settle('cut'))
        return () => undefined
      },
    )
    return {text: Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8'), end}
  } finally {
    message.destroy()
  }
}

/** Asks a server for nothing but its clock. */
export async function readDate(connection: Duplex, host: string, limits: Limits): Promise<number | null> {
  const answer = await sendRequest(connection, {method: 'HEAD', host, path: '/'}, limits)
  if (answer.kind === 'failed') return null
  answer.message.destroy()
  return serverDate(answer.headers)
}

/** A server's clock by its `Date` header, milliseconds since epoch; null without a readable one (RFC 9110 5.6.7). */
export function serverDate(headers: Readonly<Record<string, string>>): number | null {
  const time = Date.parse(headers.date ?? '')
  return Number.isNaN(time) ? null : time
}
