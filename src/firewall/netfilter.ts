import type {PortRange} from './fields.ts'

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
