import {describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../../src/firewall/state/state.ts'
import {dump, HOST} from '../../host.ts'
import {accept, inShort, judge, lines, OUT, REMOTE, STRANGER} from './host.ts'

describe('which next hop it is', () => {
  const nextHop = (to: string, more: Partial<LinuxFirewallState> = {}) =>
    judge(OUT, more, to).neighbourDiscovery?.nextHop

  test.each([
    ['fd09::77', 'fd09::77'],
    [REMOTE, 'fd09::1'],
    ['fd20::1', 'fd20::1'],
    ['fd09::2', undefined],
    ['::1', undefined],
  ])('for %s: %s', (to, expected) => {
    expect(nextHop(to)).toBe(expected)
  })

  test('a link-local router', () => {
    const routes = ['default via fe80::9 dev eth0 proto ra metric 1024 pref medium']
    expect(nextHop(REMOTE, {routes})).toBe('fe80::9')
    const group = lines(OUT, accept('OUTPUT', 136), accept('OUTPUT', 135, '-d ff02::1:ff00:9'))
    expect(judge(group, {routes}).verdict).toBe('allow')
  })

  test('one of several', () => {
    const routes = ['default via fe80::9 dev eth0 metric 1024', 'default via fe80::a dev eth1 metric 1024']
    const onOne = lines('-A OUTPUT -o eth1 -p ipv6-icmp -j DROP')
    expect(inShort(judge(onOne, {routes}))).toBe('unknown -: 135 out at OUTPUT 1')
    expect(inShort(judge('-A OUTPUT -p ipv6-icmp -j DROP', {routes}))).toBe(
      'block out-syn: 135 out at OUTPUT 1',
    )
    const together = [
      'default metric 1024',
      '\tnexthop via fe80::9 dev eth0',
      '\tnexthop via fe80::a dev eth1',
    ]
    expect(judge(onOne, {routes: together}).verdict).toBe('unknown')
  })

  test('that of a translated address', () => {
    const toEth1 = lines(
      '*nat',
      `-A OUTPUT -d ${REMOTE} -p tcp -j DNAT --to-destination [fd20::9]:443`,
      '*filter',
      OUT,
    )
    expect(nextHop(REMOTE)).toBe('fd09::1')
    expect(judge(toEth1).neighbourDiscovery?.nextHop).toBe('fd20::9')
  })

  test('a router of IPv6 for routes of IPv4', () => {
    const state = {...STRANGER, ip6tablesLegacySave: dump(OUT)}
    const verdict = (route: string) =>
      compileFirewall({...state, routes: [route]}).judge({to: '52.95.110.1', port: 443}).verdict
    expect(verdict('default via inet6 fe80::9 dev eth0')).toBe('block')
    expect(verdict('default via 10.9.0.1 dev eth0')).toBe('allow')
  })

  test('none without a route, which is no matter of the rules', () => {
    const routes = HOST.routes.filter(route => !route.startsWith('default'))
    expect(judge(OUT, {routes}).verdict).toBe('allow')
    expect(judge(OUT, {routes: []}).verdict).toBe('allow')
  })

  test('any where routes could not be read, or rules of routing may choose others', () => {
    expect(judge(OUT, {routes: [], unreadable: {routes: 'no ip here'}}).verdict).toBe('unknown')
    const ipv6 = ['0:\tfrom all lookup local', '9:\tfrom all lookup 9', '32766:\tfrom all lookup main']
    expect(judge(OUT, {routingRules: {ipv4: [], ipv6}}).verdict).toBe('unknown')
  })
})

describe('ranges', () => {
  const parts = (rules: string, to: string) =>
    Object.fromEntries(judge(rules, {}, to).parts.map(part => [part.to, inShort({...part, parts: []})]))

  test('beyond a router there is one next hop', () => {
    const {verdict, neighbourDiscovery, parts: none} = judge(OUT, {}, '2001:db8::/32')
    expect([verdict, neighbourDiscovery?.nextHop, none]).toEqual(['block', 'fd09::1', []])
  })

  test('on a link all of them are', () => {
    const {verdict, neighbourDiscovery, parts: none} = judge(OUT, {}, 'fd20::8000:0:0:0/65')
    expect([verdict, neighbourDiscovery?.nextHop, none]).toEqual(['block', 'fd20::/64', []])
  })

  test('those that are known are told apart', () => {
    const neighbours = ['fd20::8000:0:0:7 dev eth1 lladdr 02:00:00:00:00:07 STALE']
    const judged = judge(OUT, {neighbours}, 'fd20::8000:0:0:0/65')
    expect(judged.parts.map(({to, verdict}) => [to, verdict])).toContainEqual(['fd20::8000:0:0:7', 'unknown'])
    expect(judged.verdict).toBe('block')
  })

  test('an advertisement comes from the neighbour itself', () => {
    const rules = '-A INPUT -s fd20::8000:0:0:0/80 -p ipv6-icmp -j DROP'
    expect(parts(rules, 'fd20::8000:0:0:0/65')).toEqual({
      'fd20::8000:0:0:0/80': 'block in-synack: 136 in at INPUT 1',
      'fd20::8001:0:0:0-fd20::ffff:ffff:ffff:ffff': 'allow',
    })
  })

  test('a group that some of them share leaves it open', () => {
    const rules = lines(
      '-A OUTPUT -d ff02::1:ff00:7 -p ipv6-icmp -j DROP',
      accept('OUTPUT', 136).replace('ACCEPT', 'DROP'),
    )
    expect(judge(rules, {}, 'fd20::8000:0:0:0/65').verdict).toBe('unknown')
    expect(judge(rules, {}, 'fd20::8000:0:0:7').verdict).toBe('block')
  })
})
