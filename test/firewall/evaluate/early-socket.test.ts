import {describe, expect, test} from 'vitest'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump, HOST, inShort, judge} from '../host.ts'
import {table} from '../nft/table.ts'

const incoming = (rule: string) =>
  table([rule], {header: 'type filter hook input priority filter; policy accept;'})

const settings = (ip: string, tcp: string) => ({
  settings: {...HOST.settings, 'net/ipv4/ip_early_demux': ip, 'net/ipv4/tcp_early_demux': tcp},
})

const USER = {uid: 1000}

describe('a rule of nftables on who owns the socket of what comes in', () => {
  test.each<[string, Partial<LinuxFirewallState>, string, string]>([
    ['is decided', settings('1', '1'), 'meta skuid 1000 drop', 'block in-synack mine c 1'],
    ['is decided for another user', settings('1', '1'), 'meta skuid 0 drop', 'allow'],
    [
      'is decided for all but another user',
      settings('1', '1'),
      'meta skuid != 0 drop',
      'block in-synack mine c 1',
    ],
    ['never matches where sockets are looked for late', settings('0', '1'), 'meta skuid 1000 drop', 'allow'],
    ['nor where those of TCP are', settings('1', '0'), 'meta skuid != 0 drop', 'allow'],
    ['is not decided where that was not captured', {}, 'meta skuid 1000 drop', 'unknown'],
  ])('%s', (_, state, rule, expected) => {
    expect(inShort(judge({...state, nftText: incoming(rule)}, USER))).toBe(expected)
  })

  test('is not decided of datagrams, whose socket need not be connected', () => {
    const state = {...settings('1', '1'), nftText: incoming('meta skuid 1000 drop')}
    expect(judge(state, {...USER, protocol: 'udp'}).verdict).toBe('unknown')
  })

  test('is not decided where NAT has changed the addresses', () => {
    const iptablesLegacySave = dump(
      '*nat\n-A OUTPUT -p tcp --dport 443 -j DNAT --to-destination 10.20.0.1:8443',
    )
    const state = {...settings('1', '1'), iptablesLegacySave, nftText: incoming('meta skuid 1000 drop')}
    expect(judge(state, USER).verdict).toBe('unknown')
  })

  test('does not match what comes back in over lo by its sender', () => {
    const state = {...settings('1', '1'), nftText: incoming('meta skuid 1000 drop')}
    expect(judge(state, {...USER, to: '10.9.0.2'}).verdict).toBe('unknown')
  })

  test('IPv6 goes by the settings of IPv4', () => {
    const state = {...settings('1', '1'), nftText: incoming('meta skuid 1000 drop')}
    expect(judge(state, {...USER, to: '2001:db8::5'}).verdict).toBe('block')
  })
})
