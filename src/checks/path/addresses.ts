import {canonicalDestination, isInSubnet, parseDestination} from '../../firewall/model/destination.ts'
import {notAPeer} from '../../firewall/model/special-addresses.ts'
import type {Address} from '../../platform/network/address.ts'

/** Whether another host can have an address: not where a resolver answers with loopback, 0.0.0.0 and the like. */
export function isPeer({address}: Address): boolean {
  const parsed = parseDestination(address)
  return parsed !== null && notAPeer(parsed) === null
}

/** Where connections to an address go: those to the unspecified address, to the loopback address (ip(7)). */
export function connectedAddress(address: string): string {
  return UNSPECIFIED.get(canonicalDestination(address)) ?? address
}

const UNSPECIFIED: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

/** Answers of a resolver that blocks a name: they lead back to this host, or to none, never to AWS. */
export function isSinkhole(addresses: readonly Address[]): boolean {
  return !addresses.some(isPeer)
}

/** Private use (RFC 1918), shared (RFC 6598), unique local (RFC 4193). */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']

/** Whether the addresses are reached over the internet, or privately (VPC endpoint, VPN, Direct Connect). */
export function scopeOf(addresses: readonly Address[]): 'public' | 'private' | 'mixed' {
  const scopes = new Set(addresses.map(one => (isPrivate(one) ? 'private' : 'public')))
  const [only] = scopes
  return scopes.size === 1 && only ? only : 'mixed'
}

function isPrivate(one: Address): boolean {
  return !isPeer(one) || PRIVATE.some(range => isInSubnet(range, one.address))
}
