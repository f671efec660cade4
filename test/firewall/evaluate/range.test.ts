import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Judgement} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {formatAddress, parseInterval} from '../../../src/firewall/model/address.ts'
import {dump, HOST, inShort, judge} from '../host.ts'

const parts = ({parts: all}: Judgement) => Object.fromEntries(all.map(part => [part.to, inShort(part)]))

describe('ranges', () => {
  test('one answer for all needs no parts', () => {
    const judged = judge(
      {iptablesLegacySave: dump(':OUTPUT DROP\n-A OUTPUT -d 10.0.0.0/8 -j ACCEPT')},
      {to: '10.30.0.0/16'},
    )
    expect([judged.verdict, judged.parts]).toEqual(['allow', []])
  })

  test('split where a rule cuts, worst part first', () => {
    const judged = judge(
      {iptablesLegacySave: dump('-A OUTPUT -d 10.30.4.0/22 -j DROP')},
      {to: '10.30.0.0/16'},
    )
    expect(inShort(judged)).toBe('block out-syn filter OUTPUT 1')
    expect(parts(judged)).toEqual({
      '10.30.0.0/22,10.30.8.0-10.30.255.255': 'allow',
      '10.30.4.0/22': 'block out-syn filter OUTPUT 1',
    })
  })

  test('different blockers are different parts', () => {
    const rules = '-A OUTPUT -d 10.30.0.0/17 -j DROP\n-A OUTPUT -d 10.30.0.0/16 -j REJECT'
    expect(parts(judge({iptablesLegacySave: dump(rules)}, {to: '10.30.0.0/16'}))).toEqual({
      '10.30.0.0/17': 'block out-syn filter OUTPUT 1',
      '10.30.128.0/17': 'block out-syn filter OUTPUT 2',
    })
  })

  test('a rule in INPUT cuts as well', () => {
    const rules = '-A INPUT -s 10.30.0.7/32 -j DROP'
    expect(parts(judge({iptablesLegacySave: dump(rules)}, {to: '10.30.0.0/16'}))['10.30.0.7']).toBe(
      'block in-synack filter INPUT 1',
    )
  })

  test('routes cut, this host itself does', () => {
    const rules = '-A OUTPUT -o eth1 -j DROP'
    expect(parts(judge({iptablesLegacySave: dump(rules)}, {to: '10.20.0.0/15'}))).toEqual({
      '10.20.0.0/31,10.20.0.3-10.20.255.255': 'block out-syn filter OUTPUT 1',
      '10.20.0.2,10.21.0.0/16': 'allow',
    })
  })

  test('the whole internet, both families', () => {
    const rules = {
      iptablesLegacySave: dump(':OUTPUT DROP\n-A OUTPUT -d 52.0.0.0/8 -j ACCEPT\n-A OUTPUT -o lo -j ACCEPT'),
    }
    const v4 = parts(judge(rules, {to: '0.0.0.0/0'}))
    expect(Object.values(v4).sort()).toEqual(['allow', 'block out-syn filter OUTPUT policy'])
    expect(Object.keys(v4).join()).toContain('52.0.0.0/8')
    const v6 = judge({ip6tablesNftSave: dump('-A OUTPUT -d 2000::/3 -j DROP')}, {to: '::/0'})
    expect(parts(v6)['2000::/3']).toBe('block out-syn filter OUTPUT 1')
  })

  test('block is worse than unknown, unknown worse than allow', () => {
    const unknown = '-A OUTPUT -d 10.30.1.0/24 -m limit --limit 1/s -j DROP'
    expect(judge({iptablesLegacySave: dump(unknown)}, {to: '10.30.0.0/16'}).verdict).toBe('unknown')
    const both = `${unknown}\n-A OUTPUT -d 10.30.2.0/24 -j DROP`
    expect(judge({iptablesLegacySave: dump(both)}, {to: '10.30.0.0/16'}).verdict).toBe('block')
  })

  test('sets with exceptions', () => {
    const ipsetSave =
      'create s hash:net family inet\nadd s 10.30.0.0/16\nadd s 10.30.5.0/24 nomatch\nadd s 10.30.5.9\n'
    const judged = judge(
      {ipsetSave, iptablesLegacySave: dump('-A OUTPUT -m set --match-set s dst -j DROP')},
      {to: '10.30.4.0/23'},
    )
    expect(parts(judged)).toEqual({
      '10.30.4.0/24,10.30.5.9': 'block out-syn filter OUTPUT 1',
      '10.30.5.0-10.30.5.8,10.30.5.10-10.30.5.255': 'allow',
    })
  })
})

