import {type RealRuleSet, restoring} from '../real-rule-set.ts'

const SETS = (
  allowed: readonly string[],
): string => `create cali40all-ipam-pools hash:net family inet hashsize 1024 maxelem 1048576
add cali40all-ipam-pools 10.244.0.0/16
create cali40this-host hash:ip family inet hashsize 1024 maxelem 1048576
add cali40this-host 10.9.0.2
create cali40s:egress-allowed hash:net family inet hashsize 1024 maxelem 1048576
${allowed.map(net => `add cali40s:egress-allowed ${net}\n`).join('')}`

const comment = (text: string) => `-m comment --comment "cali:${text}"`

/** Policy of a host endpoint; what no rule of it marks is dropped at the end. */
const HOST_ENDPOINT = `-A cali-th-eth0 ${comment('h1')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A cali-th-eth0 ${comment('h2')} -m conntrack --ctstate INVALID -j DROP
-A cali-th-eth0 ${comment('h3')} -j cali-failsafe-out
-A cali-th-eth0 ${comment('h4')} -j MARK --set-xmark 0x0/0x10000
-A cali-th-eth0 -m comment --comment "cali:h5" -m comment --comment "Start of tier default" -j MARK --set-xmark 0x0/0x20000
-A cali-th-eth0 ${comment('h6')} -m mark --mark 0x0/0x20000 -j cali-po-_egress
-A cali-th-eth0 -m comment --comment "cali:h7" -m comment --comment "Return if policy accepted" -m mark --mark 0x10000/0x10000 -j RETURN
-A cali-th-eth0 -m comment --comment "cali:h8" -m comment --comment "End of tier default. Drop if no policies passed packet" -m mark --mark 0x0/0x20000 -j DROP
-A cali-th-eth0 -m comment --comment "cali:h9" -m comment --comment "Drop if no profiles matched" -j DROP
-A cali-to-host-endpoint ${comment('e1')} -o eth0 -g cali-th-eth0
-A cali-failsafe-out ${comment('f1')} -p udp -m multiport --dports 53 -j ACCEPT
-A cali-failsafe-out ${comment('f2')} -p tcp -m multiport --dports 179,2379,2380,5473,6443,6666 -j ACCEPT
-A cali-po-_egress ${comment('p1')} -p tcp -m set --match-set cali40s:egress-allowed dst -m multiport --dports 443,1500 -j MARK --set-xmark 0x10000/0x10000
-A cali-po-_egress ${comment('p2')} -m mark --mark 0x10000/0x10000 -j RETURN
`

const dump = (hostEndpoint: string): string => `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:cali-OUTPUT - [0:0]
:cali-PREROUTING - [0:0]
-A PREROUTING ${comment('r1')} -j cali-PREROUTING
-A OUTPUT ${comment('r2')} -j cali-OUTPUT
-A cali-OUTPUT ${comment('r3')} -j MARK --set-xmark 0x0/0xf0000
-A cali-OUTPUT ${comment('r4')} -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-PREROUTING ${comment('r5')} -j MARK --set-xmark 0x0/0xf0000
-A cali-PREROUTING ${comment('r6')} -i cali+ -j MARK --set-xmark 0x40000/0x40000
-A cali-PREROUTING ${comment('r7')} -m mark --mark 0x40000/0x40000 -m rpfilter --validmark --invert -j DROP
-A cali-PREROUTING ${comment('r8')} -m mark --mark 0x10000/0x10000 -j ACCEPT
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:cali-POSTROUTING - [0:0]
:cali-PREROUTING - [0:0]
-A PREROUTING ${comment('m1')} -j cali-PREROUTING
-A POSTROUTING ${comment('m2')} -j cali-POSTROUTING
-A cali-POSTROUTING ${comment('m3')} -m mark --mark 0x10000/0x10000 -j RETURN
-A cali-POSTROUTING ${comment('m4')} -j MARK --set-xmark 0x0/0xf0000
-A cali-PREROUTING ${comment('m5')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A cali-PREROUTING ${comment('m6')} -m mark --mark 0x10000/0x10000 -j ACCEPT
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:cali-FORWARD - [0:0]
:cali-INPUT - [0:0]
:cali-OUTPUT - [0:0]
:cali-failsafe-out - [0:0]
:cali-po-_egress - [0:0]
:cali-th-eth0 - [0:0]
:cali-to-host-endpoint - [0:0]
:cali-wl-to-host - [0:0]
-A INPUT ${comment('i1')} -j cali-INPUT
-A FORWARD ${comment('i2')} -j cali-FORWARD
-A OUTPUT ${comment('i3')} -j cali-OUTPUT
-A cali-INPUT -p udp -m udp ${comment('i4')} -m comment --comment "Allow VXLAN packets from allowed hosts" -m multiport --dports 4789 -m set --match-set cali40this-host src -m addrtype --dst-type LOCAL -j ACCEPT
-A cali-INPUT ${comment('i5')} -i cali+ -g cali-wl-to-host
-A cali-INPUT ${comment('i6')} -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-OUTPUT ${comment('o1')} -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-OUTPUT ${comment('o2')} -o cali+ -j RETURN
-A cali-OUTPUT -p udp -m udp ${comment('o3')} -m multiport --dports 4789 -m addrtype --src-type LOCAL -j ACCEPT
-A cali-OUTPUT ${comment('o4')} -j MARK --set-xmark 0x0/0xf0000
-A cali-OUTPUT ${comment('o5')} -m conntrack ! --ctstate DNAT -j cali-to-host-endpoint
-A cali-OUTPUT -m comment --comment "cali:o6" -m comment --comment "Host endpoint policy accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT
${hostEndpoint}COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:cali-OUTPUT - [0:0]
:cali-POSTROUTING - [0:0]
:cali-fip-dnat - [0:0]
:cali-nat-outgoing - [0:0]
-A OUTPUT ${comment('n1')} -j cali-OUTPUT
-A POSTROUTING ${comment('n2')} -j cali-POSTROUTING
-A cali-OUTPUT ${comment('n3')} -j cali-fip-dnat
-A cali-POSTROUTING ${comment('n4')} -j cali-nat-outgoing
-A cali-POSTROUTING ${comment('n5')} -o tunl0 -m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL -j MASQUERADE --random-fully
-A cali-nat-outgoing ${comment('n6')} -m set --match-set cali40all-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst -j MASQUERADE --random-fully
COMMIT
`

/** In the manner of Calico's Felix: verdicts are carried by marks from chain to chain. */
export const CALICO: readonly RealRuleSet[] = [
  {name: 'calico', load: restoring('nft', dump(''), undefined, SETS([]))},
  {
    name: 'calico-host-endpoint',
    load: restoring('nft', dump(HOST_ENDPOINT), undefined, SETS(['10.20.0.0/24', '52.95.0.0/16'])),
    alsoAsk: ['10.20.0.10 6443'],
  },
  {
    name: 'calico-host-endpoint-closed',
    load: restoring('legacy', dump(HOST_ENDPOINT), undefined, SETS(['52.94.0.0/16'])),
  },
]
