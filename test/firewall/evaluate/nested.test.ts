import {describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump, HOST, inShort} from '../host.ts'

/** Asks for an address, for ranges of both families, and for owners: each goes another way through the rules. */
function verdicts(state: Partial<LinuxFirewallState>): string {
  const firewall = compileFirewall({...HOST, ...state})
  firewall.ownerRules()
  const answers = ['52.95.110.1', '52.0.0.0/8', '2001:db8::/32'].map(to => firewall.judge({to, port: 443}))
  return answers.map(({verdict}) => verdict).join(' ')
}

const nested = (depth: number, open: string, close: string, core: string) =>
  open.repeat(depth) + core + close.repeat(depth)

const CHAIN =
  '{"chain": {"family": "inet", "table": "t", "name": "o", "type": "filter", "hook": "output", "prio": 0, "policy": "accept"}}'
const rule = (expr: string, chain = 'o') =>
  `{"rule": {"family": "inet", "table": "t", "chain": "${chain}", "expr": [${expr}]}}`
const json = (...entries: readonly string[]) =>
  `{"nftables": [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "inet", "name": "t"}}, ${entries.join(', ')}]}`
const match = (left: string, right: string) =>
  `{"match": {"op": "==", "left": ${left}, "right": ${right}}}, {"drop": null}`
const text = (line: string) =>
  `table inet t {\n\tchain o {\n\t\ttype filter hook output priority filter; policy accept;\n\t\t${line}\n\t}\n}\n`

const DEEP = 20_000
const MARK = '{"meta": {"key": "mark"}}'
const DPORT = '{"payload": {"protocol": "tcp", "field": "dport"}}'

describe('an expression nested 20,000 deep is unknown', () => {
  test.each<[string, Partial<LinuxFirewallState>]>([
    ['on the left', {nftJson: json(CHAIN, rule(match(nested(DEEP, '{"&": [', ', 1]}', MARK), '1')))}],
    [
      'on the right',
      {
        nftJson: json(
          CHAIN,
          rule(match(DPORT, nested(DEEP, '{"prefix": {"len": 8, "addr": ', '}}', '"52.0.0.0"'))),
        ),
      },
    ],
    ['sets of sets', {nftJson: json(CHAIN, rule(match(DPORT, nested(DEEP, '{"set": [', ']}', '443'))))}],
    [
      'ranges of ranges',
      {nftJson: json(CHAIN, rule(match(DPORT, nested(DEEP, '{"range": [1, ', ']}', '443'))))},
    ],
    ['a list', {nftJson: json(CHAIN, rule(match(DPORT, nested(DEEP, '[', ']', '443'))))}],
    ['concatenations', {nftJson: json(CHAIN, rule(match(nested(DEEP, '{"concat": [', ']}', MARK), '1')))}],
    ['a statement', {nftJson: json(CHAIN, rule(nested(DEEP, '{"x": ', '}', '1')))}],
    [
      'what is written to a mark',
      {
        nftJson: json(
          CHAIN,
          rule(`{"mangle": {"key": ${MARK}, "value": ${nested(DEEP, '{"|": [', ', 1]}', MARK)}}}`),
        ),
      },
    ],
    ['an entry of an unknown kind', {nftJson: json(nested(DEEP, '{"x": ', '}', '1'))}],
    ['the type of a chain', {nftJson: json(CHAIN.replace('"filter"', nested(DEEP, '[', ']', '1')))}],
    ['the priority of a chain', {nftJson: json(CHAIN.replace(': 0', `: ${nested(DEEP, '[', ']', '1')}`))}],
    [
      'the devices of a chain',
      {
        nftJson: json(
          CHAIN.replace('"output"', `"egress", "dev": ${nested(DEEP, '[', ']', '1')}`),
          rule('{"drop": null}'),
        ),
      },
    ],
    ['all of it', {nftJson: nested(100_000, '[', ']', '1')}],
    [
      'parentheses in the text',
      {nftJson: null, nftText: text(`meta mark ${nested(DEEP, '(', ')', '1')} drop`)},
    ],
    [
      'braces in the text',
      {nftJson: null, nftText: text(`tcp dport ${nested(DEEP, '{ ', ' }', '443')} drop`)},
    ],
    ['operators in the text', {nftJson: null, nftText: text(`meta mark ${'& 1 '.repeat(DEEP)} == 1 drop`)}],
    [
      '5,000 statements',
      {
        nftJson: json(
          CHAIN,
          rule(
            `${'{"mangle": {"key": {"meta": {"key": "mark"}}, "value": 1}}, '.repeat(5_000)}{"accept": null}`,
          ),
        ),
      },
    ],
  ])('%s', (_, state) => {
    expect(verdicts({nftText: null, ...state})).toBe('unknown unknown unknown')
  })

  test('lists of sets in lists of sets', () => {
    const lists = Array.from(
      {length: DEEP},
      (_, at) => `create l${at + 1} list:set size 8\nadd l${at} l${at + 1}\n`,
    )
    const iptablesNftSave = dump('-A OUTPUT -m set --match-set l0 dst -j DROP')
    for (const ipsetSave of [
      `create l0 list:set size 8\n${lists.join('')}`,
      'create l0 list:set size 8\nadd l0 l0\n',
    ])
      expect(verdicts({ipsetSave, iptablesNftSave})).toBe('unknown unknown allow')
  })
})

