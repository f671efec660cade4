import {describe, expect, test} from 'vitest'
import type {Judgement, Probe} from '../../../src/contract/judgement.ts'
import {blockCause} from '../../../src/firewall/block-cause.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump, HOST} from '../host.ts'
import {table} from '../nft/table.ts'

const RULES4 = [
  '0:\tfrom all lookup local',
  '32766:\tfrom all lookup main',
  '32767:\tfrom all lookup default',
]
const RULES6 = ['0:\tfrom all lookup local', '32766:\tfrom all lookup main']

/** The host's own table and main table, as `ip route show table all` lists them. */
const TABLES4 = [
  ...HOST.routes.filter(line => !line.includes('fd') && !line.includes('fe80')),
  'local 10.9.0.2 dev eth0 table local proto kernel scope host src 10.9.0.2 ',
  'broadcast 10.9.0.255 dev eth0 table local proto kernel scope link src 10.9.0.2 ',
  'local 10.20.0.2 dev eth1 table local proto kernel scope host src 10.20.0.2 ',
  'local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1 ',
  'local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 ',
]
const TABLES6 = [
  ...HOST.routes.filter(line => line.includes('fd') || line.includes('fe80')),
  'local ::1 dev lo table local proto kernel metric 0 pref medium',
  'local fd09::2 dev eth0 table local proto kernel metric 0 pref medium',
  'multicast ff00::/8 dev eth0 table local proto kernel metric 256 pref medium',
]

/** Routes and rules besides those of every host. */
type Extra = {
  readonly rules?: readonly string[]
  readonly routes?: readonly string[]
  readonly state?: Partial<LinuxFirewallState>
}

function hostWith({rules = [], routes = [], state = {}}: Extra): LinuxFirewallState {
  const [zero = '', ...rest] = RULES4
  const [zero6 = '', ...rest6] = RULES6
  const v6 = (line: string) => /[0-9a-f]:[:0-9a-f]|inet6/.test(line.replace(/^\d+:/, ''))
  return {
    ...HOST,
    routingRules: {
      ipv4: [zero, ...rules.filter(line => !v6(line)), ...rest],
      ipv6: [zero6, ...rules, ...rest6],
    },
    routingTables: {
      ipv4: [...routes.filter(line => !v6(line)), ...TABLES4],
      ipv6: [...routes.filter(v6), ...TABLES6],
    },
    ...state,
  }
}

function judge(extra: Extra, probe: Partial<Probe> = {}): Judgement {
  return compileFirewall(hostWith(extra)).judge({to: '52.95.110.1', port: 443, ...probe})
}

const dropOn = (device: string) => `*mangle\n-A POSTROUTING -o ${device} -p tcp --dport 443 -j DROP\n`

const MARK = '-A OUTPUT -p tcp --dport 443 -j MARK --set-xmark 0x1/0xffffffff\n'
const BY_MARK = {
  rules: ['100:\tfrom all fwmark 0x1 lookup vpn'],
  routes: ['default via 10.20.0.1 dev eth1 table vpn '],
}

/** The interface, found by rules that drop what leaves by one of them. */
function leavesBy(extra: Extra, probe: Partial<Probe> = {}): string {
  const field = probe.to?.includes(':') ? 'ip6tablesLegacySave' : 'iptablesLegacySave'
  const before = extra.state?.[field] ?? ''
  const [eth0, eth1] = ['eth0', 'eth1'].map(device => {
    const drop = `-A POSTROUTING -o ${device} -p tcp -j DROP`
    const rules = before.includes('*mangle')
      ? before.replace('\nCOMMIT', `\n${drop}\nCOMMIT`)
      : `${before}${dump(`*mangle\n${drop}`)}`
    return judge({...extra, state: {...extra.state, [field]: rules}}, probe).verdict
  })
  if (eth0 === 'block' && eth1 === 'allow') return 'eth0'
  return eth0 === 'allow' && eth1 === 'block' ? 'eth1' : `${eth0} ${eth1}`
}

const inMangle = (rules: string) => ({iptablesLegacySave: dump(`*mangle\n${rules}`)})

