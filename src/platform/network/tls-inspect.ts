import type {Duplex} from 'node:stream'
import {type CertificateFacts, peerChain} from './certificate.ts'
import {readDate} from './http.ts'
import {negotiate, type Peer, peerName} from './tls-handshake.ts'
import {allRoots} from './trust.ts'
import type {Limits} from './wait.ts'

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
