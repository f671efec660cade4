import {describe, expect, test} from 'vitest'
import type {Probe} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {listChain} from '../../../src/firewall/explain/listing.ts'
import {byPacket} from '../../../src/firewall/explain/packets.ts'
import type {Visit, VisitedChain} from '../../../src/firewall/explain/visit.ts'
import {createVisitRecorder} from '../../../src/firewall/explain/visits.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump, HOST, TO_443} from '../host.ts'

function walk(rules: string, probe: Partial<Probe> = {}, state: Partial<LinuxFirewallState> = {}) {
  const recorder = createVisitRecorder()
  const firewall = compileFirewall({...HOST, iptablesNftSave: dump(rules), ...state})
  const judgement = firewall.judge({...TO_443, ...probe}, recorder.record)
  expect(firewall.judge({...TO_443, ...probe})).toEqual(judgement)
  return {judgement, packets: byPacket(recorder.visits())}
}

/** `SYN: filter OUTPUT 1 2? [2: LOGDROP 1] stopped by 2`: packets, chains, rules that matched, and what came of it. */
function inShort(
  rules: string,
  probe: Partial<Probe> = {},
  state: Partial<LinuxFirewallState> = {},
): string[] {
  return walk(rules, probe, state).packets.map(
    ({packets, visits}) =>
      `${packets.map(({name}) => name).join('+')}: ${visits.map(visitInShort).join('; ')}`,
  )
}

function visitInShort({base, root, fate}: Visit): string {
  const by = fate.by.map(({source}) => source.rule).join(',')
  return [base.policy.source.table, base.chain.name, ...rulesInShort(root), fate.kind, by].join(' ')
}

function rulesInShort({rules}: VisitedChain): string[] {
  const marks = {yes: '', maybe: '?', part: '~'}
  return rules.map(({rule, matched, calls}) => {
    const inner = calls.map(called => [called.chain.name, ...rulesInShort(called)].join(' '))
    return `${rule.source.rule}${marks[matched]}${inner.length > 0 ? `[${inner.join(' / ')}]` : ''}`
  })
}

describe('the way of the packets', () => {
  test.each<readonly [string, string, readonly string[]]>([
    [
      'a drop ends it',
      '-A OUTPUT -p tcp --dport 22 -j ACCEPT\n-A OUTPUT -p tcp --dport 443 -j DROP',
      ['syn: filter OUTPUT 2 stopped 2'],
    ],
    [
      'a policy ends it',
      ':OUTPUT DROP\n-A OUTPUT -p tcp --dport 22 -j ACCEPT',
      ['syn: filter OUTPUT stopped policy'],
    ],
    [
      'an accept lets it go on, and packets that go the same way stand together',
      '-A OUTPUT -p tcp --dport 443 -j ACCEPT\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      [
        'syn: filter OUTPUT 1 passed 1',
        'syn-ack: filter INPUT 1 passed 1',
        'ack+data: filter OUTPUT 1 passed 1',
        'ack+data: filter INPUT 1 passed 1',
      ],
    ],
    [
      'a reply that is stopped',
      ':INPUT DROP\n-A OUTPUT -j LOG',
      ['syn: filter OUTPUT 1 passed policy', 'syn-ack: filter INPUT stopped policy'],
    ],
    [
      'jumps stand under the rule that made them',
      '-A OUTPUT -j ONE\n-A ONE -j TWO\n-A TWO -p tcp --dport 443 -j REJECT',
      ['syn: filter OUTPUT 1[ONE 1[TWO 1]] stopped 1'],
    ],
    [
      'a chain that is called again is told once',
      '-A OUTPUT -j ONE\n-A OUTPUT -j ONE\n-A OUTPUT -j DROP\n-A ONE -j LOG',
      ['syn: filter OUTPUT 1[ONE 1] 2[ONE] 3 stopped 3'],
    ],
    [
      'what is not decided',
      '-A OUTPUT -m limit --limit 1/s -j DROP\n:INPUT DROP',
      ['syn: filter OUTPUT 1? open 1', 'syn-ack: filter INPUT stopped policy'],
    ],
    [
      'only its data is stopped',
      '-A OUTPUT -p tcp --syn -j ACCEPT\n-A OUTPUT -j DROP',
      [
        'syn: filter OUTPUT 1 passed 1',
        'syn-ack: filter INPUT passed policy',
        'ack+data: filter OUTPUT 2 stopped 2',
      ],
    ],
    [
      'tables in the order of their hooks',
      '*nat\n-A OUTPUT -p tcp --dport 443 -j DNAT --to-destination 10.9.0.9:443\n*filter\n-A OUTPUT -d 10.9.0.9 -j DROP\n*raw\n-A OUTPUT -j ACCEPT',
      ['syn: raw OUTPUT 1 passed 1; nat OUTPUT 1 passed 1; filter OUTPUT 1 stopped 1'],
    ],
  ])('%s', (_, rules, expected) => {
    expect(inShort(rules)).toEqual(expected)
  })

  test('of a user whom the owner rule does not name', () => {
    const rules = '-A OUTPUT -m owner --uid-owner 0 -j ACCEPT\n-A OUTPUT -j DROP'
    expect(inShort(rules, {uid: 998})).toEqual(['syn: filter OUTPUT 2 stopped 2'])
  })

  test('of both engines, and to an address of this host back in over lo', () => {
    const legacy = {iptablesLegacySave: dump('-A INPUT -i lo -j DROP')}
    expect(inShort('-A OUTPUT -o lo -j ACCEPT', {to: '10.9.0.2'}, legacy)).toEqual([
      'syn: filter OUTPUT passed policy; filter OUTPUT 1 passed 1; filter INPUT 1 stopped 1',
    ])
  })

  test('of nftables, through the chain that a map leads to', () => {
    const nftText = `table inet mine {
\tmap ports {
\t\ttype inet_service : verdict
\t\telements = { 443 : jump web }
\t}
\tchain web {
\t\tmeta skuid 0 accept
\t\tip daddr 52.95.0.0/16 drop
\t}
\tchain out {
\t\ttype filter hook output priority filter; policy accept;
\t\ttcp dport vmap @ports
\t\ttcp dport 1500 reject
\t}
}
`
    const native = {iptablesNftSave: '', nftText}
    expect(inShort('', {uid: 998}, native)).toEqual(['syn: mine out 1[web 2] stopped 2'])
    expect(inShort('', {port: 1500}, native)).toEqual(['syn: mine out 1~ 2 stopped 2'])
  })

  test('a chain stands once, whichever of two at one priority comes first', () => {
    const nftText = `table inet one {
\tchain mark {
\t\ttype filter hook output priority filter; policy accept;
\t\tmeta skuid 0 tcp dport 443 meta mark set 0x00000001
\t}
}
table inet two {
\tchain jump {
\t\tmeta mark 0x00000001 accept
\t\ttcp dport { 443, 1500 } drop
\t}
\tchain out {
\t\ttype filter hook output priority filter; policy accept;
\t\tip daddr 52.95.0.0/16 jump jump
\t}
}
table inet three {
\tchain untracked {
\t\ttype filter hook output priority -200; policy accept;
\t\tct state invalid counter
\t\tmeta skuid 0 accept
\t}
}
`
    const native = {iptablesNftSave: '', nftText}
    const [syn] = inShort('', {}, native)
    expect(syn).toBe(
      'syn: three untracked 1? 2 passed 2; one mark 1 passed policy; two out 1[jump 1? 2?] open 2',
    )
    // Nothing is marked: both orders are one.
    const [other] = inShort('', {uid: 998, port: 1500}, native)
    expect(other).toBe(
      'syn: three untracked 1? passed policy; one mark passed policy; two out 1[jump 2] stopped 2',
    )
  })

  test('is not told for a range', () => {
    expect(walk('-A OUTPUT -j DROP', {to: '10.0.0.0/8'}).packets).toEqual([])
  })

  test('names as deciding what the judgement names', () => {
    const {judgement, packets} = walk('-A OUTPUT -j LOGDROP\n-A LOGDROP -j LOG\n-A LOGDROP -j DROP')
    expect(packets.at(-1)?.visits.at(-1)?.fate.by[0]?.source).toBe(judgement.blocker)
  })

  test('is told as far as it was followed', () => {
    const marks = Array.from(
      {length: 8},
      (_, bit) => `-A OUTPUT -m limit --limit 1/s -j MARK --or-mark ${2 ** bit}`,
    )
    const {judgement, packets} = walk(`${marks.join('\n')}\n-A OUTPUT -m mark --mark 7 -j DROP`)
    expect(judgement.verdict).toBe('unknown')
    expect(packets.at(-1)?.visits.at(-1)?.fate).toEqual({kind: 'given-up', by: []})
  })

  test('a chain with 20,000 rules that all match ends', () => {
    const rules = '-A OUTPUT -m limit --limit 1/s -j LOG\n'.repeat(20_000)
    const iptablesNftSave = dump('-A OUTPUT -j LOG').replace('COMMIT', `${rules}COMMIT`)
    expect(walk('', {}, {iptablesNftSave}).packets[0]?.visits[0]?.root.rules).toHaveLength(20_001)
  })
})