describe('which table decides', () => {
  test('main, unless a rule says otherwise', () => {
    expect(leavesBy({})).toBe('eth0')
    expect(leavesBy({}, {to: '2001:db8::5'})).toBe('eth0')
    expect(leavesBy(BY_MARK)).toBe('eth0')
  })

  const TO_ETH1 = ['default via 10.20.0.1 dev eth1 table 100 ']
  test.each([
    ['100:\tfrom all lookup 100', 'eth1'],
    ['100:\tfrom all to 52.95.0.0/16 lookup 100', 'eth1'],
    ['100:\tfrom all to 53.0.0.0/8 lookup 100', 'eth0'],
    ['100:\tfrom 10.9.0.2 lookup 100', 'eth1'],
    ['100:\tfrom 10.20.0.0/16 lookup 100', 'eth0'],
    ['100:\tnot from 10.30.0.0/16 lookup 100', 'eth1'],
    // Asked once more, with the source that eth1 gave it, the rule does not match.
    ['100:\tnot from 10.20.0.0/16 lookup 100', 'eth0'],
    ['100:\tnot from all fwmark 0x5 lookup 100', 'eth1'],
    ['100:\tfrom all fwmark 0/0xff lookup 100', 'eth1'],
    ['100:\tfrom all iif lo lookup 100', 'eth1'],
    ['100:\tfrom all iif eth1 lookup 100', 'eth0'],
    ['100:\tfrom all oif eth1 lookup 100', 'eth0'],
    ['100:\tfrom all uidrange 0-0 lookup 100', 'eth1'],
    ['100:\tfrom all uidrange 1-1000 lookup 100', 'eth0'],
    ['100:\tfrom all ipproto tcp dport 443 lookup 100', 'eth1'],
    ['100:\tfrom all ipproto udp lookup 100', 'eth0'],
    ['100:\tfrom all ipproto tcp dport 80-442 lookup 100', 'eth0'],
    ['100:\tfrom all ipproto tcp sport 20000-61000 lookup 100', 'eth1'],
    ['100:\tfrom all ipproto tcp sport 1-1023 lookup 100', 'eth0'],
    ['100:\tfrom all tos 0x10 lookup 100', 'eth0'],
    ['100:\tfrom all lookup main suppress_prefixlength 0\n101:\tfrom all lookup 100', 'eth1'],
    ['100:\tfrom all goto 32766\n101:\tfrom all lookup 100', 'eth0'],
    ['100:\tfrom all goto 200\n101:\tfrom all lookup 100 proto static', 'eth1'],
    ['100:\tfrom all lookup 99\n101:\tfrom all lookup 100 proto static', 'eth1'],
    ['1000:\tfrom all lookup [l3mdev-table]', 'eth0'],
    ['100:\tfrom all nop\n101:\tfrom all lookup 100', 'eth1'],
  ])('%s', (rules, device) => {
    expect(leavesBy({rules: rules.split('\n'), routes: TO_ETH1})).toBe(device)
  })

  test.each([
    ['the longest prefix', ['default dev eth1 table 100', '52.95.0.0/16 dev eth0 table 100'], 'eth0'],
    [
      'the least metric',
      ['default dev eth1 table 100 metric 5', 'default dev eth0 table 100 metric 9'],
      'eth1',
    ],
    ['none: the next rule', ['53.0.0.0/8 dev eth1 table 100'], 'eth0'],
    ['throw: the next rule', ['default dev eth1 table 100', 'throw 52.95.110.0/24 table 100'], 'eth0'],
    ['one that is dead', ['default dev eth1 table 100 dead linkdown'], 'eth0'],
    ['for one type of service', ['default dev eth1 table 100 tos 0x10'], 'unknown unknown'],
    [
      'several next hops',
      [
        'default table 100 ',
        '\tnexthop via 10.20.0.1 dev eth1 weight 1 ',
        '\tnexthop via 10.20.0.9 dev eth1 weight 1 ',
      ],
      'eth1',
    ],
  ])('%s', (_, routes, device) => {
    expect(leavesBy({rules: ['100:\tfrom all lookup 100'], routes})).toBe(device)
  })

  test('IPv6 does not ask again once it has a source address and a port', () => {
    const routes = ['default via fd20::1 dev eth1 table 100 metric 1024 pref medium']
    const to = '2001:db8::5'
    expect(leavesBy({rules: ['100:\tfrom fd09::2 lookup 100'], routes}, {to})).toBe('eth0')
    expect(leavesBy({rules: ['100:\tfrom all sport 20000-61000 lookup 100'], routes}, {to})).toBe('eth0')
    expect(leavesBy({rules: ['100:\tfrom all ipproto tcp dport 443 lookup 100'], routes}, {to})).toBe('eth1')
  })

  test('the source address is that of the interface', () => {
    const rules = ['100:\tfrom all dport 443 lookup 100']
    const bySource = (address: string) => ({iptablesLegacySave: dump(`-A OUTPUT -s ${address} -j DROP`)})
    expect(judge({rules, routes: TO_ETH1, state: bySource('10.20.0.2')}).verdict).toBe('block')
    expect(judge({rules, routes: TO_ETH1, state: bySource('10.9.0.2')}).verdict).toBe('allow')
    const fixed = ['default via 10.20.0.1 dev eth1 table 100 src 10.9.0.2 ']
    expect(judge({rules, routes: fixed, state: bySource('10.9.0.2')}).verdict).toBe('block')
  })

  test('an address of this host comes before all rules', () => {
    const rules = ['100:\tfrom all lookup 100']
    const state = {iptablesLegacySave: dump('-A OUTPUT ! -o lo -j DROP')}
    for (const to of ['10.9.0.2', '127.0.0.7', '10.20.0.2'])
      expect(judge({rules, routes: TO_ETH1, state}, {to}).verdict).toBe('allow')
  })

  test('a range is divided where the ways part', () => {
    const rules = ['100:\tfrom all to 52.95.0.0/17 lookup 100']
    const {parts} = judge(
      {rules, routes: TO_ETH1, state: {iptablesLegacySave: dump(dropOn('eth1'))}},
      {to: '52.95.0.0/16'},
    )
    expect(parts.map(({to, verdict}) => `${to} ${verdict}`)).toEqual([
      '52.95.0.0/17 block',
      '52.95.128.0/17 allow',
    ])
  })

  test('a rule that is not understood may or may not count', () => {
    const extra = {rules: ['100:\tfrom all flowlabel 0x5 lookup 100'], routes: TO_ETH1}
    expect(leavesBy(extra)).toBe('unknown unknown')
    expect(judge(extra).verdict).toBe('allow')
    expect(judge({...extra, state: {iptablesLegacySave: dump(dropOn('eth1'))}}).unknownBecause).toContain(
      '100: from all flowlabel 0x5 lookup 100',
    )
  })
})

