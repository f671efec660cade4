import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Judgement} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {formatAddress, parseInterval} from '../../../src/firewall/model/address.ts'
import {type Given, judgeWindows, windowsState} from './host.ts'

const byte = fc.constantFrom(0, 1, 2, 127, 128, 255)
const address = fc.tuple(byte, byte).map(([c, d]) => `10.9.${c}.${d}`)
const remote = fc.oneof(
  address.map(one => `RA4=${one}`),
  fc.tuple(address, fc.integer({min: 16, max: 32})).map(([one, length]) => `RA4=${one}/${length}`),
  fc.constantFrom('RA4=LocalSubnet', 'RA4=DNS', 'RA6=LocalSubnet', 'RA4=10.9.0.7-10.9.2.9', 'RA42=IntErnet'),
)
const condition = fc.oneof(
  {weight: 6, arbitrary: remote},
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        'Protocol=6|RPort=443',
        'Protocol=6|RPort=80',
        'Protocol=17',
        'Active=FALSE',
        'LA4=10.9.0.2',
        'LA4=10.1.0.0/16',
      ],
      ...[
        'LUAuth=x',
        'Profile=Public',
        'Profile=Domain',
        'Security=Authenticate|AuthByPassOut=TRUE',
        'App=C:\\a.exe',
      ],
    ),
  },
)
const rule = fc
  .tuple(fc.constantFrom('Allow', 'Block'), fc.uniqueArray(condition, {maxLength: 3}))
  .map(([action, conditions]) => [`Action=${action}`, ...conditions].join('|'))
const given: fc.Arbitrary<Given> = fc.record({
  local: fc.array(rule, {maxLength: 5}),
  groupPolicy: fc.array(rule, {maxLength: 2}),
  settings: fc.constantFrom(
    {local: {DefaultOutboundAction: 1}},
    {local: {DefaultOutboundAction: 0}},
    {local: {DefaultOutboundAction: 7}},
  ),
  state: fc.constantFrom({}, {activeProfiles: [], interfaceProfiles: {}}, {interfaces: {}, routes: []}),
})

describe('the judge of Windows Firewall over a range', () => {
  it('says of every address what it says of that address alone', () => {
    fc.assert(
      fc.property(given, fc.array(address, {minLength: 4, maxLength: 12}), (setup, addresses) => {
        const firewall = compileFirewall(windowsState(setup))
        const range = firewall.judge({to: '10.9.0.0/16', port: 443})
        for (const to of addresses) {
          const {verdict, blocker} = firewall.judge({to, port: 443})
          const part = partOf(range, to)
          expect(part.verdict, to).toBe(verdict)
          if (verdict === 'block') expect(part.blocker, to).toEqual(blocker)
        }
      }),
      {numRuns: 300},
    )
  })

  it('names parts that are disjoint and cover the range', () => {
    fc.assert(
      fc.property(given, setup => {
        const {parts} = compileFirewall(windowsState(setup)).judge({to: '10.9.0.0/16', port: 443})
        if (parts.length === 0) return
        const pieces = parts.flatMap(({to}) => to.split(',')).map(text => parseInterval(text))
        const size = pieces.reduce((sum, piece) => sum + Number(piece?.hi) - Number(piece?.lo) + 1, 0)
        expect(size).toBe(65536)
        const starts = pieces.map(piece => Number(piece?.lo)).sort((a, b) => a - b)
        expect(new Set(starts).size).toBe(pieces.length)
        expect(formatAddress(4, starts[0] ?? 0)).toBe('10.9.0.0')
      }),
      {numRuns: 200},
    )
  })

  it('has the verdict of its worst part', () => {
    const {verdict, blocker, parts} = judgeWindows(
      {local: ['Action=Block|RA4=10.20.4.0/24', 'Action=Block|RA4=10.20.5.0/24|LUAuth=x']},
      {to: '10.20.0.0/16', port: 1500},
    )
    expect([verdict, blocker?.rule]).toEqual(['block', 'local-1'])
    expect(parts.map(part => [part.to, part.verdict])).toEqual([
      ['10.20.0.0/22,10.20.6.0-10.20.255.255', 'allow'],
      ['10.20.4.0/24', 'block'],
      ['10.20.5.0/24', 'unknown'],
    ])
  })

  it('judges a blocklist of 10,000 addresses in 10,000 rules, and a range over them', () => {
    const list = Array.from({length: 10_000}, (_, index) => `10.20.${index >> 8}.${index & 255}`)
    const each = compileFirewall(windowsState({local: list.map(to => `Action=Block|RA4=${to}`)}))
    // A rule has no more than 1,000 addresses.
    const lists = Array.from({length: 10}, (_, at) => list.slice(at * 1_000, (at + 1) * 1_000))
    const few = compileFirewall(
      windowsState({
        local: lists.map(part => `Action=Block|${part.map(to => `RA4=${to}`).join('|')}`),
      }),
    )
    for (const firewall of [each, few]) {
      expect(firewall.judge({to: '10.20.39.15', port: 1500}).verdict).toBe('block')
      expect(firewall.judge({to: '10.20.39.16', port: 1500}).verdict).toBe('allow')
      const range = firewall.judge({to: '10.20.0.0/16', port: 1500})
      expect(partOf(range, '10.20.39.15').verdict).toBe('block')
      expect(partOf(range, '10.20.39.16').verdict).toBe('allow')
    }
  })
})

function partOf({parts, ...whole}: Judgement, to: string) {
  const value = parseInterval(to)?.lo ?? 0
  const holds = (text: string) => {
    const piece = parseInterval(text)
    return piece !== null && piece.lo <= value && value <= piece.hi
  }
  if (parts.length === 0) return whole
  const found = parts.filter(part => part.to.split(',').some(holds))
  expect(found).toHaveLength(1)
  return found[0] ?? whole
}
