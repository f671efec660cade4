import {describe, expect, test} from 'vitest'
import type {Judgement} from '../../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import {table} from '../../nft/table.ts'
import {accept, IN, inShort, judge, lines, OUT, REMOTE, STRANGER} from './host.ts'

describe('a next hop that is not known', () => {
  test.each([
    ['no rules', '', 'allow'],
    ['a policy that lets out TCP only', OUT, 'block out-syn: 135 out at OUTPUT policy'],
    ['a policy that lets in TCP only', IN, 'block in-synack: 136 in at INPUT policy'],
    [
      'what belongs to a connection is not neighbour discovery',
      lines(IN, '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
      'block in-synack: 136 in at INPUT policy',
    ],
    [
      'neighbour discovery is untracked',
      lines(IN, '-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT'),
      'allow',
    ],
    ['it is not invalid either', '-A INPUT -m conntrack --ctstate INVALID -j DROP', 'allow'],
    [
      'but before connection tracking it is',
      '*raw\n-A PREROUTING -p ipv6-icmp -m conntrack --ctstate INVALID -j DROP',
      'block in-synack: 136 in at PREROUTING 1',
    ],
    ['both messages, both ways', lines(OUT, IN, ...both(), '-A INPUT -p ipv6-icmp -j DROP'), 'allow'],
    ['with the hop limit that it has', lines(OUT, IN, ...both('-m hl --hl-eq 255')), 'allow'],
    [
      'with another hop limit',
      lines(OUT, '-A OUTPUT -m hl --hl-lt 255 -j ACCEPT'),
      'block out-syn: 135 out at OUTPUT policy',
    ],
    [
      'other messages',
      lines(OUT, accept('OUTPUT', 128), accept('OUTPUT', 133)),
      'block out-syn: 135 out at OUTPUT policy',
    ],
    ['a type without code', '-A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135/1 -j DROP', 'allow'],
    [
      'all but a type',
      '-A INPUT -p ipv6-icmp -m icmp6 ! --icmpv6-type 128 -j DROP',
      'block in-synack: 136 in at INPUT 1',
    ],
    [
      'the group of the next hop',
      lines(OUT, accept('OUTPUT', 136), accept('OUTPUT', 135, '-d ff02::1:ff00:1')),
      'allow',
    ],
    [
      'the group of another',
      lines(OUT, accept('OUTPUT', 135, '-d ff02::1:ff00:2')),
      'block out-syn: 135 out at OUTPUT policy',
    ],
    ['all groups', lines(OUT, accept('OUTPUT', 136), accept('OUTPUT', 135, '-d ff02::/16')), 'allow'],
    [
      'the link-local source that a packet of this host does not have',
      lines(OUT, '-A OUTPUT -s fe80::/10 -j ACCEPT'),
      'block out-syn: 135 out at OUTPUT policy',
    ],
    [
      'no user owns it',
      '-A OUTPUT -p ipv6-icmp -m owner ! --uid-owner 0 -j DROP',
      'block out-syn: 135 out at OUTPUT 1',
    ],
    ['nor does root', '-A OUTPUT -p ipv6-icmp -m owner --uid-owner 0 -j DROP', 'allow'],
    [
      'the kernel has a socket for it',
      '-A OUTPUT -p ipv6-icmp -m owner --socket-exists -j DROP',
      'block out-syn: 135 out at OUTPUT 1',
    ],
    ['NAT does not see it', '*nat\n-A OUTPUT -p ipv6-icmp -j DROP', 'allow'],
    ['it leaves', '*mangle\n-A POSTROUTING -p ipv6-icmp -j DROP', 'block out-syn: 135 out at POSTROUTING 1'],
    ['on that interface', '-A OUTPUT -o eth0 -p ipv6-icmp -j DROP', 'block out-syn: 135 out at OUTPUT 1'],
    ['not on another', '-A OUTPUT -o eth1 -p ipv6-icmp -j DROP', 'allow'],
    ['another hop limit than it must have', '*mangle\n-A POSTROUTING -j HL --hl-set 64', 'unknown'],
    [
      'a socket, which no message of ICMPv6 has that comes in',
      '-A INPUT -p ipv6-icmp -m socket --nowildcard -j DROP',
      'allow',
    ],
    ['a rate', lines(OUT, '-A OUTPUT -p ipv6-icmp -m limit --limit 9/sec -j ACCEPT'), 'unknown'],
    [
      'each end learns from what the other asks',
      accept('INPUT', 136).replace('ACCEPT', 'DROP'),
      'unknown -: 136 in at INPUT 1',
    ],
    [
      'what this host asks, and what it answers',
      lines(...[135, 136].map(type => accept('OUTPUT', type).replace('ACCEPT', 'DROP'))),
      'block out-syn: 135 out at OUTPUT 1',
    ],
    [
      'what this host asks, and what it is asked',
      lines(...['OUTPUT', 'INPUT'].map(chain => accept(chain, 135).replace('ACCEPT', 'DROP'))),
      'block out-syn: 135 out at OUTPUT 1',
    ],
    [
      'this host is not found',
      accept('INPUT', 135).replace('ACCEPT', 'DROP'),
      'unknown -: 135 in at INPUT 1',
    ],
    ['nor answers', accept('OUTPUT', 136).replace('ACCEPT', 'DROP'), 'unknown -: 136 out at OUTPUT 1'],
    ['the connection is stopped before', '-A OUTPUT -j DROP', 'block'],
  ])('%s', (_, rules, expected) => {
    expect(inShort(judge(rules))).toBe(expected)
  })

  function both(more = ''): string[] {
    return ['INPUT', 'OUTPUT'].flatMap(chain => [135, 136].map(type => accept(chain, type, more)))
  }
})

describe('sets of ipset', () => {
  test.each([
    ['bitmap:port range 0-65535', 'dst', '443', 'block out-syn: 135 out at OUTPUT policy'],
    [
      'hash:ip,port family inet6',
      'dst,dst',
      '2001:db8::5,tcp:443',
      'block out-syn: 135 out at OUTPUT policy',
    ],
    ['hash:ip,port family inet6', 'dst,dst', '2001:db8::5,sctp:443', 'unknown'],
  ])('%s by %s with %s', (type, directions, element, expected) => {
    const ipsetSave = `create s ${type}\nadd s ${element}\n`
    const rules = `:OUTPUT DROP\n-A OUTPUT -p tcp -j ACCEPT\n-A OUTPUT -m set --match-set s ${directions} -j ACCEPT`
    expect(inShort(judge(rules, {ipsetSave}))).toBe(expected)
  })
})

describe('rules of nf_tables', () => {
  const nft = (rules: readonly string[], header?: string): Judgement =>
    compileFirewall({...STRANGER, nftText: table(rules, header === undefined ? {} : {header})}).judge({
      to: REMOTE,
      port: 443,
    })

  const OUTPUT = 'type filter hook output priority filter; policy drop;'
  test.each([
    ['tcp dport 443 accept', 'block out-syn: 135 out at c policy'],
    ['tcp dport != 22 accept', 'block out-syn: 135 out at c policy'],
    ['icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept', 'allow'],
    [
      'icmpv6 type . icmpv6 code { nd-neighbor-solicit . no-route, nd-neighbor-advert . no-route } accept',
      'allow',
    ],
    ['meta l4proto ipv6-icmp accept', 'allow'],
    ['ip6 nexthdr ipv6-icmp ip6 hoplimit 255 accept', 'allow'],
    ['icmp type echo-request accept', 'block out-syn: 135 out at c policy'],
    ['ct state { untracked, established } accept', 'allow'],
    ['ct state new accept', 'block out-syn: 135 out at c policy'],
    ['meta skuid 0 accept', 'block out-syn: 135 out at c policy'],
    ['th dport 443 accept', 'unknown'],
    ['meta l4proto . th dport { tcp . 443, udp . 53 } accept', 'block out-syn: 135 out at c policy'],
    ['meta l4proto . th dport { ipv6-icmp . 443 } accept', 'unknown'],
    ['meta l4proto != tcp reject with tcp reset', 'block out-syn: 135 out at c policy'],
  ])('%s', (rule, expected) => {
    expect(inShort(nft(['meta l4proto tcp accept', rule], OUTPUT))).toBe(expected)
  })

  test('at a device', () => {
    const text = `table netdev t {
	chain c {
		type filter hook egress device "eth0" priority filter; policy accept;
		icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } drop
	}
}
`
    const {judge: ask} = compileFirewall({...STRANGER, nftText: text})
    expect(inShort(ask({to: REMOTE, port: 443}))).toBe('block out-syn: 135 out at c 1')
    expect(inShort(ask({to: 'fd20::9', port: 443}))).toBe('allow')
  })
})
