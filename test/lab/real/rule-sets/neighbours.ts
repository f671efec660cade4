import {type RealRuleSet, restoring, running} from '../real-rule-set.ts'

const EVERYTHING_V4 = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
`

const v6 = (...rules: readonly string[]) => `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT
${rules.map(rule => `${rule}\n`).join('')}COMMIT
`

const icmpv6 = (chain: string, type: number, more = '') =>
  `-A ${chain} -p ipv6-icmp -m icmp6 --icmpv6-type ${type}${more} -j ACCEPT`

/** As if ICMPv6 were for ping only: written after rules for IPv4, where ARP is no matter of these rules. */
const ECHO_ONLY = v6(icmpv6('INPUT', 128), icmpv6('OUTPUT', 129))

/** The four messages, with the hop limit that RFC 4890 has firewalls look at. */
const BY_RFC_4890 = v6(
  ...['INPUT', 'OUTPUT'].flatMap(chain =>
    [133, 134, 135, 136].map(type => icmpv6(chain, type, ' -m hl --hl-eq 255')),
  ),
)

/** This host finds its router, and is not found by it. */
const ASKS_ONLY = v6(icmpv6('OUTPUT', 135), icmpv6('INPUT', 136))

const UNTRACKED_ONLY = v6(
  '-A INPUT -m conntrack --ctstate INVALID -j DROP',
  '-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT',
  '-A OUTPUT -d ff02::1:ff00:0/104 -j ACCEPT',
  '-A OUTPUT -d fe80::/10 -j ACCEPT',
  '-A OUTPUT -d fd00:9::/64 -p ipv6-icmp -j ACCEPT',
)

const NFT = (accepted: string) => `table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state vmap { established : accept, related : accept, invalid : drop }
    ${accepted}
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oifname "lo" accept
    ct state established,related accept
    tcp dport 443 accept
    udp dport 53 accept
    ${accepted}
  }
}
`

/** What rules make of IPv6 neighbour discovery, without which no connection of IPv6 opens. */
export const NEIGHBOURS: readonly RealRuleSet[] = [
  {name: 'ipv6-echo-only', load: restoring('legacy', EVERYTHING_V4, ECHO_ONLY)},
  {name: 'ipv6-by-rfc-4890', load: restoring('nft', EVERYTHING_V4, BY_RFC_4890)},
  {
    name: 'ipv6-asks-only',
    load: restoring('nft', EVERYTHING_V4, ASKS_ONLY),
    undecided: ['2600:1f18::5 443'],
  },
  {name: 'ipv6-untracked-only', load: restoring('legacy', EVERYTHING_V4, UNTRACKED_ONLY)},
  {
    name: 'nftables-neighbours-in-verdict-map',
    load: running(
      NFT(
        'icmpv6 type vmap { nd-neighbor-solicit : accept, nd-neighbor-advert : accept, echo-request : drop }',
      ),
    ),
  },
  {name: 'nftables-without-icmpv6', load: running(NFT('icmp type echo-request accept'))},
  {
    name: 'nftables-advertisements-dropped-early',
    load: running(`table inet early {
  chain prerouting {
    type filter hook prerouting priority raw; policy accept;
    icmpv6 type nd-neighbor-advert ip6 hoplimit 255 ct state invalid drop
  }
}
`),
    undecided: ['2600:1f18::5 443', 'fd00:20::10 1500'],
  },
]
