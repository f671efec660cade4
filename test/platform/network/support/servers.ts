import http, {type RequestListener} from 'node:http'
import https from 'node:https'
import net, {type AddressInfo, type Server, type Socket} from 'node:net'
import type {KeyPair} from './certificates.ts'

/** Servers on loopback for one test; `close` ends them with every connection they have. */
export class Servers {
  readonly #close: (() => Promise<void>)[] = []

  /** A TCP server; returns its port. */
  async tcp(onConnection: (socket: Socket) => void): Promise<number> {
    return await this.#listen(net.createServer(onConnection))
  }

  async https(
    pair: KeyPair & {minVersion?: 'TLSv1'; maxVersion?: 'TLSv1.1' | 'TLSv1.2'},
    listener: RequestListener,
  ) {
    const legacy = pair.maxVersion === 'TLSv1.1' ? {ciphers: 'DEFAULT:@SECLEVEL=0'} : {}
    return await this.#listen(https.createServer({...pair, ...legacy}, listener))
  }

  /**
   * An HTTP proxy that leads every CONNECT to a port on loopback, by host name, and answers 502 for other names.
   * `gate` may answer with another status instead.
   */
  async proxy(
    portOf: (host: string) => number | undefined,
    gate: (request: http.IncomingMessage) => number = () => 200,
    pair?: KeyPair,
  ): Promise<number> {
    const server = pair ? https.createServer(pair) : http.createServer()
    server.on('connect', (request: http.IncomingMessage, client: Socket) => {
      const port = portOf((request.url ?? '').replace(/:443$/, ''))
      const status = gate(request)
      client.on('error', () => client.destroy())
      if (status !== 200 || port === undefined) {
        client.end(`HTTP/1.1 ${status === 200 ? 502 : status} No\r\nContent-Length: 0\r\n\r\n`)
        return
      }
      const upstream = net.connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        upstream.pipe(client).pipe(upstream)
      })
      upstream.on('error', () => client.destroy())
      client.on('close', () => upstream.destroy())
    })
    return await this.#listen(server)
  }

  async close(): Promise<void> {
    await Promise.all(this.#close.splice(0).map(close => close()))
  }

  async #listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>()
    server.on('connection', socket => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => sockets.delete(socket))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    this.#close.push(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    })
    return (server.address() as AddressInfo).port
  }
}

/** A port of loopback on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
