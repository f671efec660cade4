import type net from 'node:net'
import tls from 'node:tls'
import {runCommand} from '../command.ts'
import type {Address} from './address.ts'
import type {Refusal} from './refusal.ts'
import {connectFirst} from './tcp.ts'
import {type Limits, waitFor} from './wait.ts'

/** What came of an attempt to get one byte to an address, and one back. */
export type Exchange =
  /** A byte came back, the far end closed in order, or it acknowledged ours. */
  | {readonly kind: 'answered'}
  /** Refused; by the far end (an RST), by a firewall (ICMP), or null where that cannot be told. */
  | {readonly kind: 'refused'; readonly by: Refusal | null}
  /** Connected, then reset. */
  | {readonly kind: 'reset'}
  /** Nothing came back. `leaves`: whether the SYN got out of this host; null where that cannot be told. */
  | {readonly kind: 'silent'; readonly leaves: boolean | null}
  /** Connected, but what was sent was never acknowledged. */
  | {readonly kind: 'stalled'}
  /** An ICMP error came back. */
  | {readonly kind: 'unreachable'}
  /** The operating system forbids it at once: a policy of its own, such as a prohibiting route (ip-route(8)). */
  | {readonly kind: 'forbidden'}
  /** The operating system knows no way: no route, no such address family. */
  | {readonly kind: 'no-way'}

/** What is sent first: a TLS ClientHello, or a line of HTTP where the far end is a proxy. */
export type Greeting = 'tls' | 'http'

/** A listener that waits for more has acknowledged by then what it got. In milliseconds. */
const ANSWER_MS = 2_000

/**
 * Connects to one address and exchanges a byte with it. What the far end is, and whether its certificate is any good,
 * does not matter here: no more than the greeting is sent.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function exchangeByte(
  address: Address,
  port: number,
  greeting: Greeting,
  limits: Limits,
): Promise<Exchange> {
  const tcp = await connectFirst([address], port, limits)
  if (tcp.kind === 'connected') return converse(tcp.socket, greeting, limits)
  const {outcome, beforeSending} = tcp.decisive
  if (beforeSending) return {kind: outcome === 'prohibited' ? 'forbidden' : 'no-way'}
  switch (outcome) {
    case 'refused':
      return {kind: 'refused', by: await (await import('./refusal.ts')).whoRefuses(address, port, limits)}
    case 'reset':
      return {kind: 'reset'}
    case 'timeout': {
      const {leavesThisHost} = await import('./local-drop.ts')
      return {kind: 'silent', leaves: await leavesThisHost(address, port, limits.signal)}
    }
    default:
      return {kind: 'unreachable'}
  }
}

async function converse(socket: net.Socket, greeting: Greeting, limits: Limits): Promise<Exchange> {
  const patience = {...limits, timeoutMs: Math.min(limits.timeoutMs, ANSWER_MS)}
  try {
    const heard = await waitFor<'ended' | 'reset' | 'silence'>(
      patience,
      () => 'silence',
      settle => {
        const speaker = greeting === 'tls' ? startTls(socket) : startHttp(socket)
        speaker.once('secureConnect', () => settle('ended'))
        speaker.once('data', () => settle('ended'))
        speaker.once('end', () => settle('ended'))
        speaker.on('error', () => settle('reset'))
        speaker.once('close', () => settle('reset'))
        return () => undefined
      },
    )
    if (socket.bytesRead > 0 || heard === 'ended') return {kind: 'answered'}
    if (heard === 'reset') return {kind: 'reset'}
    return (await isAcknowledged(socket, limits.signal)) ? {kind: 'answered'} : {kind: 'stalled'}
  } finally {
    socket.destroy()
  }
}

/** Verification is off: nothing is sent over the connection but the handshake, and nothing that comes back is used. */
function startTls(socket: net.Socket): net.Socket {
  return tls.connect({socket, rejectUnauthorized: false})
}

function startHttp(socket: net.Socket): net.Socket {
  socket.write('OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  return socket
}

/** Whether the far end's TCP has acknowledged more than the SYN, by what ss(8) tells of the socket. */
async function isAcknowledged({localPort}: net.Socket, signal: AbortSignal): Promise<boolean> {
  if (process.platform !== 'linux' || localPort === undefined) return false
  const filter = ['state', 'established', 'sport', '=', `:${localPort}`]
  const result = await runCommand(['ss', '-tinH', ...filter], {signal, timeoutMs: 2_000})
  return result.kind === 'exited' && parseAcknowledged(result.stdout) > 1
}

/** Reads `bytes_acked:N` from what `ss -i` prints of one socket; the SYN counts as one. */
export function parseAcknowledged(output: string): number {
  return Number(/\bbytes_acked:(\d+)/.exec(output)?.[1] ?? 0)
}
