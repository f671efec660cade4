import type net from 'node:net'
import tls from 'node:tls'

/** What is sent first: a TLS ClientHello, or a line of HTTP where the far end is a proxy. */
export type Greeting = 'tls' | 'http'

/** Sends the greeting over an open connection. @returns what tells of the answer */
export function greet(socket: net.Socket, greeting: Greeting): net.Socket {
  return greeting === 'tls' ? startTls(socket) : startHttp(socket)
}

/** Verification is off: nothing is sent over the connection but the handshake, and nothing that comes back is used. */
function startTls(socket: net.Socket): net.Socket {
  return tls.connect({socket, rejectUnauthorized: false})
}

function startHttp(socket: net.Socket): net.Socket {
  socket.write('OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  return socket
}
