import ipaddr from 'ipaddr.js'
import type {Address} from '../../platform/network/address.ts'

/** Answers of a resolver that blocks a name: they lead back to this host, never to AWS. */
export function isSinkhole(addresses: readonly Address[]): boolean {
  return addresses.every(({address}) => ['loopback', 'unspecified'].includes(rangeOf(address)))
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
