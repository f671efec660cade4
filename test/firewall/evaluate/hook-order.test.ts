import {describe, expect, test} from 'vitest'
import {dump, inShort, judge} from '../host.ts'
import {table} from '../nft/table.ts'

const at = (hook: string, priority: string, policy = 'accept') =>
  `type filter hook ${hook} priority ${priority}; policy ${policy};`

const MARKS = table(['meta mark set 0x00000001'], {name: 'inet marks', header: at('output', 'filter')})
const READS = (rule: string) => table([rule], {name: 'inet reads', header: at('output', 'filter')})

describe('chains of two tables at one priority', () => {
  test('whose order decides: the order is named, not a rule', () => {
    const judged = judge({nftText: READS('meta mark 0x00000001 drop') + MARKS})
    expect(judged.verdict).toBe('unknown')
    expect(judged.unknownBecause).toEqual([
      'the order of chain c (table inet reads) and chain c (table inet marks), which have the same priority (0) in hook output: the chain loaded later runs first, and the rules do not show which that is',
    ])
    expect(judged.reason).toBe(`The rules alone do not decide it; it depends on: ${judged.unknownBecause[0]}`)
  })

  test.each([
    ['stops it in either order', 'meta mark != 0x00000002 drop', 'block out-syn reads c 1'],
    ['lets it through in either order', 'meta mark 0x00000002 drop', 'allow'],
    ['does not look at the mark', 'tcp dport 443 reject', 'block out-syn reads c 1'],
  ])('one that %s: decided', (_, rule, expected) => {
    for (const nftText of [READS(rule) + MARKS, MARKS + READS(rule)])
      expect(inShort(judge({nftText}))).toBe(expected)
  })

  test('of both engines of iptables', () => {
    const legacy = '-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff'
    const reading = '-A OUTPUT -m mark --mark 0x1 -j DROP'
    const judged = judge({iptablesLegacySave: dump(legacy), iptablesNftSave: dump(reading)})
    expect(judged.unknownBecause).toEqual([
      expect.stringMatching(/^the order of chain OUTPUT .* and chain OUTPUT /),
    ])
  })

  test('three of them, of which one order alone lets it through', () => {
    const third = table(['meta mark set 0x00000002'], {name: 'inet third', header: at('output', 'filter')})
    const judged = judge({nftText: READS('meta mark != 0x00000001 drop') + MARKS + third})
    expect(judged.verdict).toBe('unknown')
    expect(judged.unknownBecause).toEqual([expect.stringContaining('(table inet third)')])
  })

  test('more than can be followed: unknown, and named', () => {
    const more = ['a', 'b', 'c', 'd'].map(name =>
      table(['meta mark set 0x00000002'], {name: `inet ${name}`, header: at('output', 'filter')}),
    )
    const judged = judge({nftText: READS('meta mark 0x00000001 drop') + MARKS + more.join('')})
    expect(judged.unknownBecause).toContainEqual(expect.stringContaining('(table inet d)'))
  })
})

describe('chains of one table at one priority', () => {
  const chains = (first: string, second: string) =>
    table([first], {
      header: at('output', 'filter'),
    }).replace(/\}\n$/, `\tchain later {\n\t\t${at('output', 'filter')}\n\t\t${second}\n\t}\n}\n`)

  test('run in their order, the last first', () => {
    const marks = 'meta mark set 0x00000001'
    const reads = 'meta mark 0x00000001 drop'
    expect(inShort(judge({nftText: chains(marks, reads)}))).toBe('allow')
    expect(inShort(judge({nftText: chains(reads, marks)}))).toBe('block out-syn mine c 1')
  })
})

describe('a chain at the priority of', () => {
  test('connection tracking', () => {
    const rule = 'ct state invalid drop'
    const judged = judge({nftText: table([rule], {header: at('output', '-200')})})
    expect(judged.verdict).toBe('unknown')
    expect(judged.unknownBecause).toEqual([
      expect.stringMatching(
        /^the order of chain c \(table inet mine\) and connection tracking, .* \(-200\) in hook output/,
      ),
    ])
    expect(judge({nftText: table(['tcp dport 443 drop'], {header: at('output', '-200')})}).verdict).toBe(
      'block',
    )
  })

  test('NAT', () => {
    const filter = table(['tcp dport 8443 drop'], {header: at('output', 'dstnat')})
    const nat = table(['tcp dport 443 dnat ip to 10.20.0.1:8443'], {
      name: 'ip nat',
      header: 'type nat hook output priority dstnat; policy accept;',
    })
    expect(judge({nftText: filter + nat}).unknownBecause).toEqual([
      expect.stringMatching(/ and NAT, which have the same priority \(-100\)/),
    ])
    expect(judge({nftText: filter}).verdict).toBe('allow')
  })
})