describe('routed once more', () => {
  test.each([
    ['mangle OUTPUT', inMangle(MARK), 'eth1'],
    ['mangle OUTPUT, another mark', inMangle(MARK.replace('0x1', '0x2')), 'eth0'],
    ['mangle OUTPUT, the mark that was', inMangle('-A OUTPUT -j MARK --set-xmark 0x0/0xffffffff\n'), 'eth0'],
    ['filter OUTPUT, too late', {iptablesLegacySave: dump(MARK)}, 'eth0'],
    ['raw OUTPUT, and nothing changes in mangle', {iptablesLegacySave: dump(`*raw\n${MARK}`)}, 'eth0'],
    [
      'raw OUTPUT, and NAT changes the destination',
      {iptablesLegacySave: dump(`*raw\n${MARK}*nat\n-A OUTPUT -j DNAT --to-destination 52.95.111.1`)},
      'eth1',
    ],
    [
      'a mark of the connection',
      inMangle('-A OUTPUT -j CONNMARK --set-xmark 0x1/0xffffffff\n-A OUTPUT -j CONNMARK --restore-mark\n'),
      'eth1',
    ],
    [
      'a mark that nobody can tell',
      inMangle('-A OUTPUT -m statistic --mode random --probability 0.5 -j MARK --set-xmark 0x1/0xffffffff\n'),
      'unknown unknown',
    ],
  ])('by %s', (_, state, device) => {
    expect(leavesBy({...BY_MARK, state})).toBe(device)
  })

  test.each([
    ['type route hook output priority mangle; policy accept;', 'eth1'],
    ['type route hook output priority 200; policy accept;', 'eth1'],
    ['type filter hook output priority mangle; policy accept;', 'eth0'],
    ['type filter hook postrouting priority mangle; policy accept;', 'eth0'],
  ])('by nftables: %s', (header, device) => {
    const state = {nftText: table(['tcp dport 443 meta mark set 0x1'], {header})}
    expect(leavesBy({...BY_MARK, state})).toBe(device)
  })

  test('IPv6, too', () => {
    const extra = {...BY_MARK, routes: ['default via fd20::1 dev eth1 table vpn metric 1024 pref medium']}
    const state = {ip6tablesLegacySave: dump(`*mangle\n${MARK}`)}
    expect(leavesBy({...extra, state}, {to: '2001:db8::5'})).toBe('eth1')
  })

  test('OUTPUT goes on with the interface of before', () => {
    const rules = (device: string) => ({
      iptablesLegacySave: dump(`*mangle\n${MARK}*filter\n-A OUTPUT -o ${device} -p tcp -j DROP`),
    })
    expect(judge({...BY_MARK, state: rules('eth0')}).verdict).toBe('block')
    expect(judge({...BY_MARK, state: rules('eth1')}).verdict).toBe('allow')
  })

  test('who owns the socket is forgotten by IPv4, and not by IPv6', () => {
    const rules = ['100:\tfrom all uidrange 1000-1000 lookup 100']
    const mark = `*mangle\n${MARK.replace('0x1', '0x2')}`
    const v4 = {rules, routes: ['default via 10.20.0.1 dev eth1 table 100 ']}
    expect(leavesBy(v4, {uid: 1000})).toBe('eth1')
    expect(leavesBy({...v4, state: {iptablesLegacySave: dump(mark)}}, {uid: 1000})).toBe('eth0')
    const v6 = {rules, routes: ['default via fd20::1 dev eth1 table 100 metric 1024 pref medium']}
    const probe = {uid: 1000, to: '2001:db8::5'}
    expect(leavesBy({...v6, state: {ip6tablesLegacySave: dump(mark)}}, probe)).toBe('eth1')
  })

  test('the source address stays, unless it is masqueraded', () => {
    const seen = (address: string, more = '') => ({
      iptablesLegacySave: dump(`*mangle\n${MARK}-A INPUT -d ${address} -j DROP\n*nat\n${more}`),
    })
    expect(judge({...BY_MARK, state: seen('10.9.0.2')}).verdict).toBe('block')
    const masquerade = '-A POSTROUTING -o eth1 -j MASQUERADE'
    const before = dump(`*mangle\n${MARK}*raw\n-A PREROUTING -d 10.20.0.2 -j DROP\n*nat\n${masquerade}`)
    expect(judge({...BY_MARK, state: {iptablesLegacySave: before}}).verdict).toBe('block')
  })
})

