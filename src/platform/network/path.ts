import type {Duplex} from 'node:stream'
import type {LayerName} from '../../contract/evidence.ts'
import type {Address} from './address.ts'
import {type HttpAnswer, type NoResponse, readBody, sendRequest} from './http.ts'
import type {ProxyAddress} from './proxy/address.ts'
import {type NoTunnel, openTunnel, type Tunnel} from './proxy/tunnel.ts'
import {type Connected, connectFirst, type NotConnected} from './tcp/connect.ts'
import {type NotSecured, type Secured, secure} from './tls/secure.ts'
import type {Limits} from './wait.ts'

export type PathRequest = Limits & {
  /** The server's name: for CONNECT, SNI, the certificate and `Host`. */
  readonly host: string
  readonly port: number
  readonly proxy: ProxyAddress | null
  /** Where to connect to: the proxy's addresses if there is one, else the server's. */
  readonly addresses: readonly Address[]
  readonly caBundle: string | null
  readonly onLayer: (layer: LayerName) => void
}

/** What each layer answered, up to the first that broke; null for layers that were not reached or are not there. */
export type PathFacts = {
  readonly tcp: Connected | NotConnected
  readonly proxy: Tunnel | NoTunnel | null
  readonly tls: Secured | NotSecured | null
}

/**
 * Opens the path to a server layer by layer: TCP, the proxy's tunnel, verified TLS. Stops at the first that breaks.
 * The caller owns the connection of a path whose TLS is `secured`.
 *
 * @throws the signal's reason when the run is cancelled, and UserError for an unusable CA bundle.
 */
export async function openPath(request: PathRequest): Promise<PathFacts> {
  const {timeoutMs, signal, proxy, port} = request
  const limits = {timeoutMs, signal}
  request.onLayer('tcp')
  const tcp = await connectFirst(request.addresses, proxy?.port ?? port, limits)
  if (tcp.kind === 'failed') return {tcp, proxy: null, tls: null}

  try {
    return {tcp, ...(await openAbove(tcp.socket, request, limits))}
  } catch (error) {
    tcp.socket.destroy()
    throw error
  }
}

async function openAbove(
  connection: Duplex,
  {host, port, proxy, addresses, caBundle, onLayer}: PathRequest,
  limits: Limits,
): Promise<Omit<PathFacts, 'tcp'>> {
  const connectAgain = async (): Promise<Duplex | null> => {
    const again = await connectFirst(addresses, proxy?.port ?? port, limits)
    return again.kind === 'connected' ? again.socket : null
  }
  if (!proxy) {
    onLayer('tls')
    return {proxy: null, tls: await secure(connection, {host, caBundle, reconnect: connectAgain}, limits)}
  }
  const tunnel = {proxy, host, port, caBundle, reconnect: connectAgain}
  onLayer('proxy')
  const through = await openTunnel(connection, tunnel, limits)
  if (through.kind === 'failed') return {proxy: through, tls: null}
  const tunnelAgain = async (): Promise<Duplex | null> => {
    const plain = await connectAgain()
    const again = plain && (await openTunnel(plain, tunnel, limits))
    return again?.kind === 'tunnel' ? again.socket : null
  }
  onLayer('tls')
  return {proxy: through, tls: await secure(through.socket, {host, caBundle, reconnect: tunnelAgain}, limits)}
}

export type Exchange = PathFacts & {readonly http: HttpAnswer | NoResponse | null}

/** Opens the path, and sends one GET whose answer's first `maxBytes` are read. The connection is closed afterwards. */
export async function probePath(
  request: PathRequest & {readonly path: string; readonly maxBytes: number},
): Promise<Exchange> {
  const facts = await openPath(request)
  if (facts.tls?.kind !== 'secured') return {...facts, http: null}
  const connection = facts.tls.socket
  try {
    request.onLayer('http')
    const answer = await sendRequest(
      connection,
      {method: 'GET', host: request.host, path: request.path},
      request,
    )
    if (answer.kind === 'failed') return {...facts, http: answer}
    return {...facts, http: {...answer, body: await readBody(answer.message, request.maxBytes, request)}}
  } finally {
    connection.destroy()
  }
}
