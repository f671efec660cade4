import {type RealRuleSet, restoring} from '../real-rule-set.ts'

const NOTE =
  '-m comment --comment "See the Oracle-Provided Images section in the Oracle Cloud Infrastructure documentation for security impact of modifying or removing this rule"'
const instanceService = (address: string, protocol: string, port: number, more = ''): string =>
  `-A InstanceServices -d ${address} ${more}-p ${protocol} -m ${protocol} --dport ${port} ${NOTE} -j ACCEPT\n`
const ROOT = '-m owner --uid-owner 0 '

/** `/etc/iptables/rules.v4` of Oracle's images. */
const ORACLE = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [463:49013]
:InstanceServices - [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p udp -m udp --sport 123 -j ACCEPT
-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-host-prohibited
-A FORWARD -j REJECT --reject-with icmp-host-prohibited
-A OUTPUT -d 169.254.0.0/16 -j InstanceServices
${instanceService('169.254.0.2/32', 'tcp', 3260, ROOT)}${instanceService('169.254.2.0/24', 'tcp', 3260, ROOT)}${instanceService('169.254.0.2/32', 'tcp', 80)}${instanceService('169.254.169.254/32', 'udp', 53)}${instanceService('169.254.169.254/32', 'tcp', 53)}${instanceService('169.254.0.3/32', 'tcp', 80, ROOT)}${instanceService('169.254.169.254/32', 'tcp', 80)}${instanceService('169.254.169.254/32', 'udp', 67)}${instanceService('169.254.169.254/32', 'udp', 69)}${instanceService('169.254.169.254/32', 'udp', 123)}-A InstanceServices -d 169.254.0.0/16 -p tcp -m tcp ${NOTE} -j REJECT --reject-with tcp-reset
-A InstanceServices -d 169.254.0.0/16 -p udp -m udp ${NOTE} -j REJECT --reject-with icmp-port-unreachable
COMMIT
`

/** `/etc/sysconfig/iptables` as the package iptables-services brings it. */
const IPTABLES_SERVICES = (prohibited: string, icmp: string): string => `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ${icmp} -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT --reject-with ${prohibited}
-A FORWARD -j REJECT --reject-with ${prohibited}
COMMIT
`

const METADATA = ['169.254.169.254 80', '169.254.169.254 443', '169.254.0.2 3260']

export const CLOUD_IMAGES: readonly RealRuleSet[] = [
  {name: 'oracle-cloud', alsoAsk: METADATA, load: restoring('legacy', ORACLE)},
  {name: 'oracle-cloud-nft', alsoAsk: METADATA, load: restoring('nft', ORACLE)},
  {
    name: 'iptables-services',
    load: restoring(
      'legacy',
      IPTABLES_SERVICES('icmp-host-prohibited', 'icmp'),
      IPTABLES_SERVICES('icmp6-adm-prohibited', 'ipv6-icmp'),
    ),
  },
]