describe('the listing of a chain', () => {
  function listed(rules: string): string[] {
    const {packets, judgement} = walk(rules)
    const visit = packets.at(-1)?.visits.at(-1)
    if (!visit) throw new Error('nothing was walked')
    const toEnd = visit.fate.by.includes(visit.base.policy)
    return listChain(visit.root, rule => rule.source === judgement.blocker, toEnd).map(line => {
      if (line.kind === 'rest') return line.all ? 'none' : 'rest'
      if (line.kind !== 'rule') return `${line.kind} ${line.rules}`
      const {rule, matched, deciding, reached} = line
      return `${deciding ? '>' : ''}${rule.source.rule} ${matched ?? (reached ? 'no' : 'not reached')}`
    })
  }

  const others = (count: number) => '-A OUTPUT -p tcp --dport 22 -j DROP\n'.repeat(count)
  const drop = '-A OUTPUT -p tcp --dport 443 -j DROP\n'

  test.each<readonly [string, string, readonly string[]]>([
    ['the only rule', drop, ['>1 yes']],
    ['its neighbours', others(1) + drop + others(1), ['1 no', '>2 yes', '3 not reached']],
    ['a gap before them', others(5) + drop + others(5), ['gap 4', '5 no', '>6 yes', '7 not reached']],
    [
      'what matched before',
      `${others(3)}-A OUTPUT -j LOG\n${others(2)}${drop}`,
      ['gap 3', '4 yes', 'gap 1', '6 no', '>7 yes'],
    ],
    ['rules of other protocols are counted', `-A OUTPUT -p udp -j DROP\n${drop}`, ['gap 1', '>2 yes']],
    ['no rule before the policy', `:OUTPUT DROP\n${others(3)}`, ['none']],
    ['the rest before the policy', `:OUTPUT DROP\n-A OUTPUT -j LOG\n${others(3)}`, ['1 yes', 'rest']],
  ])('%s', (_, rules, expected) => {
    expect(listed(rules)).toEqual(expected)
  })

  test('leaves out the middle of very many', () => {
    const lines = listed(`${'-A OUTPUT -j LOG\n'.repeat(100)}${drop}`)
    expect(lines).toHaveLength(41)
    expect(lines).toContain('left-out 61')
    expect(lines.at(-1)).toBe('>101 yes')
  })
})
