import {describe, expect, test} from 'vitest'
import {planRepair} from '../../../src/firewall/plan/plan-repair.ts'
import type {QueueReader} from '../../../src/firewall/state/state.ts'
import {dump, HOST, inShort, judge} from '../host.ts'
import {table} from '../nft/table.ts'

const SURICATA: QueueReader = {queue: 0, portId: 712, program: {name: 'suricata', pid: 712}}
const NAMELESS: QueueReader = {queue: 3, portId: 4294963199, program: null}

/** Rules of iptables in both engines, whose answers must not differ. */
function byIptables(rules: string, queueReaders?: QueueReader[], more: object = {}) {
  const readers = queueReaders && {queueReaders}
  const [legacy, nft] = ['iptablesLegacySave', 'iptablesNftSave'].map(field =>
    judge({[field]: dump(rules), ...readers, ...more}),
  )
  expect(nft?.verdict).toBe(legacy?.verdict)
  expect(nft?.reason.replace(/^iptables \(nf_tables\)/, 'iptables (legacy)')).toBe(legacy?.reason)
  if (!legacy) throw new Error('not judged')
  return legacy
}

/** A rule in the JSON of nft and, unless the text is of another version, in its text. */
function byNft(
  rule: string,
  statement: unknown,
  queueReaders: QueueReader[] | undefined,
  extra: readonly string[] = [],
) {
  const nftText = table([rule, ...extra])
  const readers = queueReaders && {queueReaders}
  const chain = {family: 'inet', table: 'mine', chain: 'c'}
  const nftJson = JSON.stringify({
    nftables: [
      {table: {family: 'inet', name: 'mine'}},
      {
        chain: {
          family: 'inet',
          table: 'mine',
          name: 'c',
          type: 'filter',
          hook: 'output',
          prio: 0,
          policy: 'accept',
        },
      },
      {rule: {...chain, expr: [statement]}},
      ...extra.map(() => ({rule: {...chain, expr: [{drop: null}]}})),
    ],
  })
  const [text, json] = [judge({nftText, ...readers}), judge({nftText, nftJson, ...readers})]
  expect(inShort(json)).toBe(inShort(text))
  expect(json.reason).toBe(text.reason)
  return text
}

