import net from 'node:net'
import type {Address} from '../address.ts'
import {elapsed, errorCode, type Limits, waitFor} from '../wait.ts'
import {type Attempt, connectFailure, decisiveAttempt, type FailedAttempt} from './outcome.ts'

/** RFC 8305 section 8: the recommended delay between attempts, and the least, in milliseconds. */
const RECOMMENDED_DELAY_MS = 250
const LEAST_DELAY_MS = 10
/** The last address is tried no later than this after the first, however many there are. */
const ALL_STARTED_MS = 1_000

export type Connected = {
  readonly kind: 'connected'
  readonly socket: net.Socket
  readonly address: string
  readonly localAddress: string | null
  readonly attempts: readonly Attempt[]
  readonly ms: number
}

export type NotConnected = {
  readonly kind: 'failed'
  /** The attempt that got furthest. */
  readonly decisive: FailedAttempt
  readonly attempts: readonly FailedAttempt[]
  readonly ms: number
}

/**
 * Opens a TCP connection as clients do (RFC 8305, "happy eyeballs"): addresses of both families in turn, the next one
 * when the last has failed or has been silent for a moment; the first to connect wins. Each address has
 * `limits.timeoutMs`. At least one address is needed.
 *
 * @throws the signal's reason when the run is cancelled, and errors that say nothing about the path (EMFILE, …).
 */
export async function connectFirst(
  addresses: readonly Address[],
  port: number,
  limits: Limits,
): Promise<Connected | NotConnected> {
  const startedAt = performance.now()
  const order = alternateFamilies(addresses)
  const delay = Math.max(LEAST_DELAY_MS, Math.min(RECOMMENDED_DELAY_MS, ALL_STARTED_MS / order.length))
  const race = new AbortController()
  const bounded = {timeoutMs: limits.timeoutMs, signal: AbortSignal.any([limits.signal, race.signal])}
  try {
    return await new Promise((resolve, reject) => {
      const attempts: FailedAttempt[] = []
      let started = 0
      let pacer: NodeJS.Timeout | undefined
      const startNext = () => {
        clearTimeout(pacer)
        const address = order[started]
        if (!address) return
        started += 1
        pacer = setTimeout(startNext, delay)
        connectOne(address, port, bounded).then(({attempt, socket}) => {
          if (socket && race.signal.aborted) {
            socket.destroy()
          } else if (socket) {
            race.abort()
            resolve({
              kind: 'connected',
              socket,
              address: attempt.address,
              localAddress: socket.localAddress ?? null,
              attempts: [...attempts, attempt],
              ms: elapsed(startedAt),
            })
          } else {
            attempts.push(attempt)
            if (attempts.length < order.length) startNext()
            else resolve({kind: 'failed', decisive: furthest(attempts), attempts, ms: elapsed(startedAt)})
          }
        }, reject)
      }
      race.signal.addEventListener('abort', () => clearTimeout(pacer), {once: true})
      startNext()
    })
  } finally {
    race.abort()
  }
}

function furthest(attempts: readonly FailedAttempt[]): FailedAttempt {
  const decisive = decisiveAttempt(attempts)
  if (!decisive) throw new Error('no address to connect to')
  return decisive
}

type Opened = {readonly attempt: Attempt; readonly socket: net.Socket}

type Failed = {readonly attempt: FailedAttempt; readonly socket: null}

async function connectOne(
  {address, family}: Address,
  port: number,
  limits: Limits,
): Promise<Opened | Failed> {
  const startedAt = performance.now()
  const socket = net.connect({host: address, port, noDelay: true})
  let beforeSending = false
  // net.connect calls connect(2) in the tick before this one; a socket that is destroyed by then failed in that call.
  process.nextTick(() => {
    beforeSending = socket.destroyed
  })
  const failed = (error: Error): Failed => {
    const errno = errorCode(error)
    const outcome = connectFailure(errno, error)
    const ms = elapsed(startedAt)
    return {attempt: {address, family, outcome, errno, beforeSending, ms}, socket: null}
  }
  const silent = (): Error => Object.assign(new Error('no answer'), {code: 'ETIMEDOUT'})
  let connected = false
  try {
    const error = await waitFor<Error | null>(limits, silent, settle => {
      socket.once('connect', () => settle(null))
      // The listener stays: a reset between two layers must not end the process, and the next layer notices it.
      socket.on('error', settle)
      return () => undefined
    })
    if (error) {
      const attempt = failed(error)
      return attempt.attempt.outcome === 'timeout' ? await withSent(attempt, socket, limits.signal) : attempt
    }
    connected = true
    return {
      attempt: {
        address,
        family,
        outcome: 'connected',
        errno: null,
        beforeSending: false,
        ms: elapsed(startedAt),
      },
      socket,
    }
  } finally {
    if (!connected) socket.destroy()
  }
}

/** A machine on which it takes longer to ask is asked again where it matters, in milliseconds. */
const PATIENCE_MS = 2_000

/** Asks the kernel of a connection that hangs, while it is still there. */
async function withSent({attempt}: Failed, socket: net.Socket, signal: AbortSignal): Promise<Failed> {
  const {isTaken, socketState} = await import('../departure/socket-state.ts')
  const state = await socketState(socket, 'syn-sent', {timeoutMs: PATIENCE_MS, signal})
  return {attempt: {...attempt, sent: state && isTaken(state)}, socket: null}
}

/** RFC 8305 section 4: the families take turns, beginning with the family of the first address. */
export function alternateFamilies(addresses: readonly Address[]): readonly Address[] {
  const first = addresses.filter(({family}) => family === addresses[0]?.family)
  const other = addresses.filter(({family}) => family !== addresses[0]?.family)
  return Array.from({length: Math.max(first.length, other.length)}, (_, index) => [
    first[index],
    other[index],
  ])
    .flat()
    .filter(address => address !== undefined)
}
