import {describe, expect, test} from 'vitest'
import type {Judgement} from '../../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import {planRepair} from '../../../../src/firewall/plan/plan-repair.ts'
import type {LinuxFirewallState} from '../../../../src/firewall/state/state.ts'
import {HOST} from '../../host.ts'
import {table} from '../../nft/table.ts'

/** With links of this hardware. */
const linked = (hardware: string) => ({
  links:
    HOST.links?.map(
      line => `${line}\\    link/${line.includes(' lo:') ? 'loopback' : hardware} 02:00:00:00:00:01`,
    ) ?? [],
})

const STRANGER: LinuxFirewallState = {...HOST, ...linked('ether'), arpCache: []}

function judge(state: Partial<LinuxFirewallState>, to = '52.95.110.1'): Judgement {
  return compileFirewall({...STRANGER, ...state}).judge({to, port: 443})
}

/** `allow`; else the verdict and, for what is stopped, the stage, the message and the rule. */
function inShort({verdict, stage, arp}: Judgement): string {
  if (!arp) return verdict
  const {operation, way, nextHop, blocker} = arp
  return `${verdict} ${stage ?? '-'}: ${operation} ${way} ${nextHop} at ${blocker.chain} ${blocker.rule}`
}

const cached = (state: string, address = '10.9.0.1', device = 'eth0') => ({
  arpCache: [`${address} dev ${device} lladdr 02:00:00:00:00:02 ${state}`],
})

const INGRESS = {
  name: 'netdev filter',
  header: 'type filter hook ingress device "eth0" priority filter; policy drop;',
}
const EGRESS = {name: 'netdev filter', header: INGRESS.header.replace('ingress', 'egress')}
const IN = {name: 'arp filter', header: 'type filter hook input priority filter; policy drop;'}
const OUT = {name: 'arp filter', header: 'type filter hook output priority filter; policy drop;'}
const TCP = 'meta l4proto tcp accept'

describe('the type of a frame', () => {
  const drops = {
    name: 'netdev filter',
    header: 'type filter hook ingress device "eth0" priority filter; policy accept;',
  }
  const egress = {...drops, header: drops.header.replace('ingress', 'egress')}
  test.each([
    ['ether', drops, 'block'],
    // nft looks at a frame only where the interface is one of Ethernet, and does not say so.
    ['none', drops, 'allow'],
    ['ether', egress, 'block'],
    ['none', egress, 'allow'],
    ['what is not known', drops, 'unknown'],
  ])('of an interface of %s', (hardware, chain, verdict) => {
    const nftText = table(['ether type ip tcp sport 443 drop', 'ether type != arp tcp dport 443 drop'], chain)
    expect(judge({...cached('PERMANENT'), ...linked(hardware), nftText}).verdict).toBe(verdict)
  })

  test('of what comes back in over lo is not looked at', () => {
    const header = 'type filter hook ingress device "lo" priority filter; policy accept;'
    const nftText = table(['ether type != arp tcp dport 443 drop'], {name: 'netdev filter', header})
    expect(judge({nftText}, '10.9.0.2').verdict).toBe('allow')
    const any = table(['meta protocol ip tcp dport 443 drop'], {name: 'netdev filter', header})
    expect(judge({nftText: any}, '10.9.0.2').verdict).toBe('block')
  })
})