describe('NFQUEUE', () => {
  test('nobody reads the queue: dropped by the rule, or with bypass let through', () => {
    expect(inShort(byIptables('-A OUTPUT -p tcp -j NFQUEUE --queue-num 7', [SURICATA]))).toBe(
      'block out-syn filter OUTPUT 1',
    )
    expect(byIptables('-A OUTPUT -p tcp -j NFQUEUE --queue-num 7', []).how).toBe('drop')
    expect(byIptables('-A OUTPUT -p tcp -j NFQUEUE --queue-num 7 --queue-bypass', [SURICATA]).verdict).toBe(
      'allow',
    )
  })

  test('bypass ends its chain and no other', () => {
    const bypass = '-A OUTPUT -j NFQUEUE --queue-num 0 --queue-bypass'
    expect(byIptables(`${bypass}\n-A OUTPUT -j DROP`, []).verdict).toBe('allow')
    expect(byIptables(`:OUTPUT DROP\n${bypass}`, []).verdict).toBe('allow')
    expect(
      inShort(byIptables(`*mangle\n${bypass}\n-A OUTPUT -j DROP\n*filter\n-A OUTPUT -j REJECT`, [])),
    ).toBe('block out-syn filter OUTPUT 1')
  })

  test('of replies: the IPS that has stopped', () => {
    const judged = byIptables('-A INPUT -j NFQUEUE --queue-num 0', [])
    expect(inShort(judged)).toBe('block in-synack filter INPUT 1')
  })

  test('somebody reads the queue, and is named', () => {
    const judged = byIptables('-A OUTPUT -j NFQUEUE --queue-num 0 --queue-bypass', [NAMELESS, SURICATA])
    expect(judged.verdict).toBe('unknown')
    expect(judged.unknownBecause).toEqual(['-A OUTPUT -j NFQUEUE --queue-num 0 --queue-bypass'])
    expect(judged.reason).toBe(
      'The rules alone do not decide it; it depends on: -A OUTPUT -j NFQUEUE --queue-num 0 --queue-bypass (queue 0 is read by suricata (pid 712), which may drop the packet)',
    )
  })

  test.each([
    ['--queue-balance 0:3', [], 'block'],
    ['--queue-balance 0:3 --queue-cpu-fanout', [], 'block'],
    ['--queue-balance 0:3 --queue-bypass', [], 'allow'],
    ['--queue-balance 0:3', [SURICATA], 'unknown'],
    ['--queue-balance 0:3 --queue-bypass', [NAMELESS], 'unknown'],
    ['--queue-balance 4:9 --queue-bypass', [SURICATA, NAMELESS], 'allow'],
    ['', [SURICATA], 'unknown'],
    ['', [NAMELESS], 'block'],
  ] as const)('several queues or none named: %s, read by %o', (options, readers, verdict) => {
    expect(byIptables(`-A OUTPUT -j NFQUEUE ${options}`, [...readers]).verdict).toBe(verdict)
  })

  test('the target QUEUE is queue 0', () => {
    expect(inShort(byIptables('-A OUTPUT -p tcp -j QUEUE', []))).toBe('block out-syn filter OUTPUT 1')
    expect(byIptables('-A OUTPUT -p tcp -j QUEUE', [SURICATA]).verdict).toBe('unknown')
  })

  test('what was not captured, or not read, is not decided', () => {
    const rule = '-A OUTPUT -j NFQUEUE --queue-num 5 --queue-bypass'
    const old = byIptables(rule)
    expect(old.verdict).toBe('unknown')
    expect(old.reason).toContain('(which programs read queue 5 was not captured)')
    const unreadable = {queueReaders: 'EACCES: permission denied'}
    expect(byIptables(rule, [], {unreadable}).verdict).toBe('unknown')
  })

  test('a queue that the connection does not come to decides nothing', () => {
    expect(byIptables('-A OUTPUT -p tcp --dport 80 -j NFQUEUE --queue-num 0', [SURICATA]).verdict).toBe(
      'allow',
    )
    expect(byIptables('-A OUTPUT -p tcp --dport 80 -j NFQUEUE --queue-num 0').verdict).toBe('allow')
    expect(inShort(byIptables('-A OUTPUT -j DROP\n-A OUTPUT -j NFQUEUE --queue-num 0', [SURICATA]))).toBe(
      'block out-syn filter OUTPUT 1',
    )
  })

  test('who reads may set marks, of which later rules know nothing', () => {
    const queue = '*mangle\n-A OUTPUT -j NFQUEUE --queue-num 0 --queue-bypass\n*filter\n'
    const marked = '-A OUTPUT -m mark --mark 0x1/0x1 -j DROP'
    const unmarked = '-A OUTPUT -m connmark ! --mark 0x1 -j DROP'
    for (const rule of [marked, unmarked])
      expect(byIptables(`${queue}${rule}`, [SURICATA]).verdict).toBe('unknown')
    expect(byIptables(`${queue}${marked}`, []).verdict).toBe('allow')
    expect(inShort(byIptables(`${queue}${unmarked}`, []))).toBe('block out-syn filter OUTPUT 1')
    expect(inShort(byIptables(`${queue}-A OUTPUT -j DROP`, [SURICATA]))).toBe('block out-syn filter OUTPUT 1')
  })

  test('in a chain of NAT, which kernels leave in different ways', () => {
    const rules = '*nat\n-A OUTPUT -j NFQUEUE --queue-num 0 --queue-bypass\n-A OUTPUT -j DNAT --to 10.20.0.1'
    expect(byIptables(rules, []).verdict).toBe('unknown')
    expect(inShort(byIptables(rules.replace(' --queue-bypass', ''), []))).toBe('block out-syn nat OUTPUT 1')
  })

  test('solicitations of IPv6 go to a queue, too', () => {
    const rules = dump('-A OUTPUT -p ipv6-icmp -j NFQUEUE --queue-num 0')
    const stranger = {ip6tablesLegacySave: rules, neighbours: []}
    const probe = {to: '2001:db8::1'}
    expect(inShort(judge({...stranger, queueReaders: []}, probe))).toBe('block out-syn filter OUTPUT 1')
    expect(judge({...stranger, queueReaders: [SURICATA]}, probe).verdict).toBe('unknown')
  })

  test('a whole range fares the same', () => {
    const state = {
      iptablesLegacySave: dump('-A OUTPUT -d 10.0.0.0/8 -j NFQUEUE --queue-num 1'),
      queueReaders: [],
    }
    const judged = judge(state, {to: '10.0.0.0/7'})
    expect(judged.parts.map(({to, verdict}) => `${to} ${verdict}`)).toEqual([
      '10.0.0.0/8 block',
      '11.0.0.0/8 allow',
    ])
  })
})

