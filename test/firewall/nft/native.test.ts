import {describe, expect, test} from 'vitest'
import {dump, inShort, judge} from '../host.ts'
import {table} from './table.ts'

describe('who is blamed', () => {
  test('a rule, by its place in the chain', () => {
    const nftText = table([
      'tcp dport 80 drop',
      'counter packets 0 bytes 0 comment "passes"',
      'tcp dport 443 drop',
    ])
    const judged = judge({nftText})
    expect(inShort(judged)).toBe('block out-syn mine c 3')
    expect(judged.blocker).toMatchObject({engine: 'nft', family: 'inet', text: 'tcp dport 443 drop'})
  })

  test('a policy, by its line', () => {
    const header = 'type filter hook output priority filter; policy drop;'
    const judged = judge({nftText: table([], {header})})
    expect(inShort(judged)).toBe('block out-syn mine c policy')
    expect(judged.blocker?.text).toBe(header)
  })

  test('the rule that holds a map of verdicts', () => {
    const nftText = table(
      ['accept', 'drop'].map(verdict => `tcp dport vmap { 80 : drop, 443 : ${verdict} }`).reverse(),
    )
    expect(inShort(judge({nftText}))).toBe('block out-syn mine c 1')
  })

  test('the rule of a chain that a map leads to', () => {
    const more =
      '\tmap m {\n\t\ttype inet_service : verdict\n\t\telements = { 22 : accept,\n\t\t\t     443 : jump other }\n\t}\n\n\tchain other {\n\t\tip daddr 52.0.0.0/8 reject with icmpx admin-prohibited\n\t}\n\n'
    const judged = judge({nftText: table(['tcp dport vmap @m'], {more})})
    expect(inShort(judged)).toBe('block out-syn mine other 1')
    expect(judged.how).toBe('reject')
  })

  test('of two chains at one priority, the one made last', () => {
    const nftText = table(['drop'], {name: 'inet first'}) + table(['drop'], {name: 'inet second'})
    expect(inShort(judge({nftText}))).toBe('block out-syn second c 1')
  })
})

describe('tables of iptables', () => {
  const OUTPUT = 'type filter hook output priority filter; policy accept;'

  test('are taken from its own dump', () => {
    const nftText = `table ip filter {\n\tchain OUTPUT {\n\t\t${OUTPUT}\n\t\ttcp dport 443 drop\n\t}\n}\n`
    expect(judge({nftText, iptablesNftSave: dump('-A OUTPUT -p udp -j DROP')}).verdict).toBe('allow')
  })

  test('are taken from nft where that dump has nothing', () => {
    const nftText = `table ip filter {\n\tchain OUTPUT {\n\t\t${OUTPUT}\n\t\tmeta l4proto tcp ip daddr 52.0.0.0/8 xt match "comment" counter packets 0 bytes 0 xt target "REJECT"\n\t}\n}\n`
    const judged = judge({nftText, iptablesNftSave: "# Table `filter' is incompatible, use 'nft' tool.\n"})
    expect(inShort(judged)).toBe('block out-syn filter OUTPUT 1')
    expect(judged.blocker?.engine).toBe('iptables-nft')
  })

  test('an extension that nft cannot show is not decided', () => {
    const nftText = `table ip filter {\n\tchain OUTPUT {\n\t\t${OUTPUT}\n\t\txt match "recent" counter packets 0 bytes 0 drop\n\t}\n}\n`
    const judged = judge({nftText, iptablesNftSave: "# Table `filter' is incompatible, use 'nft' tool.\n"})
    expect(judged.verdict).toBe('unknown')
    expect(judged.unknownBecause).toEqual(['xt match "recent" counter packets 0 bytes 0 drop'])
  })

  test('a base chain that somebody else has added to one', () => {
    const nftText = `table ip nat {\n\tchain mine {\n\t\ttype filter hook output priority -10; policy drop;\n\t}\n}\n`
    const iptablesNftSave = `# Table \`nat' contains incompatible base-chains, use 'nft' tool to list them.\n${dump('*nat\n-A OUTPUT -p udp -j ACCEPT')}`
    const judged = judge({nftText, iptablesNftSave})
    expect(inShort(judged)).toBe('block out-syn nat mine policy')
    expect(judged.blocker?.engine).toBe('nft')
    expect(judge({nftText: null, iptablesNftSave}).verdict).toBe('unknown')
  })
})