describe('chains of a device', () => {
  test('that drop all but IP stop the answers, and the questions of the next hop', () => {
    const judged = judge({nftText: table([TCP], INGRESS)})
    expect(inShort(judged)).toBe('block in-synack: reply in 10.9.0.1 at c policy')
    expect(judged.how).toBe('drop')
    expect(judged.blocker).toMatchObject({engine: 'nft', family: 'netdev', table: 'filter'})
    expect(judged.reason).toBe(
      'nftables: the policy of chain c in table filter drops ARP of the next hop 10.9.0.1 (replies coming in): type filter hook ingress device "eth0" priority filter; policy drop;',
    )
  })

  test('on the way out', () => {
    expect(inShort(judge({nftText: table([TCP], EGRESS)}))).toBe(
      'block out-syn: request out 10.9.0.1 at c policy',
    )
  })

  test.each([
    ['meta protocol != { ip, ip6 } accept'],
    ['meta protocol arp accept'],
    ['ether type arp accept'],
    ['arp operation { request, reply } accept'],
    ['arp operation 1-2 accept'],
    ['meta protocol vmap { arp : accept, ip : drop }'],
    ['arp htype 1 arp ptype ip arp hlen 6 arp plen 4 accept'],
  ])('%s lets it in', rule => {
    expect(inShort(judge({nftText: table([TCP, rule], INGRESS)}))).toBe('allow')
  })

  test.each([
    ['arp saddr ip 10.9.0.0/24 arp operation reply accept'],
    ['arp daddr ip 10.9.0.2 arp operation reply accept'],
  ])('%s lets the answers in, and no question of the next hop', rule => {
    expect(inShort(judge({nftText: table([TCP, rule], INGRESS)}))).toBe(
      'unknown -: request in 10.9.0.1 at c policy',
    )
  })

  test.each([
    ['ip saddr 10.9.0.1 accept'],
    ['ip6 saddr fd09::1 accept'],
    ['meta l4proto udp accept'],
    ['meta protocol ip6 accept'],
    ['udp sport 53 accept'],
    ['th sport 443 accept'],
    ['arp operation inreply accept'],
    ['arp saddr ip 10.9.0.7 accept'],
    ['arp hlen 8 accept'],
    ['ether type vlan accept'],
  ])('%s lets nothing of it in', rule => {
    expect(inShort(judge({nftText: table([TCP, rule], INGRESS)}))).toBe(
      'block in-synack: reply in 10.9.0.1 at c policy',
    )
  })

  test.each([['ether saddr 02:00:00:00:00:02 accept'], ['arp saddr ether 02:00:00:00:00:02 accept']])(
    '%s is not decided',
    rule => {
      const judged = judge({nftText: table([TCP, rule], INGRESS)})
      expect(judged.verdict).toBe('unknown')
      expect(judged.reason).toMatch(/do not decide whether ARP finds the next hop 10\.9\.0\.1; it depends on/)
    },
  )

  test('of another device, or of IP alone, are no question', () => {
    const other = {...INGRESS, header: INGRESS.header.replace('eth0', 'eth1')}
    expect(inShort(judge({nftText: table([], other)}))).toBe('allow')
    const inet = {name: 'inet filter', header: INGRESS.header}
    expect(inShort(judge({nftText: table([TCP], inet)}))).toBe('allow')
  })

  test('rejects of what is no IP are drops', () => {
    const rule = 'meta protocol arp reject'
    const nftText = table([rule], {...EGRESS, header: EGRESS.header.replace('drop', 'accept')})
    expect(judge({nftText}).verdict).toBe('block')
  })
})

describe('what is known of the next hop', () => {
  const nftText = table([TCP], INGRESS)

  test.each(['REACHABLE', 'STALE', 'DELAY', 'PROBE'])('%s helps for now', state => {
    const judged = judge({nftText, ...cached(state)})
    expect(inShort(judged)).toBe('unknown -: reply in 10.9.0.1 at c policy')
    expect(judged.reason).toContain('for now the next hop is still in the neighbor cache')
  })

  test.each(['PERMANENT', 'NOARP'])('%s helps for good', state => {
    expect(judge({nftText, ...cached(state)}).verdict).toBe('allow')
  })

  test.each(['FAILED', 'INCOMPLETE', 'NONE'])('%s does not', state => {
    expect(judge({nftText, ...cached(state)}).verdict).toBe('block')
  })

  test('an entry of another neighbour or interface does not', () => {
    expect(judge({nftText, ...cached('PERMANENT', '10.9.0.7')}).verdict).toBe('block')
    expect(judge({nftText, ...cached('PERMANENT', '10.9.0.1', 'eth1')}).verdict).toBe('block')
  })

  test('a cache that was not captured may hold it', () => {
    const {arpCache: _, ...older} = STRANGER
    const judged = compileFirewall({...older, nftText}).judge({to: '52.95.110.1', port: 443})
    expect(judged.verdict).toBe('unknown')
    expect(judged.reason).toContain('it is not known whether the next hop is in the neighbor cache')
    expect(compileFirewall(older).judge({to: '52.95.110.1', port: 443}).verdict).toBe('allow')
    expect(judge({nftText, unreadable: {arpCache: 'no ip'}}).verdict).toBe('unknown')
  })

  test('an interface may have no neighbours to find', () => {
    const links = ['2: eth0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN']
    expect(judge({nftText, links}).verdict).toBe('allow')
  })

  test('over lo nobody is asked for', () => {
    const {header} = INGRESS
    const lo = table(['meta protocol ip accept'], {...INGRESS, header: header.replace('eth0', 'lo')})
    expect(judge({nftText: lo}, '127.0.0.1').verdict).toBe('allow')
    expect(judge({nftText: lo}, '10.9.0.2').verdict).toBe('allow')
  })
})

