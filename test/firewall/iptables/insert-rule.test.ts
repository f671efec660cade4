import {describe, expect, test} from 'vitest'
import {insertRule} from '../../../src/firewall/iptables/edit.ts'
import {parseSave} from '../../../src/firewall/iptables/save.ts'

describe('insertRule', () => {
  const save =
    '*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j A\n[1:2] -A OUTPUT -j B\n-A OUTPUT -j C\nCOMMIT\n'
  const rules = (text: string) =>
    parseSave(text).tables.flatMap(one => one.rules.map(rule => `${one.name} ${rule.text}`))

  test.each([
    [
      1,
      ['filter -A INPUT -j A', 'filter -A OUTPUT -j NEW', 'filter -A OUTPUT -j B', 'filter -A OUTPUT -j C'],
    ],
    [
      2,
      ['filter -A INPUT -j A', 'filter -A OUTPUT -j B', 'filter -A OUTPUT -j NEW', 'filter -A OUTPUT -j C'],
    ],
    [
      3,
      ['filter -A INPUT -j A', 'filter -A OUTPUT -j B', 'filter -A OUTPUT -j C', 'filter -A OUTPUT -j NEW'],
    ],
    [
      99,
      ['filter -A INPUT -j A', 'filter -A OUTPUT -j B', 'filter -A OUTPUT -j C', 'filter -A OUTPUT -j NEW'],
    ],
  ])('as number %i', (number, expected) => {
    expect(rules(insertRule(save, 'filter', 'OUTPUT', number, '-A OUTPUT -j NEW'))).toEqual(expected)
  })

  test('creates the table, and the chain', () => {
    const text = insertRule(save, 'mangle', 'OUTPUT', 1, '-j NEW')
    expect(rules(text).at(-1)).toBe('mangle -A OUTPUT -j NEW')
    expect(parseSave(text).tables[1]?.chains.map(({name: chain}) => chain)).toContain('POSTROUTING')
    expect(parseSave(insertRule('', 'filter', 'mine', 1, '-j NEW')).tables[0]?.chains.at(-1)).toMatchObject({
      name: 'mine',
      policy: '-',
    })
    expect(
      parseSave(insertRule(save, 'filter', 'mine', 1, '-j NEW')).tables[0]?.chains.map(
        ({name: chain}) => chain,
      ),
    ).toContain('mine')
  })

  test('works in the middle of a dump that has further tables', () => {
    const both = `${save}*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j N\nCOMMIT\n`
    expect(rules(insertRule(both, 'filter', 'OUTPUT', 9, '-j NEW'))).toContain('filter -A OUTPUT -j NEW')
    expect(rules(insertRule(both, 'nat', 'OUTPUT', 1, '-j NEW'))).toContain('nat -A OUTPUT -j NEW')
  })
})
