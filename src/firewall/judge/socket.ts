import type {Packet} from '../packet.ts'
import {MAYBE, NO, type Ternary, YES} from '../ternary.ts'

/**
 * Whether the kernel finds the packet's socket: that of the process which connects, by the addresses that the packet
 * has at this point (net/ipv4/netfilter/nf_socket_ipv4.c). Translated ones may lead to none, or to another.
 */
export function hasSocket({protocol, owner, inInterface, tracking}: Packet): Ternary {
  if (inInterface === 'none') return owner.kind === 'process' ? YES : MAYBE
  // A socket of UDP need not be bound to an address.
  if (protocol !== 'tcp' || owner.kind === 'unknown' || inInterface === null || inInterface.includes('lo'))
    return MAYBE
  const untouched = tracking.destinationTranslated === NO && tracking.sourceTranslated === NO
  return untouched ? YES : MAYBE
}
