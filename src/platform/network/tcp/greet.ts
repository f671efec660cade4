import net from 'node:net'
import tls from 'node:tls'

/**
 * What is sent first: a TLS ClientHello, or a line of HTTP where the far end is a proxy; with the name of the host that
 * is meant, where packets may be told apart by it (SNI, RFC 6066 section 3; CONNECT).
 */
export type Greeting = 'tls' | 'http' | {readonly by: 'tls' | 'http'; readonly host: string}

/** Sends the greeting over an open connection. @returns what shows the answer */
export function greet(socket: net.Socket, greeting: Greeting): net.Socket {
  const {by, host} = typeof greeting === 'string' ? {by: greeting, host: null} : greeting
  return by === 'tls' ? startTls(socket, host) : startHttp(socket, host)
}

/** Verification is off: nothing is sent over the connection but the handshake, and nothing that comes back is used. */
function startTls(socket: net.Socket, host: string | null): net.Socket {
  const name = host === null || net.isIP(host) !== 0 ? {} : {servername: host}
  return tls.connect({socket, rejectUnauthorized: false, ...name})
}

function startHttp(socket: net.Socket, host: string | null): net.Socket {
  const [request, named] = host === null ? ['OPTIONS *', 'localhost'] : [`CONNECT ${host}:443`, `${host}:443`]
  socket.write(`${request} HTTP/1.1\r\nHost: ${named}\r\nConnection: close\r\n\r\n`)
  return socket
}
