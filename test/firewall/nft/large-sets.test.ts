import {describe, expect, test} from 'vitest'
import {inShort, judge} from '../host.ts'
import {table} from './table.ts'

describe('large sets', () => {
  const COUNT = 20_000
  const addressOf = (index: number) => `10.${100 + (index >> 14)}.${(index >> 6) & 255}.${(index & 63) * 4}`
  const elements = Array.from({length: COUNT}, (_, index) => addressOf(index))
  const set = (name: string, type: string, list: readonly string[]) =>
    `\t${name} {\n\t\ttype ${type}\n\t\tflags interval\n\t\telements = { ${list.join(',\n\t\t\t     ')} }\n\t}\n\n`

  test('as sets, concatenations and maps of verdicts', () => {
    const nftText = table(['ip daddr @s drop', 'ip daddr . tcp dport @p drop', 'ip daddr vmap @v'], {
      more:
        set('set s', 'ipv4_addr', elements.slice(0, 10)) +
        set(
          'set p',
          'ipv4_addr . inet_service',
          elements.map(one => `${one}/31 . 443`),
        ) +
        set(
          'map v',
          'ipv4_addr : verdict',
          elements.map((one, index) => `${one} : ${index % 2 ? 'drop' : 'accept'}`),
        ),
    })
    expect(inShort(judge({nftText}, {to: addressOf(3)}))).toBe('block out-syn mine c 1')
    expect(inShort(judge({nftText}, {to: addressOf(11_111)}))).toBe('block out-syn mine c 2')
    expect(inShort(judge({nftText}, {to: addressOf(11_111), port: 1500}))).toBe('block out-syn mine c 3')
    expect(inShort(judge({nftText}, {to: addressOf(11_112), port: 1500}))).toBe('allow')
  })

  test('a range is split where elements begin and end', () => {
    const nftText = table(['ip daddr . tcp dport @p drop'], {
      more: set(
        'set p',
        'ipv4_addr . inet_service',
        elements.map(one => `${one}/31 . 443`),
      ),
    })
    const judged = judge({nftText}, {to: '10.100.0.0/29'})
    expect(judged.parts.map(({to, verdict}) => [to, verdict])).toEqual([
      ['10.100.0.0/31,10.100.0.4/31', 'block'],
      ['10.100.0.2/31,10.100.0.6/31', 'allow'],
    ])
  })
})

describe('ranges', () => {
  test.each([
    ['ip daddr 10.20.5.0/24 drop', '10.20.5.0/24'],
    ['ip daddr { 10.20.1.0-10.20.1.9, 10.20.9.9 } drop', '10.20.1.0-10.20.1.9,10.20.9.9'],
    ['ip daddr vmap { 10.20.5.0/24 : drop, 10.20.6.0/24 : accept }', '10.20.5.0/24'],
    ['ip daddr & 255.255.255.0 == { 10.20.5.0, 10.20.7.0 } drop', '10.20.5.0/24,10.20.7.0/24'],
    ['ip daddr . tcp dport { 10.20.0.0/24 . 443, 10.20.1.0/24 . 80 } drop', '10.20.0.0/24'],
    ['ct original ip daddr 10.20.5.0/24 drop', '10.20.5.0/24'],
  ])('%s', (rule, blocked) => {
    const {parts} = judge({nftText: table([rule])}, {to: '10.20.0.0/16'})
    expect(parts.filter(({verdict}) => verdict === 'block').map(({to}) => to)).toEqual([blocked])
    expect(parts.filter(({verdict}) => verdict === 'unknown')).toEqual([])
  })
})
