import type {Engine} from './engines.ts'
/** One connection to be judged. `to` is an address or a CIDR; an address may be IPv4 or IPv6. */
export type Probe = {
  readonly to: string
  readonly port: number
  /** TCP unless given. Of UDP, a datagram and the answer to it are judged. */
  readonly protocol?: 'tcp' | 'udp' | undefined
  /** Owner of the connecting socket (Linux); 0 unless given. */
  readonly uid?: number | undefined
  /**
   * Groups of the connecting process (Linux), its own first; what the state knows of the user's groups unless given.
   */
  readonly gid?: number | readonly number[] | undefined
  /** Path of the connecting program (Windows); any program unless given. */
  readonly program?: string | undefined
}

export type Verdict = 'allow' | 'block' | 'unknown'

/** The first of the connection's packets that is stopped. */
export type Stage = 'out-syn' | 'in-synack' | 'out-data' | 'in-data'

export type Blocker = {
  readonly engine: Engine
  readonly family: string
  readonly table: string
  readonly chain: string
  /** Number in its chain from 1, `policy` for a chain's policy, or a Windows rule id. */
  readonly rule: number | string
  readonly text: string
}

/** IPv6 neighbour discovery (RFC 4861) that a rule of this host stops. */
export type StoppedDiscovery = {
  /** Address of the next hop; a CIDR for every neighbour in it. */
  readonly nextHop: string
  /** 135: neighbour solicitation; 136: neighbour advertisement. */
  readonly icmpv6Type: 135 | 136
  readonly way: 'out' | 'in'
  readonly blocker: Blocker
}

/** ARP (RFC 826), by which the next hop of IPv4 is found, that a rule of this host stops. */
export type StoppedArp = {
  /** Address of the next hop; a CIDR for every neighbour in it. */
  readonly nextHop: string
  readonly operation: 'request' | 'reply'
  readonly way: 'out' | 'in'
  readonly blocker: Blocker
}

/** What of this host's routing stops the connection; it is no rule of a firewall. */
export type StoppedByRouting = {
  readonly by: 'route' | 'routing-rule' | 'no-route' | 'reverse-path'
  /** The line of `ip route` or `ip rule`, the setting, or a clause. */
  readonly text: string
}

export type Answer = {
  readonly verdict: Verdict
  readonly stage: Stage | null
  readonly blocker: Blocker | null
  readonly how: 'drop' | 'reject' | null
  /** `address:port` (`[address]:port` for IPv6) on this host when NAT redirects the connection there. */
  readonly redirectedTo: string | null
  /** Present where the connection is stopped because nothing listens on `redirectedTo`; `blocker` redirects it. */
  readonly nothingListens?: true
  /** One sentence for a human. */
  readonly reason: string
  /** The rules that could not be decided, when the verdict is `unknown`. */
  readonly unknownBecause: readonly string[]
  /** Rules that act on payload: TCP passes, TLS may hang. */
  readonly warnings: readonly string[]
  /** Present where the verdict is what it is because the next hop cannot be found, now or before long. */
  readonly neighbourDiscovery?: StoppedDiscovery
  /** The same for a next hop of IPv4. */
  readonly arp?: StoppedArp
  /** Present where no rule of a firewall stops it, but a route, a routing rule or the filter of reverse paths. */
  readonly routing?: StoppedByRouting
}

export type Part = Answer & {readonly to: string}

/** The answer for a probe; for a range that does not behave as one, `parts` are disjoint and cover it. */
export type Judgement = Answer & {readonly parts: readonly Part[]}