const cidr = fc
  .tuple(fc.integer({min: 0, max: 0xffff}), fc.integer({min: 20, max: 32}))
  .map(([low, length]) => `${formatAddress(4, 0x0a1e0000 + low)}/${length}`)
const rule = fc
  .tuple(
    fc.constantFrom('OUTPUT', 'INPUT', 'OUTPUT'),
    fc.boolean(),
    cidr,
    fc.constantFrom('DROP', 'ACCEPT', 'REJECT', 'U', 'RETURN'),
  )
  .map(
    ([chain, negated, net, target]) =>
      `-A ${chain} ${negated ? '! ' : ''}${chain === 'OUTPUT' ? '-d' : '-s'} ${net} -j ${target}`,
  )

/** Rules that no question here is about, so that chains are among those that are narrowed. */
const many = (chain: string) =>
  Array.from({length: 70}, (_, at) => `-A ${chain} -d 192.168.${at}.0/24 -p tcp --dport 22 -j DROP`).join(
    '\n',
  )

const port = fc.constantFrom('443', '1500', '3128', '61000:62000', '32768:60999', '40000:45000', '444:65535')
const portMatch = fc
  .tuple(
    fc.constantFrom('-p tcp', '-p tcp', '-p udp', '! -p tcp'),
    fc.boolean(),
    fc.constantFrom('--dport', '--sport', '-m multiport --ports'),
    port,
  )
  .map(([protocol, negated, option, value]) => {
    if (protocol === '! -p tcp') return protocol
    return option.startsWith('-m')
      ? `${protocol} -m multiport${negated ? ' !' : ''} --ports ${value}`
      : `${protocol} ${negated ? '! ' : ''}${option} ${value}`
  })
const anyNet = fc.constantFrom(
  '10.30.0.0/18',
  '10.30.64.0/20',
  '10.30.3.0/24',
  '10.9.0.2',
  '127.0.0.0/9',
  '127.64.0.0/10',
  '127.0.0.1',
  '10.20.0.1',
)
const anyRule = fc
  .tuple(
    fc.constantFrom('OUT', 'IN', 'OUT', 'IN', 'BOTH', 'POSTROUTING'),
    fc.constantFrom('', '-d', '-s', '! -d', '! -s'),
    anyNet,
    fc.option(portMatch, {nil: ''}),
    fc.constantFrom('DROP', 'ACCEPT', 'REJECT', 'RETURN'),
  )
  .map(([chain, option, net, match, target]) => ({
    chain,
    text: `${option === '' ? '' : `${option} ${net} `}${match} -j ${target}`,
  }))
const translation = fc.constantFrom(
  '',
  '-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 3128',
  '-A OUTPUT -d 10.30.64.0/18 -p tcp -j DNAT --to-destination 10.20.0.1:1500',
  '-A OUTPUT -d 10.30.64.0/18 -p tcp -j DNAT --to-destination 10.9.0.2',
  '-A POSTROUTING -j MASQUERADE',
  '-A POSTROUTING -p tcp -j MASQUERADE --to-ports 61000-62000',
)

/** As a dump, in the tables whose chains they name. */
function rulesOf(rules: readonly {chain: string; text: string}[], nat: readonly string[]): string {
  const lines = (filter: boolean) =>
    rules
      .filter(({chain}) => (chain === 'POSTROUTING') !== filter)
      .map(({chain, text}) => `-A ${chain} ${filter ? text : text.replace('REJECT', 'DROP')}`)
  return [
    '*nat',
    ...nat,
    '*mangle',
    ...lines(false),
    '*filter',
    ...lines(true),
    ...['OUT', 'IN', 'BOTH'].map(many),
    '-A OUTPUT -j OUT',
    '-A OUTPUT -j BOTH',
    '-A INPUT -j IN',
    '-A INPUT -j BOTH',
  ].join('\n')
}

function piecesOf({parts: all}: Judgement) {
  return all.flatMap(part =>
    part.to.split(',').map(text => {
      const interval = parseInterval(text)
      return {part, lo: Number(interval?.lo), hi: Number(interval?.hi)}
    }),
  )
}

function partWith(value: number, judged: Judgement) {
  return piecesOf(judged).find(({lo, hi}) => lo <= value && value <= hi)?.part ?? judged
}

