import type net from 'node:net'
import type {Address} from '../address.ts'
import type {Departure} from '../departure/departure.ts'
import type {Failure} from '../departure/measure.ts'
import {socketState} from '../departure/socket-state.ts'
import {elapsed, type Limits, waitFor} from '../wait.ts'
import {connectFirst} from './connect.ts'
import {type Greeting, greet} from './greet.ts'
import type {Refusal} from './refusal.ts'

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
  const {measureDeparture} = await import('../departure/measure.ts')
  const failure: Failure = outcome === 'timeout' ? {kind: 'silence'} : {kind: 'answer', greeting: null}
  const left = leaves(await measureDeparture(address, port, failure, limits))
  if (outcome === 'timeout') return {kind: 'silent', leaves: left}
  const told = left === null ? {} : {leaves: left}
  if (outcome !== 'refused') return {kind: 'unreachable', ...told}
  const {whoRefuses} = await import('./refusal.ts')
  return {kind: 'refused', by: await whoRefuses(address, port, limits), ...told}
}

/** What comes of an attempt to get data to an address and back, by what came back. */
export type Heard =
  | 'data'
  /** The connection opened, and what was sent was acknowledged, or the far end closed in order. */
  | 'acknowledged'
  /** The connection opened, and no more. */
  | 'opened'
  /** A refusal, or an ICMP error. */
  | 'refused'
  | 'silence'
  /** This operating system has sent nothing. */
  | 'nothing'

/** Part of the time that an answer to the greeting has; what it brings is looked at in the rest. */
const LOOK_MS = 200

/**
 * Connects to one address and says whether data comes back: more than an acknowledgement, which rules may let in where
 * they drop data. `limits.timeoutMs` is for all of it, half of it for the connection.
 *
 * @throws the signal's reason when the run is cancelled before a connection opens.
 */
export async function hear(
  address: Address,
  port: number,
  greeting: Greeting,
  limits: Limits,
): Promise<Heard> {
  const startedAt = performance.now()
  const tcp = await connectFirst([address], port, {...limits, timeoutMs: limits.timeoutMs / 2})
  if (tcp.kind === 'failed') {
    const {outcome, beforeSending} = tcp.decisive
    if (beforeSending) return 'nothing'
    // An RST to a request is a refusal: this one came to an open connection.
    if (outcome === 'reset') return 'opened'
    return outcome === 'timeout' ? 'silence' : 'refused'
  }
  const {socket} = tcp
  const timeoutMs = Math.max(LOOK_MS, limits.timeoutMs - elapsed(startedAt) - LOOK_MS)
  const answered = await converse(socket, greeting, {...limits, timeoutMs}).then(
    ({kind}) => kind === 'answered',
    // That it opened is known, however long the rest takes.
    () => false,
  )
  if (socket.bytesRead > 0) return 'data'
  return answered ? 'acknowledged' : 'opened'
}

/** Whether packets got out of this host; null where it cannot be told. */
export function leaves({kind}: Departure): boolean | null {
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
