import type {Packet} from '../packet.ts'
import {MAYBE, NO, type Ternary, YES} from '../ternary.ts'

/**
 * Whether the kernel finds the packet's socket: that of the process which connects, by the addresses that the packet
 * has at this point (net/ipv4/netfilter/nf_socket_ipv4.c). Translated ones may lead to none, or to another.
 */
export function hasSocket({protocol, icmpv6Type, owner, inInterface, tracking}: Packet): Ternary {
  if (inInterface === 'none') return owner.kind === 'process' ? YES : MAYBE
  // Of ICMPv6 only errors have one, that of the packet that they are about (`extract_icmp6_fields`).
  if (icmpv6Type !== null) return NO
  if (protocol === null || inInterface === null || inInterface.includes('lo')) return MAYBE
  const untouched = tracking.destinationTranslated === NO && tracking.sourceTranslated === NO
  return untouched ? YES : MAYBE
}

/** Whether it is bound to an address: one of UDP need not be. */
export function isBound({protocol}: Packet): Ternary {
  return protocol === 'tcp' ? YES : MAYBE
}
