/** What connections may be of. */
export type Transport = 'tcp' | 'udp'

/** What rules of IP are read for: packets of connections, or those that find IPv6 neighbours (RFC 4861). */
export type IpProtocol = Transport | 'icmpv6'

/** `arp` finds IPv4 neighbours (RFC 826), and is no protocol of IP. */
export type Protocol = IpProtocol | 'arp'

/** By number in the IP header (IANA, Protocol Numbers). */
export const PROTOCOL_NUMBERS: Readonly<Record<IpProtocol, number>> = {tcp: 6, udp: 17, icmpv6: 58}

const NAMES: Readonly<Record<IpProtocol, ReadonlySet<string>>> = {
  tcp: new Set(['tcp', '6']),
  udp: new Set(['udp', '17']),
  icmpv6: new Set(['ipv6-icmp', 'icmpv6', 'icmp6', '58']),
}

/** Whether a rule of iptables means the protocol by this name or number. */
export function isNamed(protocol: IpProtocol, text: string): boolean {
  return NAMES[protocol].has(text.toLowerCase())
}

/** Types of ICMPv6 messages by which neighbours are found (RFC 4861, 4.3 and 4.4); their code is 0. */
export const ICMPV6_TYPES = {solicitation: 135, advertisement: 136} as const

/** What every packet of neighbour discovery has, and must have to be taken (RFC 4861, 7.1). */
export const DISCOVERY_HOP_LIMIT = 255

/** Operations of ARP (RFC 826). */
export const ARP_OPERATIONS = {request: 1, reply: 2} as const

/** What every ARP packet of IPv4 over Ethernet has: types and lengths of both kinds of addresses. */
export const ARP_HEADER = {htype: 1, ptype: 0x800, hlen: 6, plen: 4} as const

/** Numbers in the header of an Ethernet frame (linux/if_ether.h). */
export const ETHERTYPES = {ipv4: 0x800, arp: 0x806, ipv6: 0x86dd} as const

/** Numeric priorities of the netfilter hooks (linux/netfilter_ipv4.h). */
export const PRIORITY = {
  raw: -300,
  conntrack: -200,
  mangle: -150,
  destinationNat: -100,
  filter: 0,
  security: 50,
  sourceNat: 100,
} as const

/** Bits of a connection tracking state match. */
export const CT = {invalid: 1, established: 2, related: 4, new: 8, untracked: 16, snat: 32, dnat: 64} as const

/** Bits of a connection tracking status match (linux/netfilter/nf_conntrack_common.h). */
export const CT_STATUS = {expected: 1, seenReply: 2, assured: 4, confirmed: 8} as const

export const TCP_FLAGS = {fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32} as const

/** What NAT chooses from for a port of its own choice (linux/net/netfilter/nf_nat_core.c). */
export const UNPRIVILEGED_PORTS: PortRange = {lo: 1024, hi: 65535}

/** An interval of ports, or of other numbers of a packet; both ends are in it. */
export type PortRange = {readonly lo: number; readonly hi: number}

export type AddressField = 'src' | 'dst'

/** The address or ports that connection tracking keeps: before (`orig`) and after (`repl`) translation. */
export type TupleField = 'orig-src' | 'orig-dst' | 'repl-src' | 'repl-dst'
