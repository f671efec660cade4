import {expect, test} from 'vitest'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../../src/firewall/state/state.ts'
import {dump, HOST} from '../../host.ts'
import {table} from '../../nft/table.ts'

const ROUTING: Partial<LinuxFirewallState> = {
  routingRules: {
    ipv4: [
      '0:\tfrom all lookup local',
      '100:\tfrom all ipproto tcp sport 20000-61000 lookup vpn',
      '32766:\tfrom all lookup main',
    ],
    ipv6: ['0:\tfrom all lookup local', '32766:\tfrom all lookup main'],
  },
  routingTables: {
    ipv4: [
      'default via 10.9.0.1 dev eth0 table vpn',
      ...HOST.routes.filter(line => !/fd|fe80|default/.test(line)),
      'default via 10.20.0.1 dev eth1',
      'local 10.9.0.2 dev eth0 table local proto kernel scope host src 10.9.0.2',
      'local 10.20.0.2 dev eth1 table local proto kernel scope host src 10.20.0.2',
      'local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1',
    ],
    ipv6: [],
  },
}

const PLAIN = {routingRules: undefined, routingTables: undefined}

const arp = (rule: string) =>
  table([rule], {name: 'arp filter', header: 'type filter hook output priority filter; policy accept;'})

function judge(state: Partial<LinuxFirewallState>, to = '52.95.110.1') {
  return compileFirewall({...HOST, ...ROUTING, ...state}).judge({to, port: 443})
}

// Its source address is that of eth1, before its port is known, by which a rule leads it out by eth0.
test.each([
  ['oifname "eth1" drop', 'unknown'],
  ['oifname "eth1" arp operation reply drop', 'unknown'],
  ['oifname "eth1" arp operation request drop', 'allow'],
  ['oifname "eth1" arp daddr ip 10.20.7.7 drop', 'unknown'],
  ['oifname "eth1" arp daddr ip 10.30.0.0/16 drop', 'allow'],
  ['oifname "eth2" drop', 'allow'],
])('where the replies come home: arp %s', (rule, verdict) => {
  expect(judge({nftText: arp(rule)}).verdict).toBe(verdict)
})

test('the rule is named, and whom it keeps from finding this host', () => {
  const {reason, arp: stopped} = judge({nftText: arp('oifname "eth1" arp operation reply drop')})
  expect(reason).toMatchInlineSnapshot(
    `"nftables: rule 1 of chain c in table filter blocks ARP of this host by the next hop 10.20.0.0/16 (replies going out); it works only as long as the next hop remembers this host: oifname "eth1" arp operation reply drop"`,
  )
  expect(stopped).toMatchObject({nextHop: '10.20.0.0/16', operation: 'reply', way: 'out'})
})

test('requests that a device drops on their way in', () => {
  const header = 'type filter hook ingress device "eth1" priority filter; policy accept;'
  const nftText = table(['arp operation request drop'], {name: 'netdev filter', header})
  expect(judge({nftText}).verdict).toBe('unknown')
})

test('no next hop is looked for at home on a link without neighbors', () => {
  const links = HOST.links?.map(line =>
    line.replace('3: eth1@if3: <BROADCAST', '3: eth1@if3: <NOARP,BROADCAST'),
  )
  expect(judge({nftText: arp('oifname "eth1" drop'), links}).verdict).toBe('allow')
})

test('what a rule gives the source address of another interface', () => {
  const iptablesLegacySave = dump('*nat\n-A POSTROUTING -j SNAT --to-source 10.20.0.2')
  const plain = {...PLAIN, iptablesLegacySave}
  expect(judge({...plain, nftText: arp('oifname "eth1" drop')}).verdict).toBe('unknown')
  expect(judge({...plain, nftText: arp('oifname "eth1" arp operation request drop')}).verdict).toBe('allow')
})

test('the same for IPv6 neighbor discovery', () => {
  const rules = (type: string) =>
    dump(
      `-A OUTPUT -o eth1 -p icmpv6 --icmpv6-type ${type} -j DROP\n*nat\n-A POSTROUTING -j SNAT --to-source fd20::2`,
    )
  const judged = (type: string) => judge({...PLAIN, ip6tablesLegacySave: rules(type)}, '2001:db8::5').verdict
  expect(judged('neighbour-advertisement')).toBe('unknown')
  expect(judged('neighbour-solicitation')).toBe('allow')
})
