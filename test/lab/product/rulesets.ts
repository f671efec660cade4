/**
 * Rule sets as `iptables-restore` takes them. All let DNS out: the names have to resolve for the endpoints to be
 * judged.
 */

const INNOCENT = `-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -p udp -m udp --dport 53 -j ACCEPT
-A OUTPUT -p tcp -m tcp --dport 22 -m comment --comment "ops: keep" -j ACCEPT
`

/** 443 is dropped by name, and a final REJECT stops 1500 too. */
export const DROPS_443 = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
${INNOCENT}-A OUTPUT -p tcp -m tcp --dport 443 -j DROP
-A OUTPUT -j REJECT --reject-with icmp-port-unreachable
COMMIT
`

/** 443 is open, 1500 falls to the policy. */
export const POLICY_DROPS_1500 = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT DROP [0:0]
${INNOCENT}-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT
COMMIT
`

/** 1500 is dropped by name, everything else is open. */
export const DROPS_1500 = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
${INNOCENT}-A OUTPUT -p tcp -m tcp --dport 1500 -j DROP
COMMIT
`
