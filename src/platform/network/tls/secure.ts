import type {Duplex} from 'node:stream'
import type {TLSSocket} from 'node:tls'
import {leftOutVariables} from '../../process/environment.ts'
import {elapsed, type Limits} from '../wait.ts'
import {type CertificateFacts, peerChain} from './certificate.ts'
import {handshake, handshakeFailure, inspect, type Peer, type TlsFailure, UNSEEN} from './handshake.ts'
import {allRoots, ownRoots, type Trust} from './roots.ts'

/** What a certificate was verified against. */
export type TrustFacts = {
  /** Where the roots come from, for people. */
  readonly roots: readonly string[]
  /**
   * Whether this host's other programs trust the chain as well. `missing`: they have no roots at all. Null where that
   * was not examined.
   */
  readonly own: 'trust' | 'lack' | 'missing' | null
  /** The CA bundle, where the root is in it alone. */
  readonly caBundleOnly: string | null
  /** Environment variables with roots, or against verification, that were left out. */
  readonly leftOut: readonly string[]
}

export type Secured = {
  readonly kind: 'secured'
  readonly socket: TLSSocket
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version: string
  /** Never empty. */
  readonly chain: readonly CertificateFacts[]
  readonly trust: TrustFacts
  readonly ms: number
}

export type NotSecured = {
  readonly kind: 'failed'
  readonly failure: TlsFailure
  /** OpenSSL's verification error, Node's error code, or the system's. */
  readonly errno: string
  /** What the server sent; empty when it was not seen. */
  readonly chain: readonly CertificateFacts[]
  readonly trust: TrustFacts
  /** The server's clock, milliseconds since epoch; asked for only where a certificate is outside its validity. */
  readonly serverDate: number | null
  readonly ms: number
}

export type TlsRequest = Peer & {
  /** A further connection to the same server; null when it cannot be had. */
  readonly reconnect: () => Promise<Duplex | null>
}

/**
 * TLS 1.2 or later over a connected socket, with the certificate's chain and name verified. A chain that this host's own
 * roots do not verify is tried once more with those of Node.js. When verification fails, a connection of its own fetches
 * the chain that explains why.
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
  let last: Trust | null = null
  for (const roots of [ownRoots, allRoots]) {
    const trust = await roots(request.caBundle)
    if (trust === null) continue
    const plain = await connection()
    if (!plain) break
    last = trust
    const {socket: secured, error} = await handshake(plain, request, trust, limits)
    if (secured) {
      const version = secured.getProtocol() ?? 'unknown'
      const chain = peerChain(secured)
      const facts = trustFacts(trust, {byOwn: roots === ownRoots, chain})
      return {kind: 'secured', socket: secured, version, chain, trust: facts, ms: elapsed(startedAt)}
    }
    errno = error
    if (!LACKS_ROOT.has(errno)) break
  }
  const failure = handshakeFailure(errno)
  const plain = failure === 'rejected' ? await connection() : null
  const seen = plain ? await inspect(plain, request, OUT_OF_DATE.has(errno), limits) : UNSEEN
  const {chain, serverDate} = seen
  return {
    kind: 'failed',
    failure,
    errno,
    chain,
    trust: trustFacts(last, null),
    serverDate,
    ms: elapsed(startedAt),
  }
}

/** Those that a reader of the finding may have counted on, or suspect. */
const ABOUT_TRUST = new Set([
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_USE_SYSTEM_CA',
  'OPENSSL_CONF',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
])

function trustFacts(
  trust: Trust | null,
  verified: {readonly byOwn: boolean; readonly chain: readonly CertificateFacts[]} | null,
): TrustFacts {
  const root = verified?.chain.at(-1)?.fingerprint ?? ''
  const caBundleOnly = trust?.caBundle?.only.has(root) ? trust.caBundle.file : null
  const trusting = verified?.byOwn && caBundleOnly === null ? 'trust' : 'lack'
  return {
    roots: trust?.roots ?? [],
    own: trust?.hasOwn === false ? 'missing' : trust?.hasOwn && verified ? trusting : null,
    caBundleOnly,
    leftOut: leftOutVariables(process.env).filter(name => ABOUT_TRUST.has(name)),
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