describe('ways that lead nowhere', () => {
  test.each(['blackhole', 'unreachable', 'prohibit'])('%s', kind => {
    const routes = [`${kind} 52.95.110.0/24 `]
    const judged = judge({routes})
    expect(judged).toMatchObject({
      ...{verdict: 'block', stage: 'out-syn', how: 'reject', blocker: null},
      routing: {by: 'route', text: `${kind} 52.95.110.0/24`},
    })
    expect(judged.reason).toBe(
      `Routing, not a firewall rule: a route of this host blocks the connection request: ${kind} 52.95.110.0/24`,
    )
    expect(blockCause(judged)).toBe('firewall.routing')
    expect(judge({routes}, {to: '52.95.111.1'}).verdict).toBe('allow')
    // Also where no more than the main table was captured.
    const older = {...HOST, routes: [...routes, ...HOST.routes]}
    expect(compileFirewall(older).judge({to: '52.95.110.1', port: 443}).verdict).toBe('block')
  })

  test('a rule', () => {
    const judged = judge({rules: ['100:\tfrom all to 52.95.0.0/16 prohibit']})
    expect(judged.routing).toEqual({by: 'routing-rule', text: '100: from all to 52.95.0.0/16 prohibit'})
  })

  // Of three answers, the second has a source address and no port yet.
  test.each([
    [
      'an error before the port is chosen',
      ['100:\tfrom all ipproto tcp sport 20000-61000 goto 32766'],
      'block',
    ],
    ['no such rule before it', [], 'block'],
    ['a rule before it that does not ask for a port', ['100:\tfrom 10.9.0.0/24 goto 32766'], 'allow'],
  ])('%s', (_name, rules, verdict) => {
    const all = [...rules, '200:\tfrom 10.9.0.0/24 blackhole']
    expect(judge({rules: all}).verdict).toBe(verdict)
  })

  test('for what is marked, which is dropped', () => {
    const routes = ['unreachable default table vpn metric 4278198272 ']
    const judged = judge({...BY_MARK, routes, state: inMangle(MARK)})
    expect(judged).toMatchObject({verdict: 'block', stage: 'out-syn', how: 'drop', routing: {by: 'route'}})
    expect(judge({...BY_MARK, routes}).verdict).toBe('allow')
    const nowhere = {rules: ['100:\tfrom all fwmark 0x1 lookup vpn', '101:\tfrom all fwmark 0x1 unreachable']}
    expect(judge({...nowhere, state: inMangle(MARK)}).routing?.by).toBe('routing-rule')
  })

  test('none for what is marked', () => {
    const state = {
      ...inMangle(MARK),
      routingRules: {
        ipv4: ['0:\tfrom all lookup local', '9:\tnot from all fwmark 0x1 lookup main'],
        ipv6: RULES6,
      },
    }
    expect(judge({state}).routing?.by).toBe('no-route')
  })

  const OVER_ETH1 = ['default via fd20::1 dev eth1 table 100 metric 1024 pref medium']
  test.each([
    [['1000:\tfrom fd20::/64 lookup 100', '1001:\tnot from fd09::2 blackhole'], 'allow'],
    [['1000:\tnot from fd09::/64 prohibit', '1001:\tfrom fd09::/64 prohibit'], 'block'],
    [['1000:\tnot from fd09::2 blackhole'], 'unknown'],
  ])('IPv6 asks again with each address that it may choose: %j', (rules, verdict) => {
    const state = {routingRules: {ipv4: RULES4, ipv6: [...RULES6.slice(0, 1), ...rules, ...RULES6.slice(1)]}}
    const judged = judge({routes: OVER_ETH1, state}, {to: '2001:db8::5'})
    expect(judged.verdict).toBe(verdict)
    if (verdict === 'unknown')
      expect(judged.unknownBecause).toContain('which of its addresses this host connects from')
  })

  test('that IPv6 has for want of a route are no block', () => {
    const state = {
      routingTables: {
        ipv4: TABLES4,
        ipv6: [
          'unreachable default dev lo table unspec proto kernel metric 4294967295 error -101',
          'local ::1 dev lo table local metric 0',
        ],
      },
    }
    expect(judge({state}, {to: '2001:db8::5'}).verdict).toBe('allow')
  })

  test('a rule of the firewall that comes first is blamed', () => {
    const rules = `*mangle\n${MARK}*raw\n-A OUTPUT -p tcp -j DROP`
    const routes = ['blackhole default table vpn ']
    expect(judge({...BY_MARK, routes, state: {iptablesLegacySave: dump(rules)}}).blocker?.table).toBe('raw')
  })
})