describe('chains of the family arp', () => {
  test('that drop everything', () => {
    expect(inShort(judge({nftText: table([], IN)}))).toBe('block in-synack: reply in 10.9.0.1 at c policy')
    expect(inShort(judge({nftText: table([], OUT)}))).toBe('block out-syn: request out 10.9.0.1 at c policy')
    expect(inShort(judge({nftText: table([], {...IN, header: IN.header.replace('input', 'forward')})}))).toBe(
      'allow',
    )
  })

  test('questions alone may be done without, as long as the next hop asks', () => {
    const drop = (what: string) =>
      table([what], {...OUT, header: OUT.header.replace('policy drop', 'policy accept')})
    expect(inShort(judge({nftText: drop('arp operation request drop')}))).toBe(
      'unknown -: request out 10.9.0.1 at c 1',
    )
    expect(judge({nftText: drop('arp operation request drop')}).reason).toContain(
      'it works only after the next hop has looked up this host',
    )
    expect(inShort(judge({nftText: drop('arp operation reply drop')}))).toBe(
      'unknown -: reply out 10.9.0.1 at c 1',
    )
    expect(inShort(judge({nftText: drop('arp operation nak drop')}))).toBe('allow')
  })

  test('by address and interface', () => {
    const rules = ['arp saddr ip 10.9.0.1 iifname "eth0" accept']
    expect(inShort(judge({nftText: table(rules, IN)}))).toBe('allow')
    expect(inShort(judge({nftText: table(rules, IN)}, '10.20.0.1'))).toBe(
      'block in-synack: reply in 10.20.0.1 at c policy',
    )
    const out = ['arp daddr ip 10.9.0.1 oifname "eth0" arp saddr ip 10.9.0.2 accept']
    expect(inShort(judge({nftText: table(out, OUT)}))).toBe('allow')
  })

  test('a range is divided where neighbours fare differently', () => {
    const nftText = table(['arp saddr ip 10.20.0.0/17 accept'], IN)
    const {parts} = judge({nftText}, '10.20.0.0/16')
    expect(parts.map(({to, verdict}) => `${to} ${verdict}`)).toEqual([
      expect.stringMatching(/ allow$/),
      '10.20.128.0/17 block',
    ])
  })

  test('judged from the JSON as from the text', () => {
    const chain = {family: 'arp', table: 'filter', chain: 'OUTPUT'}
    const nftJson = JSON.stringify({
      nftables: [
        {table: {family: 'arp', name: 'filter'}},
        {
          chain: {
            family: 'arp',
            table: 'filter',
            name: 'OUTPUT',
            type: 'filter',
            hook: 'output',
            prio: 0,
            policy: 'accept',
          },
        },
        {
          rule: {
            ...chain,
            expr: [
              {match: {op: '==', left: {payload: {protocol: 'arp', field: 'htype'}}, right: 1}},
              {
                match: {
                  op: '==',
                  left: {payload: {protocol: 'arp', field: 'daddr ip'}},
                  right: {prefix: {addr: '10.9.0.0', len: 24}},
                },
              },
              {drop: null},
            ],
          },
        },
      ],
    })
    const nftText =
      'table arp filter {\n\tchain OUTPUT {\n\t\ttype filter hook output priority filter; policy accept;\n\t\tarp htype 1 arp daddr ip 10.9.0.0/24 drop\n\t}\n}\n'
    const [text, json] = [judge({nftText}), judge({nftText, nftJson})]
    expect(inShort(text)).toBe('block out-syn: request out 10.9.0.1 at OUTPUT 1')
    expect(json).toEqual(text)
  })
})

