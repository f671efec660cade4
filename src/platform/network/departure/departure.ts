/**
 * What was measured of a connection that failed: whether its packets get out of this host. It needs no privileges and
 * does not depend on what the rules are taken to say.
 */
export type Departure =
  /**
   * Past this host: the kernel handed the packets to the interface that the route names and dropped no reply, or the
   * answer came in by that interface. What drops packets between an interface and the IP layer (nftables' netdev hook,
   * tc(8), XDP) is seen on the way out, not on the way in.
   */
  | {readonly kind: 'left'; readonly how: string}
  /** This host's kernel did not send the packets, or answered them itself. */
  | {readonly kind: 'stopped'; readonly how: string}
  /** The next hop does not answer ARP or neighbour discovery, so nothing is sent to it. */
  | {readonly kind: 'no-next-hop'; readonly how: string}
  | {readonly kind: 'unknown'; readonly why: string}

export const unknown = (why: string): Departure => ({kind: 'unknown', why})
