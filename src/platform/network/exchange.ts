import type net from 'node:net'
import type {Address} from './address.ts'
import type {Departure} from './departure/departure.ts'
import type {Failure} from './departure/measure.ts'
import {socketState} from './departure/socket-state.ts'
import {type Greeting, greet} from './greet.ts'
import type {Refusal} from './refusal.ts'
import {connectFirst} from './tcp.ts'
import {type Limits, waitFor} from './wait.ts'

/** What came of an attempt to get one byte to an address, and one back. */
export type Exchange =
  /** A byte came back, the far end closed in order, or it acknowledged ours. */
  | {readonly kind: 'answered'}
  /**
   * Refused; by the far end (an RST), by a firewall (ICMP), or null where that cannot be told. `leaves`, here and below:
   * whether the packets got out of this host, where that can be told.
   */
  | {readonly kind: 'refused'; readonly by: Refusal | null; readonly leaves?: boolean}
  /** Connected, then reset. */
  | {readonly kind: 'reset'}
  /** Nothing came back. */
  | {readonly kind: 'silent'; readonly leaves: boolean | null}
  /** Connected, but what was sent was never acknowledged. */
  | {readonly kind: 'stalled'}
  /** An ICMP error came back. */
  | {readonly kind: 'unreachable'; readonly leaves?: boolean}
  /** The operating system forbids it at once: a policy of its own, such as a prohibiting route (ip-route(8)). */
  | {readonly kind: 'forbidden'}
  /** The operating system knows no way: no route, no such address family. */
  | {readonly kind: 'no-way'}

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
  if (outcome === 'reset') return {kind: 'reset'}
  const {measureDeparture} = await import('./departure/measure.ts')
  const failure: Failure = outcome === 'timeout' ? {kind: 'silence'} : {kind: 'answer', greeting: null}
  const left = leaves(await measureDeparture(address, port, failure, limits))
  if (outcome === 'timeout') return {kind: 'silent', leaves: left}
  const told = left === null ? {} : {leaves: left}
  if (outcome !== 'refused') return {kind: 'unreachable', ...told}
  const {whoRefuses} = await import('./refusal.ts')
  return {kind: 'refused', by: await whoRefuses(address, port, limits), ...told}
}

/**
 * Whether data comes back from an address: more than an acknowledgement, which rules may let in where they drop data.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function isHeard(
  address: Address,
  port: number,
  greeting: Greeting,
  limits: Limits,
): Promise<boolean> {
  const tcp = await connectFirst([address], port, limits)
  if (tcp.kind === 'failed') return false
  const {socket} = tcp
  await converse(socket, greeting, limits)
  return socket.bytesRead > 0
}

function leaves({kind}: Departure): boolean | null {
  if (kind === 'left') return true
  return kind === 'stopped' ? false : null
}

async function converse(socket: net.Socket, greeting: Greeting, limits: Limits): Promise<Exchange> {
  const patience = {...limits, timeoutMs: Math.min(limits.timeoutMs, ANSWER_MS)}
  try {
    const heard = await waitFor<'ended' | 'reset' | 'silence'>(
      patience,
      () => 'silence',
      settle => {
        const speaker = greet(socket, greeting)
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
    const state = await socketState(socket, 'established', {signal: limits.signal})
    // The SYN counts as one.
    return state !== null && state.acknowledged > 1 ? {kind: 'answered'} : {kind: 'stalled'}
  } finally {
    socket.destroy()
  }
}