describe('arptables-legacy', () => {
  const list = (input: readonly string[], output: readonly string[] = [], policy = 'ACCEPT') => ({
    arptablesLegacyList: [
      `Chain INPUT (policy ${policy})`,
      ...input,
      '',
      'Chain OUTPUT (policy ACCEPT)',
      ...output,
      '',
      'Chain FORWARD (policy DROP)',
      '',
      'Chain mine (1 references)',
      '-j DROP --opcode 2 ',
      '',
    ].join('\n'),
  })

  test.each([
    ['no rule', list([]), 'allow'],
    ['a policy', list([], [], 'DROP'), 'block in-synack: reply in 10.9.0.1 at INPUT policy'],
    ['all', list([], ['-j DROP ']), 'block out-syn: request out 10.9.0.1 at OUTPUT 1'],
    [
      'by number, after a rule that does nothing',
      list([], ['', '-j DROP -d 10.9.0.1 ']),
      'block out-syn: request out 10.9.0.1 at OUTPUT 2',
    ],
    [
      'an address',
      list([], ['-j DROP -o eth0 -d 10.9.0.1 ']),
      'block out-syn: request out 10.9.0.1 at OUTPUT 1',
    ],
    ['another address', list([], ['-j DROP -o eth0 -d 10.9.0.7 ']), 'allow'],
    ['another interface', list([], ['-j DROP ! -o eth+ ']), 'allow'],
    ['a negated address', list([], ['-j DROP ! -d 10.9.0.0/24 ']), 'allow'],
    [
      'a mask',
      list([], ['-j DROP -d 10.0.0.1/255.0.0.255 ']),
      'block out-syn: request out 10.9.0.1 at OUTPUT 1',
    ],
    ['replies, in a chain', list(['-j mine -i eth0 ']), 'unknown -: reply in 10.9.0.1 at mine 1'],
    ['what is no reply', list(['-j DROP ! --opcode 2 ']), 'unknown -: request in 10.9.0.1 at INPUT 1'],
    ['a mask of operations', list(['-j DROP --opcode 2/2 ']), 'unknown -: reply in 10.9.0.1 at INPUT 1'],
    [
      'other lengths',
      list(['-j DROP --h-length 8 ', '-j DROP --h-type 32 ', '-j DROP --proto-type 0x86dd ']),
      'allow',
    ],
    [
      'its own lengths',
      list(['-j DROP --h-length 6/255 --h-type 1 --proto-type 0x800 ']),
      'block in-synack: reply in 10.9.0.1 at INPUT 1',
    ],
    ['an accept before', list(['-j ACCEPT -s 10.9.0.1 '], [], 'DROP'), 'allow'],
    [
      'targets that go on',
      list(['-j MARK --h-type 1 --set-mark 5', '-j CLASSIFY --set-class 1:1 ', '-j RETURN '], [], 'DROP'),
      'block in-synack: reply in 10.9.0.1 at INPUT policy',
    ],
  ])('%s', (_, state, expected) => {
    const judged = judge(state)
    expect(inShort(judged)).toBe(expected)
    if (judged.blocker) expect(judged.blocker.engine).toBe('arptables-legacy')
  })

  test.each([
    ['a link-layer address', list(['-j DROP --src-mac 02:00:00:00:00:09 '])],
    ['a packet that is rewritten', list(['-j mangle --mangle-ip-s 1.2.3.4 '])],
    ['an option that is not known', list(['-j DROP --future 1 '])],
    ['a target that is not known', list(['-j SOMETHING '])],
    ['a listing that could not be read', {unreadable: {arptablesLegacyList: 'not installed'}}],
  ])('%s is not decided', (_, state) => {
    expect(judge(state).verdict).toBe('unknown')
  })

  test('a queue is judged by who reads it', () => {
    expect(judge({...list(['-j QUEUE ']), queueReaders: []}).verdict).toBe('block')
  })
})