describe('queue of nf_tables', () => {
  test.each([
    ['queue to 0', {queue: null}, [SURICATA], 'unknown'],
    ['queue to 0', {queue: null}, [], 'block'],
    ['queue num 2', {queue: {num: 2}}, [SURICATA], 'block'],
    ['queue flags bypass to 2', {queue: {num: 2, flags: 'bypass'}}, [SURICATA], 'allow'],
    ['queue num 2 bypass', {queue: {num: 2, flags: ['bypass']}}, [SURICATA], 'allow'],
    [
      'queue flags bypass,fanout to 1-3',
      {queue: {num: {range: [1, 3]}, flags: ['bypass', 'fanout']}},
      [NAMELESS],
      'unknown',
    ],
    [
      'queue num 1-2 bypass,fanout',
      {queue: {num: {range: [1, 2]}, flags: ['bypass', 'fanout']}},
      [NAMELESS],
      'allow',
    ],
    [
      'queue flags bypass to numgen inc mod 3',
      {queue: {num: {numgen: {mode: 'inc', mod: 3, offset: 0}}, flags: 'bypass'}},
      [NAMELESS],
      'allow',
    ],
    [
      'queue flags bypass to numgen inc mod 3 offset 1',
      {queue: {num: {numgen: {mode: 'inc', mod: 3, offset: 1}}, flags: 'bypass'}},
      [NAMELESS],
      'unknown',
    ],
    ['queue to symhash mod 2 offset 4', {queue: {num: {symhash: {mod: 2, offset: 4}}}}, [SURICATA], 'block'],
    [
      'queue to jhash ip saddr mod 4',
      {queue: {num: {jhash: {mod: 4, expr: {payload: {protocol: 'ip', field: 'saddr'}}}}}},
      [NAMELESS],
      'unknown',
    ],
  ] as const)('%s', (rule, statement, readers, verdict) => {
    expect(byNft(rule, statement, [...readers]).verdict).toBe(verdict)
    expect(byNft(rule, statement, undefined).verdict).toBe('unknown')
  })

  test('a map of queues may not hold the key: then the next rule', () => {
    const rule = 'queue flags bypass to oifname map { "eth0" : 0, "ppp0" : 2 }'
    const map = {
      key: {meta: {key: 'oifname'}},
      data: {
        set: [
          ['eth0', 0],
          ['ppp0', 2],
        ],
      },
    }
    const statement = {queue: {num: {map}, flags: 'bypass'}}
    expect(byNft(rule, statement, []).verdict).toBe('allow')
    expect(byNft(rule, statement, [], ['drop']).verdict).toBe('unknown')
    expect(byNft(rule, statement, [SURICATA]).verdict).toBe('unknown')
    expect(byNft(rule, statement, [NAMELESS]).verdict).toBe('allow')
  })

  test('bypass ends its chain, and a queue without readers is blamed', () => {
    expect(byNft('queue flags bypass to 9', {queue: {num: 9, flags: 'bypass'}}, [], ['drop']).verdict).toBe(
      'allow',
    )
    expect(inShort(byNft('queue to 9', {queue: {num: 9}}, []))).toBe('block out-syn mine c 1')
  })
})

test.each([
  ['iptables', {iptablesLegacySave: dump('-A OUTPUT -p tcp -j NFQUEUE --queue-num 0')}],
  ['nftables', {nftText: table(['meta l4proto tcp queue to 0'])}],
])(
  '%s: to let packets past a program that looks into them overrides a block that is on purpose',
  (_, rules) => {
    const tools = {
      'iptables-legacy': {ip: 'iptables-legacy', ip6: null},
      'iptables-nft': {ip: null, ip6: null},
      nft: 'nft',
    }
    const need = {check: 'firewall-443', port: 443, to: ['52.95.110.1'], destination: null} as const
    const {remedies} = planRepair({...HOST, ...rules, queueReaders: []}, tools, need)
    expect(remedies.map(({risk}) => risk)).toEqual(['disruptive'])
  },
)
