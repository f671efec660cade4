import {describe, expect, test} from 'vitest'
import type {Probe} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {dump, HOST, inShort, judge, judgeCase} from '../host.ts'
import {table} from '../nft/table.ts'

const RESOLVER: Probe = {to: '52.95.110.1', port: 53, protocol: 'udp'}

describe('a datagram and the answer to it, by rules of iptables', () => {
  test.each([
    ['nothing that stops it', '', 'allow'],
    [
      'a drop of UDP 53 that goes out',
      '-A OUTPUT -p udp -m udp --dport 53 -j DROP',
      'block out-syn filter OUTPUT 1',
    ],
    ['a drop of TCP 53 alone', '-A OUTPUT -p tcp -m tcp --dport 53 -j DROP', 'allow'],
    ['a drop of all but TCP', '-A OUTPUT ! -p tcp -j REJECT', 'block out-syn filter OUTPUT 1'],
    [
      'several ports',
      '-A OUTPUT -p udp -m multiport --dports 53,123 -j DROP',
      'block out-syn filter OUTPUT 1',
    ],
    ['a drop of the answers', '-A INPUT -p udp -m udp --sport 53 -j DROP', 'block in-synack filter INPUT 1'],
    [
      'an INPUT policy without a rule for answers',
      ':INPUT DROP\n-A INPUT -p tcp --sport 53 -j ACCEPT',
      'block in-synack filter INPUT policy',
    ],
    ['one with', ':INPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT', 'allow'],
    ['one with a rule for the port', ':INPUT DROP\n-A INPUT -p udp -m udp --sport 53 -j ACCEPT', 'allow'],
    [
      'answers that connection tracking does not know',
      '*raw\n-A OUTPUT -p udp -m udp --dport 53 -j CT --notrack\n-A PREROUTING -p udp -m udp --sport 53 -j CT --notrack\n*filter\n:INPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      'block in-synack filter INPUT policy',
    ],
    [
      'a request alone that connection tracking does not know: the answer begins a connection',
      '*raw\n-A OUTPUT -p udp -m udp --dport 53 -j CT --notrack\n*filter\n:INPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      'block in-synack filter INPUT policy',
    ],
    [
      'flags of TCP, which no datagram has',
      '-A OUTPUT -p tcp ! --syn -m conntrack --ctstate NEW -j DROP',
      'allow',
    ],
    ['its owner', '-A OUTPUT -p udp -m owner --uid-owner 0 -j DROP', 'block out-syn filter OUTPUT 1'],
    ['the tracked protocol', '-A OUTPUT -m conntrack --ctproto 17 -j DROP', 'block out-syn filter OUTPUT 1'],
    [
      'its length, which the question decides',
      '-A OUTPUT -p udp -m length --length 0:100 -j DROP',
      'unknown',
    ],
    ['that its socket is found', ':INPUT DROP\n-A INPUT -m socket --nowildcard -j ACCEPT', 'allow'],
    [
      'that its socket is bound to an address, which it need not be',
      ':INPUT DROP\n-A INPUT -m socket -j ACCEPT',
      'unknown',
    ],
    ['that its socket is none of a proxy', '-A INPUT -m socket --nowildcard --transparent -j DROP', 'allow'],
    ['what it says', '-A OUTPUT -p udp -m string --string amazonaws --algo bm -j DROP', 'unknown'],
    [
      'a redirection to this host, of whose sockets nothing is known',
      '*nat\n-A OUTPUT -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353',
      'unknown',
    ],
    [
      'a redirection to this host, and a rule',
      '*nat\n-A OUTPUT -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353\n*filter\n-A OUTPUT -p udp -m udp --dport 5353 -j DROP',
      'block out-syn filter OUTPUT 1',
    ],
  ])('%s', (_, rules, expected) => {
    for (const engine of ['legacy', 'nft'] as const)
      expect(inShort(judgeCase(rules, {...RESOLVER, engine}))).toBe(expected)
  })

  test('is described as what it is', () => {
    const rule = '-A INPUT -p udp -m udp --sport 53 -j DROP'
    expect(judgeCase(rule, RESOLVER).reason).toBe(
      `iptables (legacy): rule 1 of chain INPUT in table filter drops the answer to the datagram: ${rule}`,
    )
  })

  test.each([
    ['hash:ip,port', 'add x 52.95.110.1,udp:53', 'block out-syn filter OUTPUT 1'],
    ['hash:ip,port', 'add x 52.95.110.1,tcp:53', 'allow'],
    ['bitmap:port range 1-1024', 'add x 53', 'block out-syn filter OUTPUT 1'],
  ])('an ipset of type %s with "%s"', (type, add, expected) => {
    const direction = type.startsWith('bitmap') ? 'dst' : 'dst,dst'
    const sets = `create x ${type.startsWith('bitmap') ? type : `${type} family inet hashsize 1024 maxelem 65536`}\n${add}\n`
    expect(
      inShort(judgeCase(`-A OUTPUT -m set --match-set x ${direction} -j DROP`, {...RESOLVER, sets})),
    ).toBe(expected)
  })
})

