import {type RealRuleSet, restoring} from '../real-rule-set.ts'

type Csf = {
  /** TCP_OUT of csf.conf, one entry each. */
  readonly tcpOut: readonly (number | string)[]
  /** Addresses of csf.deny and csf.allow. */
  readonly denied?: readonly string[]
  readonly allowed?: readonly string[]
}

const tcpOut = (ports: Csf['tcpOut']): string =>
  ports
    .map(port => `-A OUTPUT ! -o lo -p tcp -m conntrack --ctstate NEW -m tcp --dport ${port} -j ACCEPT\n`)
    .join('')

const SPAMMERS = [25, 465, 587].map(
  port => `-A SMTPOUTPUT ! -o lo -p tcp -m tcp --dport ${port} -j LOGDROPOUT\n`,
)

/** ConfigServer Firewall: everything in chains of its own, new connections by port, the rest logged and dropped. */
const csf = ({tcpOut: ports, denied = [], allowed = []}: Csf): string => `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT DROP [0:0]
:ALLOWIN - [0:0]
:ALLOWOUT - [0:0]
:DENYIN - [0:0]
:DENYOUT - [0:0]
:INVALID - [0:0]
:INVDROP - [0:0]
:LOCALINPUT - [0:0]
:LOCALOUTPUT - [0:0]
:LOGDROPIN - [0:0]
:LOGDROPOUT - [0:0]
:SMTPOUTPUT - [0:0]
-A INPUT -s 198.51.100.53/32 ! -i lo -p udp -m udp --sport 53 -j ACCEPT
-A INPUT ! -i lo -j LOCALINPUT
-A INPUT -i lo -j ACCEPT
-A INPUT ! -i lo -p tcp -j INVALID
-A INPUT ! -i lo -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT ! -i lo -p tcp -m conntrack --ctstate NEW -m tcp --dport 22 -j ACCEPT
-A INPUT ! -i lo -p icmp -m icmp --icmp-type 8 -m limit --limit 1/sec -j ACCEPT
-A INPUT ! -i lo -j LOGDROPIN
-A OUTPUT -d 198.51.100.53/32 ! -o lo -p udp -m udp --dport 53 -j ACCEPT
-A OUTPUT ! -o lo -j LOCALOUTPUT
-A OUTPUT ! -o lo -p tcp -m tcp --dport 53 -j ACCEPT
-A OUTPUT -j SMTPOUTPUT
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT ! -o lo -p tcp -j INVALID
-A OUTPUT ! -o lo -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
${tcpOut(ports)}-A OUTPUT ! -o lo -p udp -m conntrack --ctstate NEW -m udp --dport 123 -j ACCEPT
-A OUTPUT ! -o lo -p icmp -j ACCEPT
-A OUTPUT ! -o lo -j LOGDROPOUT
${allowed.map(address => `-A ALLOWIN -s ${address} ! -i lo -j ACCEPT\n-A ALLOWOUT -d ${address} ! -o lo -j ACCEPT\n`).join('')}${denied.map(address => `-A DENYIN -s ${address} ! -i lo -j DROP\n-A DENYOUT -d ${address} ! -o lo -j LOGDROPOUT\n`).join('')}-A INVALID -m conntrack --ctstate INVALID -j INVDROP
-A INVALID -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -j INVDROP
-A INVALID -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG FIN,SYN,RST,PSH,ACK,URG -j INVDROP
-A INVALID -p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -j INVDROP
-A INVALID -p tcp -m tcp --tcp-flags SYN,RST SYN,RST -j INVDROP
-A INVALID -p tcp -m tcp --tcp-flags FIN,ACK FIN -j INVDROP
-A INVALID -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j INVDROP
-A INVDROP -j DROP
-A LOCALINPUT ! -i lo -j ALLOWIN
-A LOCALINPUT ! -i lo -j DENYIN
-A LOCALOUTPUT ! -o lo -j ALLOWOUT
-A LOCALOUTPUT ! -o lo -j DENYOUT
-A LOGDROPIN -p tcp -m tcp --dport 23 -j DROP
-A LOGDROPIN -p tcp -m limit --limit 30/min -j LOG --log-prefix "Firewall: *TCP_IN Blocked* "
-A LOGDROPIN -j DROP
-A LOGDROPOUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 30/min -j LOG --log-prefix "Firewall: *TCP_OUT Blocked* " --log-uid
-A LOGDROPOUT -j REJECT --reject-with icmp-port-unreachable
-A SMTPOUTPUT -p tcp -m multiport --dports 25,465,587 -m owner --gid-owner 12 -j ACCEPT
-A SMTPOUTPUT -p tcp -m multiport --dports 25,465,587 -m owner --uid-owner 0 -j ACCEPT
${SPAMMERS.join('')}COMMIT
`

const USUAL = [20, 21, 22, 25, 53, 80, 110, 113] as const

export const CSF: readonly RealRuleSet[] = [
  {name: 'csf', load: restoring('legacy', csf({tcpOut: [...USUAL, 443, 587]}))},
  {name: 'csf-without-443', load: restoring('nft', csf({tcpOut: USUAL, allowed: ['10.20.0.0/24']}))},
  {
    name: 'csf-denied-staging',
    load: restoring('legacy', csf({tcpOut: [...USUAL, 443, '1024:65535'], denied: ['10.20.0.0/24']})),
  },
]
