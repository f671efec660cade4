import {cidrsOf, EVERYTHING, type FamilyInterval, parseInterval} from '../../firewall/address.ts'
import {parseDestination} from '../../firewall/destination.ts'
import {peersIn} from '../../firewall/special-addresses.ts'

/** Private use (RFC 1918) and shared (RFC 6598): not where a public endpoint is. */
const NOT_PUBLIC = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16']

/** Every IPv4 address that may be a peer of this host, as CIDRs; `own` are the host's own addresses. */
export function anyPeer(own: readonly string[]): readonly string[] {
  return peersIn({family: 4, ...EVERYTHING[4]}, intervals(own)).flatMap(cidrsOf)
}

/** Every public IPv4 address other than the host's own, as CIDRs. */
export function anyPublicPeer(own: readonly string[]): readonly string[] {
  return anyPeer([...own, ...NOT_PUBLIC])
}

/**
 * A subnet as CIDRs without the addresses that are no peer's, such as 127.0.0.0/8 within 0.0.0.0/0; each is of one
 * protocol, IPv4 where the addresses are IPv4-mapped.
 */
export function peersOfSubnet(subnet: string): readonly string[] {
  const parts = parseDestination(subnet) ?? []
  const peers = parts.flatMap(part => peersIn(part))
  const [only, ...others] = peers
  const whole = others.length === 0 && only?.lo === parts[0]?.lo && only?.hi === parts[0]?.hi
  return whole ? [subnet] : peers.flatMap(cidrsOf)
}

function intervals(addresses: readonly string[]): readonly FamilyInterval[] {
  return addresses.flatMap(address => parseInterval(address) ?? [])
}
