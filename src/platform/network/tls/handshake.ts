import net from 'node:net'
import type {Duplex} from 'node:stream'
import type {ConnectionOptions, TLSSocket} from 'node:tls'
import tls from 'node:tls'
import {readDate} from '../http.ts'
import {errorCode, type Limits, waitFor} from '../wait.ts'
import {type CertificateFacts, peerChain} from './certificate.ts'
import {allRoots, type Trust} from './roots.ts'

/** How a handshake failed. `rejected`: it worked, but the certificate could not be verified. */
export type TlsFailure = 'rejected' | 'protocol' | 'reset' | 'timeout'

export type Handshake =
  | {readonly socket: TLSSocket; readonly error: null}
  | {readonly socket: null; readonly error: string}

/** Whom a certificate must be made out to, and the PEM file with further roots. */
export type Peer = {readonly host: string; readonly caBundle: string | null}

/**
 * One handshake with full verification; the connection is destroyed when it fails.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function handshake(
  connection: Duplex,
  {host}: Peer,
  trust: Trust,
  limits: Limits,
): Promise<Handshake> {
  // Stated, since Node.js would otherwise ask NODE_TLS_REJECT_UNAUTHORIZED.
  const options = {...peerName(host), secureContext: trust.context, rejectUnauthorized: true}
  return await negotiate(connection, options, limits)
}

/** A handshake as the options say; only `handshake` and the inspection of a bad certificate choose them. */
async function negotiate(connection: Duplex, options: ConnectionOptions, limits: Limits): Promise<Handshake> {
  const socket = tls.connect({...options, socket: connection})
  socket.once('close', () => connection.destroy())
  let done = false
  try {
    const result = await waitFor<Handshake>(
      limits,
      () => ({socket: null, error: 'ETIMEDOUT'}),
      settle => {
        socket.once('secureConnect', () => settle({socket, error: null}))
        // Both listeners stay: what happens to the socket later is the next layer's to notice, not a crash.
        socket.on('error', error => settle({socket: null, error: errorCode(error)}))
        socket.once('close', () => settle({socket: null, error: 'ECONNRESET'}))
        return () => undefined
      },
    )
    done = result.socket !== null
    return result
  } finally {
    if (!done) socket.destroy()
  }
}

/** SNI carries names only (RFC 6066 section 3). */
function peerName(host: string): {host: string; servername: string} {
  return {host, servername: net.isIP(host) ? '' : host}
}

/**
 * What a handshake's error code stands for: the system's are one word (`ECONNRESET`), Node's and OpenSSL's protocol
 * errors begin with `ERR_`, and verification errors carry OpenSSL's X.509 names (`CERT_HAS_EXPIRED`).
 * Codes: https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
export function handshakeFailure(errno: string): TlsFailure {
  if (errno === 'ETIMEDOUT') return 'timeout'
  if (errno === 'EPROTO') return 'protocol'
  if (/^E[A-Z]+$/.test(errno)) return 'reset'
  if (errno.startsWith('ERR_TLS_CERT_')) return 'rejected'
  return errno.startsWith('ERR_') ? 'protocol' : 'rejected'
}

export type Inspection = {
  /** `TLSv1.2` or `TLSv1.3`; null where no handshake came about. */
  readonly version: string | null
  readonly chain: readonly CertificateFacts[]
  /** The server's clock, milliseconds since epoch; null unless asked for and told. */
  readonly serverDate: number | null
}

export const UNSEEN: Inspection = {version: null, chain: [], serverDate: null}

/**
 * Looks at the certificate of a server whose verification has failed, or cannot be done here. Verification is off in
 * this connection: nothing but an empty request for the server's date is ever sent over it, nothing that comes back
 * is trusted, and it is destroyed afterwards.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function inspect(
  connection: Duplex,
  {host, caBundle}: Peer,
  asksDate: boolean,
  limits: Limits,
): Promise<Inspection> {
  const {context} = await allRoots(caBundle)
  const unverified = {...peerName(host), secureContext: context, rejectUnauthorized: false}
  const {socket} = await negotiate(connection, unverified, limits)
  if (!socket) return UNSEEN
  try {
    const facts = {version: socket.getProtocol(), chain: peerChain(socket)}
    return {...facts, serverDate: asksDate ? await readDate(socket, host, limits) : null}
  } finally {
    socket.destroy()
  }
}
