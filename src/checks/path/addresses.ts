import ipaddr from 'ipaddr.js'
import {parseDestination} from '../../firewall/destination.ts'
import {notAPeer} from '../../firewall/special-addresses.ts'
import type {Address} from '../../platform/network/address.ts'

/** Whether another host can have an address: not where a resolver answers with loopback, 0.0.0.0 and the like. */
export function isPeer({address}: Address): boolean {
  const parsed = parseDestination(address)
  return parsed !== null && notAPeer(parsed) === null
}

/** Answers of a resolver that blocks a name: they lead back to this host, or to none, never to AWS. */
export function isSinkhole(addresses: readonly Address[]): boolean {
  return !addresses.some(isPeer)
}

const PRIVATE = new Set(['private', 'uniqueLocal', 'carrierGradeNat', 'linkLocal', 'loopback', 'unspecified'])

/** Whether the addresses are reached over the internet, or privately (VPC endpoint, VPN, Direct Connect). */
export function scopeOf(addresses: readonly Address[]): 'public' | 'private' | 'mixed' {
  const ranges = new Set(addresses.map(({address}) => (PRIVATE.has(rangeOf(address)) ? 'private' : 'public')))
  const [only] = ranges
  return ranges.size === 1 && only ? only : 'mixed'
}

/** Range by the IANA special-purpose registries; IPv4-mapped IPv6 addresses count as IPv4. */
function rangeOf(address: string): string {
  return ipaddr.process(address).range()
}
