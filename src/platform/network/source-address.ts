import dgram from 'node:dgram'
import type {Address} from './address.ts'

/**
 * The local address that a packet to `to` would carry, by the routing table alone: a connected UDP socket sends
 * nothing (udp(7)). Null where this host has no way to send one.
 */
export function sourceAddress(to: Address): Promise<string | null> {
  const socket = dgram.createSocket(to.family === 6 ? 'udp6' : 'udp4')
  return new Promise<string | null>(resolve => {
    socket.once('error', () => resolve(null))
    socket.connect(443, to.address, (error?: Error | null) =>
      resolve(error ? null : socket.address().address),
    )
  }).finally(() => socket.close())
}
