import {noted, shortageOf} from '../../process/shortage.ts'
import type {Address} from '../address.ts'

/** How one attempt to connect ended, by error code alone. */
export type ConnectFailure = 'refused' | 'timeout' | 'unreachable' | 'prohibited' | 'reset'

export type Attempt = Address & {
  readonly outcome: 'connected' | ConnectFailure
  readonly errno: string | null
  /** The operating system refused at once: no packet left (no route, no such address family, forbidden). */
  readonly beforeSending: boolean
  /** Of one that was not answered: whether this host's kernel has sent it (see departure/); null where it does not tell. */
  readonly sent?: boolean | null
  readonly ms: number
}

export type FailedAttempt = Attempt & {readonly outcome: ConnectFailure}

/**
 * Outcome of connect(2) for its error. ICMP and routing errors that are not named here are `unreachable`.
 *
 * @throws the error itself when it is a shortage on this host.
 */
export function connectFailure(errno: string, error: Error): ConnectFailure {
  // It says something about this process, nothing about the path.
  if (shortageOf(error) !== null) throw noted(error)
  switch (errno) {
    case 'ECONNREFUSED':
      return 'refused'
    case 'ETIMEDOUT':
      return 'timeout'
    case 'EACCES':
    case 'EPERM':
      return 'prohibited'
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return 'reset'
    default:
      return 'unreachable'
  }
}

/** The attempt that stands for a connection that failed at every address: the one that got furthest, then IPv4's. */
export function decisiveAttempt<A extends Attempt>(attempts: readonly A[]): A | undefined {
  return attempts.toSorted((a, b) => distance(b) - distance(a) || a.family - b.family)[0]
}

function distance({outcome, beforeSending}: Attempt): number {
  if (outcome === 'connected') return 5
  if (outcome === 'reset') return 4
  if (outcome === 'refused') return 3
  if (!beforeSending) return 2
  return outcome === 'prohibited' ? 1 : 0
}