const incoming = 'type filter hook input priority filter; policy drop;'

test.each([
  [['udp dport 53 drop'], undefined, 'block out-syn mine c 1'],
  [['meta l4proto udp th dport 53 reject'], undefined, 'block out-syn mine c 1'],
  [['meta l4proto { tcp, udp } th dport { 53, 853 } drop'], undefined, 'block out-syn mine c 1'],
  [['ip protocol udp drop'], undefined, 'block out-syn mine c 1'],
  [['tcp dport 53 drop', 'tcp flags ! syn drop'], undefined, 'allow'],
  [['udp sport 53 accept'], incoming, 'allow'],
  [['ct state established,related accept'], incoming, 'allow'],
  [['tcp sport 53 accept'], incoming, 'block in-synack mine c policy'],
  [['socket transparent 0 accept'], incoming, 'allow'],
  [['socket transparent 1 accept'], incoming, 'block in-synack mine c policy'],
  [['socket wildcard 0 accept'], incoming, 'unknown'],
  [['udp length 40 drop'], undefined, 'unknown'],
  [['tcp option window exists drop'], undefined, 'allow'],
  [['tcp option window missing drop'], undefined, 'unknown'],
  [['meta l4proto tcp tcp option window missing drop'], undefined, 'allow'],
])('nftables: %j', (rules, header, expected) => {
  expect(inShort(judge({nftText: table(rules, header === undefined ? {} : {header})}, RESOLVER))).toBe(
    expected,
  )
})

test('of IPv6, to a resolver on the link', () => {
  const ip6tablesLegacySave = dump('-A INPUT -p udp -m udp --sport 53 -j DROP')
  expect(inShort(judge({ip6tablesLegacySave}, {...RESOLVER, to: 'fd20::1'}))).toBe(
    'block in-synack filter INPUT 1',
  )
})

test('to the stub resolver of this host, over lo', () => {
  const firewall = compileFirewall({...HOST, iptablesLegacySave: dump('-A INPUT -i lo -p udp -j DROP')})
  expect(inShort(firewall.judge({...RESOLVER, to: '127.0.0.53'}))).toBe('block out-syn filter INPUT 1')
  expect(inShort(firewall.judge({...RESOLVER, to: '127.0.0.53', protocol: 'tcp'}))).toBe('allow')
})

test('one state answers for both protocols', () => {
  const firewall = compileFirewall({...HOST, iptablesLegacySave: dump('-A OUTPUT -p udp -j DROP')})
  const verdicts = (['tcp', 'udp', undefined] as const).map(
    protocol => firewall.judge({...RESOLVER, protocol}).verdict,
  )
  expect(verdicts).toEqual(['allow', 'block', 'allow'])
})
