import {readSystemFile} from '../files/read.ts'
import type {Address} from './address.ts'
import {connectFirst} from './tcp.ts'

/**
 * Who refuses a connection: the far end with an RST, or a firewall with an ICMP message that ends as the same error.
 */
export type Refusal = 'reset' | 'icmp'

/**
 * Other traffic of this host may be told of unreachable destinations, too: one coincidence is not taken for an
 * answer.
 */
const ATTEMPTS = 3

/** proc(5), `/proc/net/snmp`: RFC 4293's counters of ICMP and ICMPv6 messages received. */
const COUNTERS = {
  4: {file: '/proc/net/snmp', read: readIcmp},
  6: {file: '/proc/net/snmp6', read: readIcmp6},
} as const

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
  const {file, read} = COUNTERS[family]
  return read(await readSystemFile(file).catch(() => ''))
}

/** Two lines each protocol: names, then values. */
export function readIcmp(text: string): number | null {
  const [names, values] = text
    .split('\n')
    .flatMap(line => (line.startsWith('Icmp: ') ? [line.split(' ')] : []))
  return toCount(values?.[names?.indexOf('InDestUnreachs') ?? -1])
}

export function readIcmp6(text: string): number | null {
  return toCount(/^Icmp6InDestUnreachs\s+(\d+)$/m.exec(text)?.[1])
}

function toCount(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null
}