describe('what routing leads to this host', () => {
  const TPROXY = {
    rules: ['100:\tfrom all fwmark 0x1 lookup 100'],
    routes: ['local default dev lo table 100 scope host '],
  }

  test('is not decided', () => {
    const judged = judge({...TPROXY, state: inMangle(MARK)})
    expect(judged.verdict).toBe('unknown')
    expect(judged.reason).toContain('routing rules that lead the connection to this host itself')
    expect(judge(TPROXY).verdict).toBe('allow')
  })

  const LISTENERS = (address: string, port: number) => ({tcpListeners: [{address, port}]})
  test.each([
    ['nobody', {tcpListeners: []}, 'block'],
    ['who listens elsewhere', LISTENERS('10.9.0.2', 443), 'block'],
    ['who listens on another port', LISTENERS('0.0.0.0', 15001), 'block'],
    ['who listens on all addresses', LISTENERS('0.0.0.0', 443), 'unknown'],
    ['who may listen for IPv4 as well', LISTENERS('::', 443), 'unknown'],
  ])('is refused unless somebody takes it: %s', (_, listeners, verdict) => {
    expect(judge({...TPROXY, state: {...inMangle(MARK), ...listeners}}).verdict).toBe(verdict)
  })

  test('is not decided where a rule may hand it to a proxy', () => {
    const state = {
      tcpListeners: [],
      ...inMangle(
        `${MARK}-A PREROUTING -i lo -p tcp -j TPROXY --on-port 15001 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1`,
      ),
    }
    expect(judge({...TPROXY, state}).verdict).toBe('unknown')
    expect(judge({...TPROXY, state}, {port: 80}).verdict).toBe('allow')
    const nftText = table(['meta l4proto tcp tproxy to :15001 accept'], {
      header: 'type filter hook prerouting priority mangle; policy accept;',
    })
    expect(judge({...TPROXY, state: {tcpListeners: [], ...inMangle(MARK), nftText}}).verdict).toBe('unknown')
  })

  test('is told as the route that leads there', () => {
    const judged = judge({...TPROXY, state: {...inMangle(MARK), tcpListeners: []}})
    expect(judged).toMatchObject({stage: 'out-syn', how: 'drop', blocker: null, routing: {by: 'route'}})
    expect(judged.reason).toMatchInlineSnapshot(
      `"Routing, not a firewall rule: a route of this host blocks the connection request: local default dev lo table 100 scope host, to this host itself, where nothing listens on port 443"`,
    )
    expect(blockCause(judged)).toBe('firewall.routing')
  })

  test('a rule that drops it on lo does decide', () => {
    const rules = `*mangle\n${MARK}*filter\n-A INPUT -i lo -p tcp --dport 443 -j DROP`
    expect(judge({...TPROXY, state: {iptablesLegacySave: dump(rules)}}).verdict).toBe('block')
  })

  test('addresses that are local by a route of their own are local', () => {
    const routes = ['local 192.0.2.0/24 dev lo table local scope host ']
    const state = {iptablesLegacySave: dump('-A OUTPUT -m addrtype --dst-type LOCAL -j DROP')}
    expect(judge({routes, state}, {to: '192.0.2.7'}).verdict).toBe('block')
  })
})

