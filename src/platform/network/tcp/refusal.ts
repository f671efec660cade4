import type {Address} from '../address.ts'
import {readCounters} from '../departure/counters.ts'
import {connectFirst} from './connect.ts'

/**
 * Who refuses a connection: the far end with an RST, or a firewall with an ICMP message that ends as the same error.
 */
export type Refusal = 'reset' | 'icmp'

/**
 * Other traffic of this host may learn of unreachable destinations, too: one coincidence is not taken for an
 * answer.
 */
const ATTEMPTS = 3

/**
 * Tells an RST from an ICMP "destination unreachable", which connect(2) reports alike (ECONNREFUSED), by whether the
 * kernel's counter of such messages grows with every attempt. Null where that cannot be told: not Linux, or attempts
 * that end in different ways. Needs no privileges.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function whoRefuses(
  address: Address,
  port: number,
  limits: {readonly timeoutMs: number; readonly signal: AbortSignal},
): Promise<Refusal | null> {
  if (process.platform !== 'linux') return null
  const seen = new Set<Refusal>()
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await unreachables(address.family)
    const outcome = await connectFirst([address], port, limits)
    if (outcome.kind === 'connected') {
      outcome.socket.destroy()
      return null
    }
    const after = await unreachables(address.family)
    if (before === null || after === null || outcome.decisive.outcome !== 'refused') return null
    seen.add(after > before ? 'icmp' : 'reset')
  }
  const [only, ...others] = seen
  return others.length === 0 ? (only ?? null) : null
}

async function unreachables(family: 4 | 6): Promise<number | null> {
  return (await readCounters(family))?.unreachables ?? null
}
