import {type RealRuleSet, restoring, running} from '../real-rule-set.ts'

/** The iptables chapter of the CIS benchmarks: loopback, outbound and established, all by default deny. */
const CIS = (more: string, established = true): string => `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -s 127.0.0.0/8 -j DROP
${
  established
    ? `-A INPUT -p tcp -m state --state ESTABLISHED -j ACCEPT
-A INPUT -p udp -m state --state ESTABLISHED -j ACCEPT
-A INPUT -p icmp -m state --state ESTABLISHED -j ACCEPT
`
    : ''
}-A INPUT -p tcp -m tcp --dport 22 -m state --state NEW -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
${more}COMMIT
`

const CIS_OUTBOUND = `-A OUTPUT -p tcp -m state --state NEW,ESTABLISHED -j ACCEPT
-A OUTPUT -p udp -m state --state NEW,ESTABLISHED -j ACCEPT
-A OUTPUT -p icmp -m state --state NEW,ESTABLISHED -j ACCEPT
`

/** New connections may leave, what follows may not: a mistake that hides behind a connect that succeeds. */
const CIS_NEW_ONLY = `-A OUTPUT -p tcp -m tcp --dport 443 -m state --state NEW -j ACCEPT
-A OUTPUT -p tcp -m tcp --sport 22 -m state --state ESTABLISHED -j ACCEPT
`

const CIS6 = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -s ::1/128 -j DROP
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp -m state --state ESTABLISHED -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -p ipv6-icmp -j ACCEPT
-A OUTPUT -p tcp -m state --state NEW,ESTABLISHED -j ACCEPT
COMMIT
`

/** Headers that no ordinary connection has; negated or not, a match on one fails without it. */
const EXTENSION_HEADERS = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m rt --rt-type 0 -j DROP
-A INPUT -m rt ! --rt-type 2 -j DROP
-A INPUT -m frag --fragid 0:4294967295 -j DROP
-A INPUT -m hbh ! --hbh-len 8 -j DROP
-A INPUT -m dst ! --dst-len 8 -j DROP
-A OUTPUT -m rt ! --rt-type 0 -j DROP
-A OUTPUT -m frag ! --fragid 1 -j DROP
-A OUTPUT -m hbh --hbh-len 0 -j DROP
-A OUTPUT -m dst --dst-len 0 -j DROP
COMMIT
`

const OPEN = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n'

/** The nftables chapter; `ip protocol` is meant for both families and holds for IPv4 only. */
const CIS_NFT = `table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iif "lo" accept
    ip saddr 127.0.0.0/8 counter packets 0 bytes 0 drop
    ip6 saddr ::1 counter packets 0 bytes 0 drop
    ip protocol tcp ct state established accept
    ip protocol udp ct state established accept
    ip protocol icmp ct state established accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    tcp dport ssh accept
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
  }
  chain output {
    type filter hook output priority 0; policy drop;
    ip protocol tcp ct state established,related,new accept
    ip protocol udp ct state established,related,new accept
    ip protocol icmp ct state established,related,new accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept
  }
}
`

const CIS_NFT_RHEL = `table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iif "lo" accept
    iif != "lo" ip saddr 127.0.0.0/8 counter drop
    iif != "lo" ip6 saddr ::1 counter drop
    meta l4proto { icmp, ipv6-icmp } accept
    ct state vmap { established : accept, related : accept, invalid : drop }
    tcp dport 22 ct state new accept
    ip saddr 10.20.0.0/16 tcp dport { 8080, 9090 } accept
    counter reject with icmpx admin-prohibited
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oif "lo" accept
    meta l4proto { icmp, ipv6-icmp } accept
    ct state vmap { established : accept, related : accept, invalid : drop }
    udp dport 53 accept
    meta skuid 0 tcp dport 443 ct state new counter accept
    ip daddr 10.20.0.0/24 tcp dport 1500 ct state new accept
    limit rate 5/minute log prefix "out denied: "
    counter reject with icmpx admin-prohibited
  }
}
`

export const HARDENING: readonly RealRuleSet[] = [
  {name: 'cis-iptables', load: restoring('legacy', CIS(CIS_OUTBOUND), CIS6)},
  {name: 'cis-iptables-no-established', load: restoring('nft', CIS(CIS_OUTBOUND, false))},
  {name: 'cis-iptables-new-only', load: restoring('nft', CIS(CIS_NEW_ONLY), CIS6)},
  {name: 'ipv6-extension-headers', load: restoring('nft', OPEN, EXTENSION_HEADERS)},
  {name: 'ipv6-extension-headers-legacy', load: restoring('legacy', OPEN, EXTENSION_HEADERS)},
  {name: 'cis-nftables-debian', load: running(CIS_NFT)},
  {name: 'cis-nftables-rhel', load: running(CIS_NFT_RHEL)},
]