describe('rules that a question leaves out make no difference', () => {
  const elsewhere = (chain: string) => many(chain).replaceAll(' -d ', ' -s ')

  test.each<readonly [what: string, to: string, address: string, rules: string]>([
    [
      'a redirected connection comes from this host itself',
      '10.30.0.0/16',
      '10.30.0.9',
      `*nat\n-A OUTPUT -p tcp -j REDIRECT --to-ports 3128\n*filter\n-A INPUT -j IN\n${elsewhere('IN')}\n-A IN -s 10.9.0.2/32 -j DROP`,
    ],
    [
      'an answer over lo comes by OUTPUT from the port in question',
      '127.0.0.0/8',
      '127.70.0.1',
      `-A OUTPUT -j OUT\n${many('OUT')}\n-A OUT -s 127.64.0.0/10 -p tcp --sport 443 -j DROP`,
    ],
    [
      'the port that NAT gives the server',
      '10.30.0.0/16',
      '10.30.0.9',
      `*nat\n-A OUTPUT -p tcp -j DNAT --to-destination 10.20.0.1:1500\n*filter\n-A OUTPUT -j OUT\n${many('OUT')}\n-A OUT -p tcp --dport 1500 -j DROP`,
    ],
    [
      'the port that NAT gives this host',
      '10.30.0.0/16',
      '10.30.0.9',
      `*nat\n-A POSTROUTING -p tcp -j MASQUERADE --to-ports 61000-62000\n*mangle\n-A PREROUTING -j PRE\n${elsewhere('PRE')}\n-A PRE -p tcp --dport 61000:62000 -j DROP`,
    ],
  ])('%s', (_, to, address, rules) => {
    const cut = '*raw\n-A OUTPUT -d 10.30.3.0/24 -j ACCEPT\n-A OUTPUT -d 127.3.0.0/16 -j ACCEPT\n'
    const [first = ''] = rules.split('\n')
    const short = `${cut}${first.startsWith('*') ? '' : '*filter\n'}${rules}`
    const firewall = compileFirewall({...HOST, iptablesLegacySave: dump(short)})
    const alone = firewall.judge({to: address, port: 443})
    const value = Number(parseInterval(address)?.lo)
    expect(alone.verdict).toBe('block')
    expect(inShort(partWith(value, firewall.judge({to, port: 443})))).toBe(inShort(alone))
  })

  test.each([
    {to: '10.30.0.0/16', first: 0x0a1e0000, size: 0x10000},
    {to: '10.9.0.0/24', first: 0x0a090000, size: 0x100},
    {to: '127.0.0.0/8', first: 0x7f000000, size: 0x1000000},
  ])('for $to', {timeout: 60_000}, ({to, first, size}) => {
    fc.assert(
      fc.property(
        fc.array(anyRule, {maxLength: 10}),
        fc.array(translation, {maxLength: 2}),
        fc.constantFrom(443, 1500),
        fc.array(fc.integer({min: 0, max: size - 1}), {minLength: 5, maxLength: 10}),
        (rules, nat, question, offsets) => {
          const firewall = compileFirewall({...HOST, iptablesLegacySave: dump(rulesOf(rules, nat))})
          const judged = firewall.judge({to, port: question})
          const edges = piecesOf(judged).flatMap(({lo, hi}) => [lo, hi])
          for (const value of [...edges, ...offsets.map(offset => first + offset)]) {
            const alone = firewall.judge({to: formatAddress(4, value), port: question})
            expect(inShort(partWith(value, judged))).toBe(inShort(alone))
          }
        },
      ),
      {numRuns: 250},
    )
  })
})

describe('a range holds for every address in it', () => {
  test('parts are disjoint, cover the range, and agree with single addresses', () => {
    fc.assert(
      fc.property(
        fc.array(rule, {maxLength: 12}),
        fc.array(fc.integer({min: 0, max: 0xffff}), {maxLength: 20}),
        (rules, offsets) => {
          const firewall = compileFirewall({
            ...HOST,
            iptablesNftSave: dump(`:U -\n-A U -d 10.30.0.0/18 -j DROP\n${rules.join('\n')}`),
          })
          const judged = firewall.judge({to: '10.30.0.0/16', port: 443})
          const pieces = judged.parts.flatMap(part =>
            part.to.split(',').map(text => ({part, interval: parseInterval(text)})),
          )
          if (pieces.length > 0) {
            const size = pieces.reduce(
              (sum, {interval}) => sum + Number(interval?.hi) - Number(interval?.lo) + 1,
              0,
            )
            expect(size).toBe(0x10000)
          }
          for (const offset of offsets) {
            const value = 0x0a1e0000 + offset
            const holding = pieces.filter(
              ({interval}) => interval && interval.lo <= value && value <= interval.hi,
            )
            if (pieces.length > 0) expect(holding.length).toBe(1)
            const alone = firewall.judge({to: formatAddress(4, value), port: 443})
            expect(inShort(holding[0]?.part ?? judged)).toBe(inShort(alone))
          }
        },
      ),
      {numRuns: 200},
    )
  })
})