/** Chains that each call the next, and the last of which drops. */
function calls(depth: number, goto = false): Partial<LinuxFirewallState> & {nftJson: string} {
  const names = Array.from({length: depth}, (_, at) => `C${at}`)
  const verb = goto ? 'goto' : 'jump'
  const from = ['o', ...names]
  const to = names.map(name => `{"${verb}": {"target": "${name}"}}`)
  return {
    nftText: null,
    nftJson: json(
      CHAIN,
      ...names.map(name => `{"chain": {"family": "inet", "table": "t", "name": "${name}"}}`),
      ...from.map((name, at) => rule(to[at] ?? '{"drop": null}', name)),
    ),
    iptablesLegacySave: dump(
      ['OUTPUT', ...names]
        .map((name, at) => `-A ${name} -${goto ? 'g' : 'j'} ${names[at] ?? 'DROP'}`)
        .join('\n'),
    ).replaceAll('-g DROP', '-j DROP'),
  }
}

describe('chains that call chains', () => {
  test.each([1, 16, 100])('%i deep', depth => {
    for (const goto of [false, true]) {
      const {nftJson, iptablesLegacySave = ''} = calls(depth, goto)
      expect(verdicts({nftText: null, nftJson})).toBe('block block block')
      expect(verdicts({iptablesLegacySave})).toBe('block block allow')
    }
  })

  test.each([1_000, DEEP])('%i deep is unknown', depth => {
    for (const goto of [false, true]) {
      const {nftJson, iptablesLegacySave = ''} = calls(depth, goto)
      expect(verdicts({nftText: null, nftJson})).toBe('unknown unknown unknown')
      expect(verdicts({iptablesLegacySave})).toBe('unknown unknown allow')
    }
  })

  test.each([
    ['itself', '-A OUTPUT -j A\n-A A -j A'],
    ['one another', '-A OUTPUT -j A\n-A A -j B\n-A B -j A'],
    ['one another by goto', '-A OUTPUT -j A\n-A A -g B\n-A B -g A'],
    ['their base chain', '-A OUTPUT -j OUTPUT'],
  ])('%s in a circle are unknown, as the kernel has none', (_, rules) => {
    for (const field of ['iptablesLegacySave', 'iptablesNftSave'])
      expect(verdicts({[field]: dump(rules)})).toBe('unknown unknown allow')
  })

  test('of nf_tables in a circle as well', () => {
    const chain = (name: string) => `{"chain": {"family": "inet", "table": "t", "name": "${name}"}}`
    const call = (verb: string, target: string, from: string) =>
      rule(`{"${verb}": {"target": "${target}"}}`, from)
    for (const verb of ['jump', 'goto']) {
      const nftJson = json(
        CHAIN,
        chain('A'),
        chain('B'),
        call(verb, 'A', 'o'),
        call(verb, 'B', 'A'),
        call(verb, 'A', 'B'),
      )
      expect(verdicts({nftText: null, nftJson})).toBe('unknown unknown unknown')
    }
    expect(verdicts({nftText: null, nftJson: json(CHAIN, call('jump', 'o', 'o'))})).toBe(
      'unknown unknown unknown',
    )
  })
})

describe('long lines', () => {
  test.each([
    [
      '30,000 ports',
      `-A OUTPUT -p tcp -m multiport --dports ${Array(30_000).fill('443').join(',')} -j DROP`,
      'block',
    ],
    ['30,000 negations', `-A OUTPUT ${'! '.repeat(30_000)}-p tcp -j DROP`, 'unknown'],
    [
      '30,000 escaped quotes',
      `-A OUTPUT -m comment --comment "${'\\"'.repeat(30_000)}" -p tcp -j DROP`,
      'block',
    ],
    ['30,000 comments', `-A OUTPUT ${'-m comment --comment x '.repeat(30_000)}-p udp -j DROP`, 'allow'],
  ])('%s', (_, rules, expected) => {
    const judged = compileFirewall({...HOST, iptablesLegacySave: dump(rules)}).judge({
      to: '52.95.110.1',
      port: 443,
    })
    expect(inShort(judged).split(' ')[0]).toBe(expected)
  })
})
