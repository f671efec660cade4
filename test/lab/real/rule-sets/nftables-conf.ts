import {type RealRuleSet, running} from '../real-rule-set.ts'

/** `/etc/nftables.conf` as Debian brings it. */
const DEBIAN = `flush ruleset
table inet filter {
  chain input {
    type filter hook input priority filter;
  }
  chain forward {
    type filter hook forward priority filter;
  }
  chain output {
    type filter hook output priority filter;
  }
}
`

/** A server that lets out what a map of ports and a set of networks say. */
const SETS = `flush ruleset
define allowed_v4 = { 52.94.0.0/15, 10.20.0.0/24, 198.51.100.0/24 }
table inet host {
  set allowed4 {
    type ipv4_addr
    flags interval
    auto-merge
    elements = $allowed_v4
  }
  set allowed6 {
    type ipv6_addr
    flags interval
    elements = { 2600:1f00::/24 }
  }
  map by_port {
    type inet_service : verdict
    elements = { 443 : goto to_allowed, 1500 : jump to_allowed, 25 : drop }
  }
  chain to_allowed {
    ip daddr @allowed4 counter accept
    ip6 daddr @allowed6 counter accept
    reject with icmpx port-unreachable
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oifname "lo" accept
    ct state established,related accept
    meta l4proto ipv6-icmp accept
    udp dport 53 accept
    tcp dport vmap @by_port
  }
}
`

/** Replies are checked before connection tracking has seen them, and an accept elsewhere does not help. */
const EARLY_DROP = `flush ruleset
table ip early {
  chain out {
    type filter hook output priority raw; policy accept;
    ip daddr 10.20.7.0/24 tcp dport 1500 drop
  }
  chain in {
    type filter hook prerouting priority raw; policy accept;
    ip saddr 52.95.0.0/16 tcp sport 443 tcp flags & (syn | ack) == syn | ack counter drop
  }
}
table inet filter {
  chain output {
    type filter hook output priority filter; policy accept;
    tcp dport { 443, 1500 } accept
  }
}
`

export const NFTABLES_CONF: readonly RealRuleSet[] = [
  {name: 'nftables-debian-default', load: running(DEBIAN)},
  {name: 'nftables-sets-and-maps', load: running(SETS)},
  {name: 'nftables-early-drop', load: running(EARLY_DROP)},
]
