import {type RealRuleSet, restoring, running} from '../real-rule-set.ts'

const FAIL2BAN = (bans: string, jail: string): string => `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:f2b-sshd - [0:0]
:f2b-recidive - [0:0]
-A INPUT -p tcp -j f2b-recidive
-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
${bans}-A f2b-sshd -s 203.0.113.77/32 -j REJECT --reject-with icmp-port-unreachable
-A f2b-sshd -j RETURN
-A f2b-recidive -s 198.51.100.200/32 -j REJECT --reject-with icmp-port-unreachable
${jail}-A f2b-recidive -j RETURN
COMMIT
`

const WITH_SETS = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m multiport --dports 22 -m set --match-set f2b-sshd src -j REJECT --reject-with icmp-port-unreachable
-A INPUT -p tcp -m set --match-set f2b-recidive src -j DROP
COMMIT
`

const SETS = (
  banned: readonly string[],
): string => `create f2b-sshd hash:ip family inet hashsize 1024 maxelem 65536 timeout 600
add f2b-sshd 203.0.113.77 timeout 500
add f2b-sshd 52.95.110.1 timeout 500
create f2b-recidive hash:ip family inet hashsize 1024 maxelem 65536 timeout 604800
${banned.map(address => `add f2b-recidive ${address} timeout 600000\n`).join('')}`

const CROWDSEC = `table ip crowdsec {
  set crowdsec-blacklists {
    type ipv4_addr
    flags timeout
    elements = { 203.0.113.9 timeout 4h, 52.95.110.1 timeout 4h, 192.0.2.44 timeout 2h }
  }
  chain crowdsec-chain {
    type filter hook input priority filter - 10; policy accept;
    ip saddr @crowdsec-blacklists drop
  }
}
table ip6 crowdsec6 {
  set crowdsec6-blacklists {
    type ipv6_addr
    flags timeout
    elements = { 2001:db8:bad::1 timeout 4h }
  }
  chain crowdsec6-chain {
    type filter hook input priority filter - 10; policy accept;
    ip6 saddr @crowdsec6-blacklists drop
  }
}
`

/** What bans addresses: a banned peer's reply is stopped in INPUT. */
export const INTRUSION: readonly RealRuleSet[] = [
  {name: 'fail2ban', load: restoring('nft', FAIL2BAN('', ''))},
  {
    name: 'fail2ban-banned-staging',
    load: restoring(
      'legacy',
      FAIL2BAN('', '-A f2b-recidive -s 10.20.0.10/32 -j REJECT --reject-with icmp-port-unreachable\n'),
    ),
  },
  {name: 'fail2ban-ipset', load: restoring('nft', WITH_SETS, undefined, SETS(['203.0.113.1']))},
  {
    name: 'fail2ban-ipset-banned-internet',
    load: restoring('nft', WITH_SETS, undefined, SETS(['203.0.113.1', '52.95.110.1'])),
  },
  {name: 'crowdsec-nftables', load: running(CROWDSEC)},
]