describe('the filter of reverse paths', () => {
  const settings = (filter: number, byMark = 0, device = 'all') => ({
    settings: {
      ...HOST.settings,
      [`net/ipv4/conf/${device}/rp_filter`]: String(filter),
      'net/ipv4/conf/all/src_valid_mark': String(byMark),
      'net/ipv4/conf/eth1/src_valid_mark': '0',
    },
  })
  const masqueraded = (more = '') => ({
    iptablesLegacySave: dump(`*mangle\n${MARK}${more}*nat\n-A POSTROUTING -o eth1 -j MASQUERADE`),
  })
  const marked = '-A PREROUTING -i eth1 -j MARK --set-xmark 0x1/0xffffffff\n'

  test.each([
    [0, 0, '', 'allow'],
    [1, 0, '', 'block'],
    [1, 1, '', 'block'],
    [2, 0, '', 'allow'],
    [1, 0, marked, 'block'],
    [1, 1, marked, 'allow'],
    [2, 1, marked, 'allow'],
  ])('rp_filter %d, src_valid_mark %d, reply marked by %j: %s', (filter, byMark, more, verdict) => {
    const judged = judge({...BY_MARK, state: {...masqueraded(more), ...settings(filter, byMark)}})
    expect(judged.verdict).toBe(verdict)
    if (verdict === 'block')
      expect(judged).toMatchObject({
        stage: 'in-synack',
        how: 'drop',
        routing: {by: 'reverse-path', text: 'rp_filter of eth1'},
      })
  })

  test.each(['tcp', 'udp'] as const)('of %s: strict, it drops what should come in elsewhere', protocol => {
    const judged = compileFirewall(hostWith({...BY_MARK, state: {...masqueraded(), ...settings(1)}})).judge({
      to: '52.95.110.1',
      port: 443,
      protocol,
    })
    // The mark is for TCP 443 alone.
    expect(judged.verdict).toBe(protocol === 'tcp' ? 'block' : 'allow')
  })

  test.each(['tcp', 'udp'] as const)(
    'of %s: none, and yet a sender whose address is routed to this host may be taken for a spoofed one',
    protocol => {
      const routes = ['local default dev lo table vpn scope host ']
      const rules = ['1000:\tfrom all uidrange 0-0 lookup vpn']
      const state = hostWith({rules, routes, state: settings(0)})
      const ask = (uid: number) => compileFirewall(state).judge({to: '52.95.110.1', port: 443, protocol, uid})
      expect(ask(1000).verdict).toBe('unknown')
      expect(ask(1000).reason).toContain('which may drop replies')
    },
  )

  test('of the interface alone', () => {
    const by = (device: string) =>
      judge({...BY_MARK, state: {...masqueraded(), ...settings(1, 0, device)}}).verdict
    expect(by('eth1')).toBe('block')
    expect(by('eth0')).toBe('allow')
  })

  test('where it was not captured, it may drop what comes in elsewhere', () => {
    const state = hostWith({...BY_MARK, state: masqueraded()})
    const {settings: _, ...older} = state
    const ask = (one: LinuxFirewallState) => compileFirewall(one).judge({to: '52.95.110.1', port: 443})
    expect(ask(older).verdict).toBe('unknown')
    expect(ask(older).reason).toContain('rp_filter of eth1, which may drop replies')
    expect(ask({...older, iptablesLegacySave: ''}).verdict).toBe('allow')
  })

  test('IPv6 has none', () => {
    const extra = {...BY_MARK, routes: ['default via fd20::1 dev eth1 table vpn metric 1024 pref medium']}
    const state = {ip6tablesLegacySave: dump(`*mangle\n${MARK}*nat\n-A POSTROUTING -o eth1 -j MASQUERADE`)}
    expect(judge({...extra, state: {...state, ...settings(1)}}, {to: '2001:db8::5'}).verdict).toBe('allow')
  })

  test('a rule that asks for the same is asked by the ways of today', () => {
    const drop = '*raw\n-A PREROUTING -m rpfilter --invert -j DROP\n'
    expect(judge({state: {iptablesLegacySave: dump(drop)}}).verdict).toBe('allow')
    const rules = dump(`${drop}*mangle\n${MARK}*nat\n-A POSTROUTING -o eth1 -j MASQUERADE`)
    expect(judge({...BY_MARK, state: {iptablesLegacySave: rules}}).verdict).toBe('unknown')
  })
})

