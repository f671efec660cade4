import net from 'node:net'
import type {Duplex} from 'node:stream'
import tls, {type ConnectionOptions, type TLSSocket} from 'node:tls'
import {type CertificateFacts, peerChain} from './certificate.ts'
import {readDate} from './http.ts'
import {type TrustStore, trustStore} from './trust.ts'
import {elapsed, errorCode, type Limits, waitFor} from './wait.ts'

/** How a handshake failed. `rejected`: it worked, but the certificate could not be verified. */
export type TlsFailure = 'rejected' | 'protocol' | 'reset' | 'timeout'

export type Secured = {
  readonly kind: 'secured'
  readonly socket: TLSSocket
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version: string
  /** Never empty. */
  readonly chain: readonly CertificateFacts[]
  readonly ms: number
}

export type NotSecured = {
  readonly kind: 'failed'
  readonly failure: TlsFailure
  /** OpenSSL's verification error, Node's error code, or the system's. */
  readonly errno: string
  /** What the server sent; empty when it was not seen. */
  readonly chain: readonly CertificateFacts[]
  /** The server's clock, milliseconds since epoch; asked for only where a certificate is outside its validity. */
  readonly serverDate: number | null
  readonly ms: number
}

export type TlsRequest = {
  /** Name for SNI, and for which the certificate must be made out. */
  readonly host: string
  readonly caBundle: string | null
  /** A further connection to the same server; null when it cannot be had. */
  readonly reconnect: () => Promise<Duplex | null>
}

type Handshake =
  | {readonly socket: TLSSocket; readonly error: null}
  | {readonly socket: null; readonly error: string}

/**
 * TLS 1.2 or later over a connected socket, with the certificate's chain and name verified. A chain that the usual
 * roots do not verify is tried once more with the operating system's roots. When verification fails, a connection of
 * its own fetches the chain that explains why.
 *
 * @throws the signal's reason when the run is cancelled, and UserError for an unusable CA bundle.
 */
export async function secure(
  socket: Duplex,
  request: TlsRequest,
  limits: Limits,
): Promise<Secured | NotSecured> {
  const startedAt = performance.now()
  let unused: Duplex | null = socket
  const connection = async () => {
    const next = unused ?? (await request.reconnect())
    unused = null
    return next
  }
  let errno = 'ECONNRESET'
  for (const store of TRUST_STORES) {
    const plain = await connection()
    if (!plain) break
    const {socket: secured, error} = await handshake(plain, request, store, limits)
    if (secured) {
      const version = secured.getProtocol() ?? 'unknown'
      return {kind: 'secured', socket: secured, version, chain: peerChain(secured), ms: elapsed(startedAt)}
    }
    errno = error
    if (!LACKS_ROOT.has(errno)) break
  }
  const failure = handshakeFailure(errno)
  const plain = failure === 'rejected' ? await connection() : null
  const seen = plain ? await inspect(plain, request, OUT_OF_DATE.has(errno), limits) : UNSEEN
  return {kind: 'failed', failure, errno, ...seen, ms: elapsed(startedAt)}
}

/** In the order in which they are tried. */
const TRUST_STORES: readonly TrustStore[] = ['usual', 'whole']

/**
 * One handshake with full verification; the connection is destroyed when it fails.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function handshake(
  connection: Duplex,
  {host, caBundle}: Pick<TlsRequest, 'host' | 'caBundle'>,
  store: TrustStore,
  limits: Limits,
): Promise<Handshake> {
  const secureContext = await trustStore(store, caBundle)
  return await negotiate(connection, {...peerName(host), secureContext}, limits)
}

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

const UNSEEN = {chain: [], serverDate: null}

/**
 * Looks at a chain that has just failed verification. Verification is off in this connection, which nothing but an
 * empty request for the server's date is ever sent over, and nothing that comes back is trusted.
 */
async function inspect(
  connection: Duplex,
  {host, caBundle}: TlsRequest,
  asksDate: boolean,
  limits: Limits,
): Promise<{chain: readonly CertificateFacts[]; serverDate: number | null}> {
  const secureContext = await trustStore('whole', caBundle)
  const unverified = {...peerName(host), secureContext, rejectUnauthorized: false}
  const {socket} = await negotiate(connection, unverified, limits)
  if (!socket) return UNSEEN
  try {
    return {chain: peerChain(socket), serverDate: asksDate ? await readDate(socket, host, limits) : null}
  } finally {
    socket.destroy()
  }
}

const LACKS_ROOT = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
])

const OUT_OF_DATE = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

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
