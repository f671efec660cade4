import type {CheckOptions} from '../../contract/check-options.ts'

/**
 * The most steps that each wait for the whole `--timeout` on one path: DNS, TCP, proxy over TLS and plain, the TLS
 * handshakes that explain a bad certificate with their own connections, and HTTP.
 */
const MOST_STEPS = 20

/** Upper bound in milliseconds for a check whose targets are probed side by side. */
export function pathTimeout({timeoutMs}: CheckOptions): number {
  return MOST_STEPS * timeoutMs + 5_000
}