describe('interfaces over others', () => {
  const links = (...more: readonly string[]) => ({links: [...(HOST.links ?? []), ...more]})
  const routes = (device: string) => [
    `default via 10.8.0.1 dev ${device}`,
    `10.8.0.0/24 dev ${device} proto kernel scope link src 10.8.0.2`,
  ]
  const over = (device: string, ...more: readonly string[]) => ({
    ...links(...more),
    routes: routes(device),
    interfaces: {...HOST.interfaces, [device]: ['10.8.0.2/24']},
  })
  const nftText = table(['tcp dport 443 drop'], {
    ...EGRESS,
    header: EGRESS.header.replace('policy drop', 'policy accept'),
  })

  test.each([
    ['a VLAN', over('eth0.7', '7: eth0.7@eth0: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP')],
    [
      'a bond',
      over(
        'bond0',
        '7: bond0: <BROADCAST,MASTER,UP> mtu 1500 qdisc noqueue state UP',
        '2: eth0: <BROADCAST,SLAVE,UP> mtu 1500 qdisc mq master bond0 state UP',
      ),
    ],
    [
      'a VLAN on a bridge',
      over(
        'br0.7',
        '7: br0.7@br0: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP',
        '8: br0: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP',
        '2: eth0: <BROADCAST,UP> mtu 1500 qdisc mq master br0 state UP',
      ),
    ],
  ])('what chains of a device make of %s is not decided', (_, state) => {
    expect(judge({...state, nftText}).verdict).toBe('unknown')
    expect(judge({...state, nftText: nftText.replaceAll('eth0', 'eth1')}).verdict).toBe('allow')
  })

  const bridge = table(['tcp dport 443 drop'], {
    name: 'bridge filter',
    header: 'type filter hook output priority filter; policy accept;',
  })

  test('chains of bridges are no question without a bridge', () => {
    expect(judge({nftText: bridge}).verdict).toBe('allow')
    const br0 = [
      '7: br0: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP',
      '2: eth0: <BROADCAST,UP> mtu 1500 qdisc mq master br0 state UP',
    ]
    expect(judge({...over('br0', ...br0), nftText: bridge}).verdict).toBe('unknown')
    expect(judge({...links(...br0), nftText: bridge}, '10.20.0.1').verdict).toBe('allow')
    const {links: _, ...older} = STRANGER
    expect(compileFirewall({...older, nftText: bridge}).judge({to: '52.95.110.1', port: 443}).verdict).toBe(
      'unknown',
    )
  })
})

test('a route over a gateway of IPv6 needs no ARP', () => {
  const routes = [
    'default via inet6 fd09::1 dev eth0',
    '10.9.0.0/24 dev eth0 proto kernel scope link src 10.9.0.2',
  ]
  expect(judge({routes, nftText: table([], OUT)}).verdict).toBe('allow')
})

test('nothing is planned against it; what to do is said', () => {
  const tools = {
    'iptables-legacy': {ip: null, ip6: null},
    'iptables-nft': {ip: null, ip6: null},
    nft: 'nft',
  }
  const state = {...STRANGER, nftText: table([TCP], INGRESS)}
  const need = {check: 'firewall-443', port: 443, to: ['52.95.110.1'], destination: null} as const
  const {remedies, unfixable} = planRepair(state, tools, need)
  expect(remedies).toEqual([])
  expect(unfixable).toMatch(
    /^ARP for the next hop 10\.9\.0\.1, .* is blocked by .*allow ARP directly before it/,
  )
})
