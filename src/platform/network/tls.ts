import type {Duplex} from 'node:stream'
import type {TLSSocket} from 'node:tls'
import {type CertificateFacts, peerChain} from './certificate.ts'
import {handshake, handshakeFailure, type Peer, type TlsFailure} from './tls-handshake.ts'
import {inspect, UNSEEN} from './tls-inspect.ts'
import type {TrustStore} from './trust.ts'
import {elapsed, type Limits} from './wait.ts'

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

export type TlsRequest = Peer & {
  /** A further connection to the same server; null when it cannot be had. */
  readonly reconnect: () => Promise<Duplex | null>
}

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
  const {chain, serverDate} = seen
  return {kind: 'failed', failure, errno, chain, serverDate, ms: elapsed(startedAt)}
}

/** In the order in which they are tried. */
const TRUST_STORES: readonly TrustStore[] = ['usual', 'whole']

const LACKS_ROOT = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
])

const OUT_OF_DATE = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])
