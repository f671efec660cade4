import type {CheckOptions} from '../../contract/check-options.ts'
import {
  bypassesProxy,
  type ProxyAddress,
  parseProxy,
  redactProxy,
} from '../../platform/network/proxy/address.ts'

/** Every endpoint of AWS is asked on this port. */
export const HTTPS_PORT = 443

/** How a host is reached under the run's proxy options. `shown` is the proxy's URL without credentials. */
export type ProxyChoice =
  | {readonly kind: 'direct'}
  | {readonly kind: 'proxy'; readonly proxy: ProxyAddress; readonly shown: string}
  | {readonly kind: 'malformed'; readonly shown: string}

export function routeTo(
  host: string,
  port: number,
  {proxy, noProxy}: Pick<CheckOptions, 'proxy' | 'noProxy'>,
): ProxyChoice {
  if (!proxy || bypassesProxy(host, port, noProxy)) return {kind: 'direct'}
  const shown = redactProxy(proxy.url)
  const address = parseProxy(proxy.url)
  return address ? {kind: 'proxy', proxy: address, shown} : {kind: 'malformed', shown}
}

/**
 * The most steps that each wait for the whole `--timeout` on one path: DNS, TCP, proxy over TLS and plain, the TLS
 * handshakes that explain a bad certificate with their own connections, and HTTP.
 */
const MOST_STEPS = 20

/** Upper bound in milliseconds for a check whose targets are probed side by side. */
export function pathTimeout({timeoutMs}: CheckOptions): number {
  return MOST_STEPS * timeoutMs + 5_000
}
