import {describe, expect, it} from 'vitest'
import {parseSave} from '../../../../src/firewall/iptables/save.ts'
import {placesBefore, placesBeforePolicy, readTable} from '../../../../src/firewall/plan/iptables/chains.ts'
import {save} from '../situations.ts'

function tableOf(...lines: readonly string[]) {
  const table = readTable(parseSave(save({filter: lines})), 'filter')
  if (!table) throw new Error('no table')
  return table
}

const nobody = () => false

describe('readTable', () => {
  it('reads targets past counters and quoted words', () => {
    const text =
      '*filter\n:OUTPUT ACCEPT [1:2]\n:X - [0:0]\n[3:4] -A OUTPUT -m comment --comment "a -j DROP" -g X\n-A X -p tcp\nCOMMIT\n'
    expect(readTable(parseSave(text), 'filter')).toEqual(
      new Map([
        ['OUTPUT', [{target: 'X', leaves: true}]],
        ['X', [{target: null, leaves: false}]],
      ]),
    )
    expect(readTable(parseSave(text), 'mangle')).toBeNull()
  })
})

describe('placesBefore', () => {
  it.each([
    ['a base chain', ['-A OUTPUT -p udp', '-A OUTPUT -j DROP'], 'OUTPUT', 2, ['OUTPUT 2']],
    ['a chain of its own', [':A -', '-A OUTPUT -j A', '-A A -j DROP'], 'A', 1, ['A 1']],
    [
      'a chain that incoming packets walk too',
      [':A -', ':B -', '-A INPUT -j A', '-A OUTPUT -p udp', '-A OUTPUT -j B', '-A B -j A', '-A A -j DROP'],
      'A',
      1,
      ['B 1', 'INPUT 1'],
    ],
    [
      'a chain that forwarded packets walk too, called twice',
      [':A -', '-A FORWARD -j A', '-A OUTPUT -p tcp -j A', '-A OUTPUT -g A', '-A A -j DROP'],
      'A',
      1,
      ['OUTPUT 2', 'OUTPUT 1'],
    ],
    [
      'a chain whose only caller is shared as well',
      [':A -', ':B -', '-A INPUT -j B', '-A OUTPUT -p udp', '-A OUTPUT -j B', '-A B -j A', '-A A -j DROP'],
      'A',
      1,
      ['OUTPUT 2', 'INPUT 1'],
    ],
  ] as const)('finds the place in front of %s', (_name, lines, chain, number, expected) => {
    const places = placesBefore(tableOf(...lines), chain, number, 'out-syn', nobody)
    expect(places.map(place => `${place.chain} ${place.number}`)).toEqual(expected)
  })

  it.each([
    ['a LOG', ['-A OUTPUT -p udp', '-A OUTPUT -j LOG --log-prefix "X "', '-A OUTPUT -j DROP'], 3, 'OUTPUT 2'],
    [
      'two logs',
      ['-A OUTPUT -j NFLOG --nflog-group 1', '-A OUTPUT -m limit --limit 3/min -j LOG', '-A OUTPUT -j DROP'],
      3,
      'OUTPUT 1',
    ],
    [
      'a jump to a chain that only logs',
      [':L -', '-A OUTPUT -p udp', '-A OUTPUT -j L', '-A OUTPUT -j DROP', '-A L -j LOG'],
      3,
      'OUTPUT 2',
    ],
    [
      'a log that another rule parts from it',
      ['-A OUTPUT -j LOG', '-A OUTPUT -p udp -j ACCEPT', '-A OUTPUT -j DROP'],
      3,
      'OUTPUT 3',
    ],
  ] as const)('goes before %s that belongs to the rule', (_, lines, number, expected) => {
    const [place] = placesBefore(tableOf(...lines), 'OUTPUT', number, 'out-syn', nobody)
    expect(`${place?.chain} ${place?.number}`).toBe(expected)
  })

  it('goes before the log within a chain that logs and drops', () => {
    const table = tableOf(':D -', '-A OUTPUT -j D', '-A D -j LOG', '-A D -j DROP')
    expect(placesBefore(table, 'D', 2, 'out-syn', nobody)[0]).toEqual({chain: 'D', number: 1})
  })

  it('goes before the last log of a chain whose policy drops', () => {
    const table = tableOf('-A OUTPUT -p udp -j ACCEPT', '-A OUTPUT -j LOG')
    expect(placesBeforePolicy(table, 'OUTPUT')[0]).toEqual({chain: 'OUTPUT', number: 2})
  })

  it('leaves foreign chains alone, and ends where chains call each other', () => {
    const table = tableOf(':f -', ':g -', '-A INPUT -j f', '-A f -j g', '-A g -j f', '-A g -j DROP')
    expect(placesBefore(table, 'g', 2, 'in-synack', chain => chain === 'g' || chain === 'f')).toEqual([
      {chain: 'INPUT', number: 1},
    ])
  })

  it('comes to the chains of the other way last, where what is redirected to this host comes in', () => {
    const table = tableOf(':f -', '-A INPUT -j f', '-A f -j DROP')
    expect(placesBefore(table, 'f', 1, 'out-syn', nobody)).toEqual([{chain: 'f', number: 1}])
    expect(placesBefore(table, 'OUTPUT', 1, 'out-syn', nobody)).toEqual([{chain: 'OUTPUT', number: 1}])
  })
})

describe('placesBeforePolicy', () => {
  it('is the end, then what leaves the chain, last one first', () => {
    const table = tableOf(':X -', '-A OUTPUT -p tcp -j RETURN', '-A OUTPUT -j X', '-A OUTPUT -g X')
    expect(placesBeforePolicy(table, 'OUTPUT').map(({number}) => number)).toEqual(['end', 3, 1])
  })
})
