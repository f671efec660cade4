import {type RealRuleSet, restoring} from '../real-rule-set.ts'

const OPENED = `-A OUT-APPS -d 10.20.0.0/16 -p tcp -m tcp --dport 1500 -m comment --comment "CHG0041277 DRS replication" -j ACCEPT
-A OUT-APPS -p tcp -m tcp --dport 443 -m comment --comment "CHG0041277 DRS control plane" -j ACCEPT
`

/** Written by hand over the years: allowed by exception, the rest logged and rejected. */
const corporate = (exceptions: string): string => `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p udp -m udp --sport 53 -j CT --notrack
-A OUTPUT -p udp -m udp --dport 53 -j CT --notrack
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A OUTPUT -p tcp -m multiport --dports 22,3389 -j DSCP --set-dscp 0x08
-A POSTROUTING -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
:IN-MGMT - [0:0]
:LOGREJECT - [0:0]
:OUT-APPS - [0:0]
:OUT-INFRA - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m iprange --src-range 10.9.0.10-10.9.0.40 -j IN-MGMT
-A INPUT -m limit --limit 5/min -j LOG --log-prefix "FW-IN-DENY: " --log-level 4
-A INPUT -j DROP
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -j OUT-INFRA
-A OUTPUT -p tcp -m conntrack --ctstate NEW -j OUT-APPS
-A OUTPUT -j LOGREJECT
-A IN-MGMT -p tcp -m multiport --dports 22,10050,5666 -j ACCEPT
-A IN-MGMT -j RETURN
-A LOGREJECT -m limit --limit 10/min --limit-burst 20 -j LOG --log-prefix "FW-OUT-DENY: " --log-uid
-A LOGREJECT -p tcp -j REJECT --reject-with tcp-reset
-A LOGREJECT -j REJECT --reject-with icmp-admin-prohibited
-A OUT-APPS -d 10.20.0.0/24 -p tcp -m multiport --dports 1433,1521,5432:5439 -j ACCEPT
-A OUT-APPS -p tcp -m tcp --dport 80 -m owner --uid-owner 1000 -j ACCEPT
-A OUT-APPS -d 10.20.7.0/24 -j LOGREJECT
${exceptions}-A OUT-APPS -m comment --comment "\\"end of\\" apps" -j RETURN
-A OUT-INFRA -d 198.51.100.53/32 -p udp -m udp --dport 53 -j ACCEPT
-A OUT-INFRA -d 10.9.0.0/255.255.255.0 -p udp -m multiport --dports 123,514 -j ACCEPT
-A OUT-INFRA -p icmp -j ACCEPT
COMMIT
`

const IPV6_OFF = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A OUTPUT -o lo -j ACCEPT
COMMIT
`

/** Both backends at once: an old script feeds one, a new tool the other. */
const bothBackends: RealRuleSet['load'] = async source => {
  await restoring('nft', corporate(OPENED))(source)
  await restoring(
    'legacy',
    '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -d 52.95.0.0/16 -m comment --comment "left by the old script" -j DROP\nCOMMIT\n',
  )(source)
}

export const CORPORATE: readonly RealRuleSet[] = [
  {
    name: 'corporate-default-deny',
    load: restoring('nft', corporate(''), IPV6_OFF),
    alsoAsk: ['52.95.110.1 80'],
  },
  {name: 'corporate-opened', load: restoring('legacy', corporate(OPENED), IPV6_OFF)},
  {name: 'corporate-both-backends', load: bothBackends},
]
