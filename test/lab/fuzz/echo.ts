import {execFileSync} from 'node:child_process'
import dgram from 'node:dgram'
import {writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {PORTS} from './world.ts'

/**
 * Echoes on every port of the world, over TCP and, from each of `addresses`, over UDP: a datagram has to come back
 * from the address it was sent to, whichever address the route back prefers.
 */
export async function serveEcho(addresses: readonly string[]): Promise<void> {
  // They are added later.
  for (const version of ['ipv4', 'ipv6']) writeFileSync(`/proc/sys/net/${version}/ip_nonlocal_bind`, '1')
  await Promise.all(
    PORTS.flatMap(port => [echoStreams(port), ...addresses.map(address => echoDatagrams(address, port))]),
  )
}

function echoDatagrams(address: string, port: number): Promise<void> {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket
    .on('error', reject)
    // What rules reject is no concern of the echo's.
    .on('message', (message, from) => socket.send(message, from.port, from.address, () => undefined))
    .bind(port, address, resolve)
  return promise
}

function echoStreams(port: number): Promise<void> {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  createServer(socket => {
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
    .on('error', reject)
    .listen({port, host: '::', backlog: 1024}, resolve)
  return promise
}

if (process.argv[1] === import.meta.filename) {
  // Without any route, Linux takes every address for a broadcast address, which no socket sends from.
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  await serveEcho(process.argv.slice(2))
  process.stdout.write('ready\n')
  process.stdin.on('end', () => process.exit()).resume()
}
