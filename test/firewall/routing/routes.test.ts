import {describe, expect, test} from 'vitest'
import {formatInterval, parseInterval} from '../../../src/firewall/model/address.ts'
import {routeTo} from '../../../src/firewall/routing/lookup.ts'
import {readRouting} from '../../../src/firewall/routing/read.ts'

const INTERFACES = {
  lo: ['127.0.0.1/8', '::1/128'],
  eth0: ['10.9.0.2/24', '10.9.5.2/24', '2001:db8::2/64', 'fe80::2/64'],
  tun0: ['10.8.0.6/32'],
}

const ROUTES = [
  'default via 10.9.0.1 dev eth0 proto dhcp metric 100',
  'default dev tun0 scope link metric 50',
  '10.9.0.0/24 dev eth0 proto kernel scope link src 10.9.0.2',
  '10.10.0.0/16 via 10.9.5.1 dev eth0',
  '172.16.0.0/12 proto static ',
  '\tnexthop via 10.9.0.3 dev eth0 weight 1 ',
  '\tnexthop dev tun0 weight 1 ',
  'blackhole 192.0.2.0/24',
  '198.51.100.0/24 dev tun0 table 100',
  '2001:db8::/64 dev eth0 proto kernel metric 256 pref medium',
  'default via fe80::1 dev eth0 proto ra metric 1024 pref medium',
]

function route(
  to: string,
  routes: readonly string[] = ROUTES,
  interfaces: Record<string, string[]> = INTERFACES,
) {
  const interval = parseInterval(to)
  if (!interval) throw new Error(to)
  const {
    local,
    interfaces: names,
    source,
  } = routeTo(readRouting(interval.family, interfaces, {routes, tables: null, rules: []}), interval)
  return [local, names, formatInterval(interval.family, source)]
}

describe('routeTo', () => {
  test.each([
    ['1.2.3.4', [0, ['tun0'], '10.8.0.6']],
    ['10.9.0.77', [0, ['eth0'], '10.9.0.2']],
    ['10.10.1.1', [0, ['eth0'], '10.9.5.2']],
    ['172.16.5.5', [0, ['eth0', 'tun0'], '10.8.0.6-10.9.5.2']],
    ['198.51.100.1', [0, ['tun0'], '10.8.0.6']],
    ['127.0.0.53', [2, ['lo'], '127.0.0.1']],
    ['10.9.5.2', [2, ['lo'], '10.9.5.2']],
    ['2001:db8::99', [0, ['eth0'], '2001:db8::2']],
    ['2600::1', [0, ['eth0'], '2001:db8::2']],
    ['::1', [2, ['lo'], '::1']],
  ])('%s', (to, expected) => {
    expect(route(to)).toEqual(expected)
  })

  test('without routes any link but lo may be taken', () => {
    expect(route('1.2.3.4', [])).toEqual([0, ['eth0', 'tun0'], '10.8.0.6-10.9.5.2'])
    expect(route('1.2.3.4', [], {})).toEqual([0, null, '0.0.0.0/0'])
  })

  test('a default route that names no address goes to the family it can be told for', () => {
    expect(route('1.2.3.4', ['default dev ppp0 scope link'])[1]).toEqual(['ppp0'])
    expect(route('2600::1', ['default dev ppp0 metric 1024 pref medium'])[1]).toEqual(['ppp0'])
    expect(route('2600::1', ['default dev ppp0 scope link'])[1]).not.toEqual(['ppp0'])
  })
})
