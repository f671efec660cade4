import http from 'node:http'
import type {Duplex} from 'node:stream'
import {hostPort} from '../../../lib/host-port.ts'
import {handshake, handshakeFailure} from '../tls/handshake.ts'
import {allRoots} from '../tls/roots.ts'
import {elapsed, errorCode, type Limits, waitFor} from '../wait.ts'
import type {ProxyAddress} from './address.ts'

/** `unreachable`: no connection, no answer, or none in HTTP. `upstream`: the proxy cannot reach the target. */
export type ProxyFailure = 'unreachable' | 'auth-required' | 'denied' | 'upstream'

export type Tunnel = {
  readonly kind: 'tunnel'
  readonly socket: Duplex
  /** Whether the connection to the proxy itself is encrypted. */
  readonly encrypted: boolean
  readonly ms: number
}

export type NoTunnel = {
  readonly kind: 'failed'
  readonly failure: ProxyFailure
  /** The proxy's answer to CONNECT; null without one. */
  readonly status: number | null
  readonly errno: string | null
  readonly ms: number
}

export type TunnelRequest = {
  readonly proxy: ProxyAddress
  readonly host: string
  readonly port: number
  readonly caBundle: string | null
  /** A further connection to the proxy; null when it cannot be had. */
  readonly reconnect: () => Promise<Duplex | null>
}

/**
 * Asks a proxy for a tunnel to a host (CONNECT, RFC 9110 section 9.3.6). AWS writes `https://PROXY:PORT/` for proxies
 * that speak plain CONNECT, so for an `https://` proxy TLS is tried first, then plain. A proxy whose certificate
 * cannot be verified gets no credentials, and counts as unreachable.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function openTunnel(
  connection: Duplex,
  request: TunnelRequest,
  limits: Limits,
): Promise<Tunnel | NoTunnel> {
  const startedAt = performance.now()
  const failed = (failure: ProxyFailure, status: number | null, errno: string | null): NoTunnel => ({
    kind: 'failed',
    failure,
    status,
    errno,
    ms: elapsed(startedAt),
  })
  let toProxy: Duplex | null = connection
  let encrypted = false
  if (request.proxy.secure) {
    const peer = {host: request.proxy.host, caBundle: request.caBundle}
    // Half the time: a proxy that speaks plain HTTP may wait in silence for the rest of a request line.
    const patience = {...limits, timeoutMs: limits.timeoutMs / 2}
    const {socket, error} = await handshake(connection, peer, await allRoots(request.caBundle), patience)
    if (error !== null && handshakeFailure(error) === 'rejected') return failed('unreachable', null, error)
    encrypted = socket !== null
    toProxy = socket ?? (await request.reconnect())
  }
  if (!toProxy) return failed('unreachable', null, 'ECONNREFUSED')
  const answer = await askForTunnel(toProxy, request, limits)
  if (answer.errno !== null) return failed('unreachable', null, answer.errno)
  const failure = tunnelFailure(answer.status)
  if (failure === null) return {kind: 'tunnel', socket: answer.socket, encrypted, ms: elapsed(startedAt)}
  answer.socket.destroy()
  return failed(failure, answer.status, null)
}

type Answer =
  | {readonly errno: null; readonly status: number; readonly socket: Duplex}
  | {readonly errno: string; readonly status: null; readonly socket: null}

async function askForTunnel(connection: Duplex, request: TunnelRequest, limits: Limits): Promise<Answer> {
  const target = hostPort(request.host, request.port)
  const {authorization} = request.proxy
  const connect = http.request({
    createConnection: () => connection,
    method: 'CONNECT',
    path: target,
    setHost: false,
    headers: {
      Host: target,
      'User-Agent': 'drs-onboard',
      ...(authorization === null ? {} : {'Proxy-Authorization': authorization}),
    },
  })
  const noAnswer = (errno: string): Answer => ({errno, status: null, socket: null})
  let answered = false
  try {
    const answer = await waitFor<Answer>(
      limits,
      () => noAnswer('ETIMEDOUT'),
      settle => {
        connect.once('connect', ({statusCode = 0}, socket, firstBytes) => {
          if (firstBytes.length > 0) socket.unshift(firstBytes)
          settle({errno: null, status: statusCode, socket})
        })
        connect.on('error', error => settle(noAnswer(errorCode(error))))
        connect.end()
        return () => undefined
      },
    )
    answered = answer.errno === null
    return answer
  } finally {
    if (!answered) connection.destroy()
  }
}

/** What the status of an answer to CONNECT means; null for a tunnel. Some proxies ask for credentials with 401. */
function tunnelFailure(status: number): ProxyFailure | null {
  if (status >= 200 && status < 300) return null
  if (status === 401 || status === 407) return 'auth-required'
  return status >= 500 ? 'upstream' : 'denied'
}
