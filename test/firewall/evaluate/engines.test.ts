import {describe, expect, test} from 'vitest'
import {dump, judge} from '../host.ts'

const DROP = dump('-A OUTPUT -p tcp --dport 443 -j DROP')

describe('engines together', () => {
  test('a drop in any engine wins', () => {
    const accept = dump(':OUTPUT ACCEPT\n-A OUTPUT -j ACCEPT')
    expect(judge({iptablesLegacySave: accept, iptablesNftSave: DROP}).blocker?.engine).toBe('iptables-nft')
    expect(judge({iptablesLegacySave: DROP, iptablesNftSave: accept}).blocker?.engine).toBe('iptables-legacy')
  })

  test('marks of one engine are seen by the other', () => {
    const mark = dump('*mangle\n-A OUTPUT -j MARK --set-mark 1')
    const match = dump('-A OUTPUT -m mark --mark 1 -j DROP')
    expect(judge({iptablesLegacySave: mark, iptablesNftSave: match}).verdict).toBe('block')
  })

  test('two engines that translate: either may come first', () => {
    const to = (address: string) => dump(`*nat\n-A OUTPUT -j DNAT --to-destination ${address}`)
    const state = {
      iptablesLegacySave: to('10.20.0.1'),
      iptablesNftSave: `${to('10.20.0.9')}${dump('-A OUTPUT -d 10.20.0.9 -j DROP')}`,
    }
    expect(judge(state).verdict).toBe('unknown')
  })

  test('the blocker carries engine, family and text', () => {
    expect(judge({ip6tablesNftSave: dump('-A OUTPUT -j DROP')}, {to: '2001:db8::5'}).blocker).toEqual({
      engine: 'iptables-nft',
      family: 'ip6',
      table: 'filter',
      chain: 'OUTPUT',
      rule: 1,
      text: '-A OUTPUT -j DROP',
    })
    expect(judge({iptablesLegacySave: dump(':OUTPUT DROP')}).blocker?.text).toBe('-P OUTPUT DROP')
  })

  test('how, redirect and warnings', () => {
    expect(judge({iptablesLegacySave: dump('-A OUTPUT -j REJECT --reject-with tcp-reset')}).how).toBe(
      'reject',
    )
    expect(judge({iptablesLegacySave: dump('-A INPUT -j DROP')}).how).toBe('drop')
    const redirect = '*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 3128'
    expect(judge({iptablesLegacySave: dump(redirect)}).redirectedTo).toBe('127.0.0.1:3128')
    expect(judge({ip6tablesLegacySave: dump(redirect)}, {to: '2001:db8::5'}).redirectedTo).toBe('[::1]:3128')
    const payload = '-A OUTPUT -m string --string "amazonaws" --algo bm -j DROP'
    expect(judge({iptablesLegacySave: dump(payload)}).warnings).toEqual([payload])
  })

  test('a probe that is none is a usage error', () => {
    for (const to of ['example.com', '10.0.0.0/33', '', '1.2.3'])
      expect(() => judge({}, {to})).toThrow(/neither an address nor a CIDR/)
    expect(() => judge({}, {port: 0})).toThrow(/is not a TCP port/)
  })
})
