/** What rules are read for: the packets of TCP connections, or those that find IPv6 neighbours (RFC 4861). */
export type Protocol = 'tcp' | 'icmpv6'

/** By number in the IP header (IANA, Protocol Numbers). */
export const PROTOCOL_NUMBERS: Readonly<Record<Protocol, number>> = {tcp: 6, icmpv6: 58}

const NAMES: Readonly<Record<Protocol, ReadonlySet<string>>> = {
  tcp: new Set(['tcp', '6']),
  icmpv6: new Set(['ipv6-icmp', 'icmpv6', 'icmp6', '58']),
}

/** Whether a rule of iptables means the protocol by this name or number. */
export function isNamed(protocol: Protocol, text: string): boolean {
  return NAMES[protocol].has(text.toLowerCase())
}

/** Types of ICMPv6 messages by which neighbours are found (RFC 4861, 4.3 and 4.4); their code is 0. */
export const ICMPV6_TYPES = {solicitation: 135, advertisement: 136} as const

/** What every packet of neighbour discovery has, and must have to be taken (RFC 4861, 7.1). */
export const DISCOVERY_HOP_LIMIT = 255