describe('tunnels', () => {
  const wg = {
    rules: [
      '100:\tnot from all fwmark 0xca6c lookup 51820',
      '101:\tfrom all lookup main suppress_prefixlength 0',
    ],
    routes: ['default dev wg0 table 51820 scope link '],
    state: {
      links: [
        ...(HOST.links ?? []),
        '9: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN group default qlen 1000\\    link/none',
      ],
      interfaces: {...HOST.interfaces, wg0: ['10.2.0.2/32']},
    },
  }

  test('as wg-quick sets one up: allowed, and it is said that the tunnel was not examined', () => {
    const judged = judge(wg)
    expect(judged.verdict).toBe('allow')
    expect(judged.reason).toBe(
      'No rule on this host blocks it; it leaves through wg0, which looks like a tunnel; the network that carries the tunnel was not examined.',
    )
  })

  test('rules for the interface count', () => {
    const iptablesLegacySave = dump('-A OUTPUT ! -o wg0 -m mark ! --mark 0xca6c -j REJECT')
    expect(judge({...wg, state: {...wg.state, iptablesLegacySave}}).verdict).toBe('allow')
    expect(judge({state: {iptablesLegacySave}}).verdict).toBe('block')
  })
})

test('tables or rules that could not be read leave the way open, where rules may choose', () => {
  const bySource = {iptablesLegacySave: dump('-A OUTPUT -o eth1 -j DROP')}
  for (const field of ['routingTables', 'routingRules'])
    expect(judge({...BY_MARK, state: {...bySource, unreadable: {[field]: 'no ip'}}}).verdict).toBe('unknown')
  expect(judge({state: {...bySource, unreadable: {routingTables: 'no ip'}}}).verdict).toBe('allow')
})