describe('what nobody can decide', () => {
  test.each([
    'limit rate 10/second drop',
    'quota over 10 mbytes drop',
    'ct count over 5 drop',
    'numgen random mod 2 0 drop',
    'meta cgroup 5 drop',
    'meta hour "08:00"-"17:00" drop',
    'ip ttl 64 drop',
    'tcp option maxseg size 1400 drop',
    'socket transparent 1 drop',
    'ct bytes > 1000 drop',
    'ip daddr @absent drop',
    'queue to 3',
    'tproxy to :80',
    'ip daddr set 10.0.0.1',
    'something new entirely',
    'jump nowhere',
    'tcp dport { 443 limit rate 1/second } drop',
    'tcp dport "https',
  ])('%s', rule => {
    const judged = judge({nftText: table([rule])})
    expect(judged.verdict).toBe('unknown')
    expect(judged.unknownBecause).toEqual([rule])
  })

  test('a set that rules fill while packets pass', () => {
    const more = '\tset seen {\n\t\ttype ipv4_addr\n\t\tsize 100\n\t\tflags dynamic\n\t}\n\n'
    const nftText = table(['ip daddr @seen drop', 'update @seen { ip daddr }'], {more})
    expect(judge({nftText}).unknownBecause).toEqual(['ip daddr @seen drop'])
  })

  test('a limit that only guards a log decides nothing', () => {
    expect(judge({nftText: table(['limit rate 10/second log prefix "out: "'])}).verdict).toBe('allow')
  })

  test('a limit matters only where the rest of the rule matches', () => {
    expect(judge({nftText: table(['tcp dport 80 limit rate 10/second drop'])}).verdict).toBe('allow')
  })
})

describe('what does not concern the connection', () => {
  test.each([
    ['another family', table(['drop'], {name: 'ip6 mine'})],
    ['a dormant table', table(['drop'], {more: '\tflags dormant\n\n'})],
    ['the forward hook', table(['drop'], {header: 'type filter hook forward priority filter; policy drop;'})],
    ['ARP', table(['drop'], {name: 'arp mine'})],
    ['an empty chain', table([])],
    [
      'another device',
      table(['drop'], {
        name: 'netdev mine',
        header: 'type filter hook egress device "eth1" priority filter; policy drop;',
      }),
    ],
  ])('%s', (_, nftText) => {
    expect(judge({nftText}).verdict).toBe('allow')
  })
})

test('a table that is dormant by its JSON alone', () => {
  const nftables = [
    {table: {family: 'inet', name: 'mine', handle: 1, flags: '\u0001garbage'}},
    {
      chain: {
        family: 'inet',
        table: 'mine',
        name: 'c',
        handle: 1,
        type: 'filter',
        hook: 'output',
        prio: 0,
        policy: 'drop',
      },
    },
  ]
  expect(judge({nftText: null, nftJson: JSON.stringify({nftables})}).verdict).toBe('allow')
  expect(
    judge({
      nftText: table([], {header: 'type filter hook output priority filter; policy drop;'}),
      nftJson: JSON.stringify({nftables}),
    }).verdict,
  ).toBe('block')
})

describe('what cannot be read is never "no rules"', () => {
  test.each([
    ['JSON that breaks off, without a text', {nftText: null, nftJson: '{"nftables": [{"cha'}],
    ['JSON of another shape', {nftText: null, nftJson: '{"nftables": {}}'}],
    [
      'a rule of no known chain',
      {
        nftText: null,
        nftJson: '{"nftables": [{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": []}}]}',
      },
    ],
    [
      'an entry of an unknown kind',
      {nftText: null, nftJson: '{"nftables": [{"surprise": {"family": "inet", "table": "t"}}]}'},
    ],
    ['text that ends inside a table', {nftText: 'table inet t {\n\tchain c {\n'}],
    ['text that is something else', {nftText: 'Error: syntax error\n'}],
    ['an unreadable field', {nftText: null, unreadable: {nftText: 'permission denied'}}],
  ])('%s', (_, state) => {
    expect(judge(state).verdict).toBe('unknown')
  })

  test('no nf_tables at all', () => {
    expect(judge({nftText: null, nftJson: null}).verdict).toBe('allow')
    expect(judge({nftText: '', nftJson: ''}).verdict).toBe('allow')
    expect(judge({nftText: null, nftJson: '{"nftables": []}'}).verdict).toBe('allow')
  })
})
