import {describe, expect, test} from 'vitest'
import type {Probe} from '../../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import {dump, HOST} from '../../host.ts'
import {accept, IN, judge, lines, OUT, REMOTE, STRANGER} from './host.ts'

describe('what is known of the next hop', () => {
  const cached = (state: string) => ({
    neighbours: [`fd09::1 dev eth0 lladdr 02:00:00:00:00:02 router ${state}`],
  })

  test.each(['REACHABLE', 'STALE', 'DELAY', 'PROBE'])('%s helps for now', state => {
    const {verdict, reason, neighbourDiscovery, unknownBecause} = judge(OUT, cached(state))
    expect([verdict, neighbourDiscovery?.nextHop]).toEqual(['unknown', 'fd09::1'])
    expect(reason).toContain('for now the next hop is still in the neighbor cache')
    expect(unknownBecause).toEqual(['-P OUTPUT DROP'])
  })

  test.each(['PERMANENT', 'NOARP'])('%s helps for good', state => {
    expect(judge(lines(OUT, IN), cached(state)).verdict).toBe('allow')
  })

  test.each(['FAILED', 'INCOMPLETE'])('%s does not', state => {
    expect(judge(OUT, cached(state)).verdict).toBe('block')
  })

  test.each([
    ['another address', ['fd09::2 dev eth0 lladdr 02:00:00:00:00:02 PERMANENT']],
    ['another interface', ['fd09::1 dev eth1 lladdr 02:00:00:00:00:02 PERMANENT']],
    ['nothing that can be read', ['', 'dev', 'fd09::1 lladdr', '10.9.0.1 dev eth0 PERMANENT']],
  ])('%s does not', (_, neighbours) => {
    expect(judge(OUT, {neighbours}).verdict).toBe('block')
  })

  test('a cache that was not captured may hold it', () => {
    const {neighbours: _, ...older} = STRANGER
    const {verdict, reason} = compileFirewall({...older, ip6tablesLegacySave: dump(OUT)}).judge({
      to: REMOTE,
      port: 443,
    })
    expect(verdict).toBe('unknown')
    expect(reason).toContain('it is not known whether the next hop is in the neighbor cache')
    expect(judge(OUT, {unreadable: {neighbours: 'no ip here'}}).verdict).toBe('unknown')
    expect(judge(OUT, {unreadable: {links: 'no ip here'}}).verdict).toBe('unknown')
  })

  test('an interface may have no neighbours to find', () => {
    const links = ['2: eth0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN']
    expect(judge(lines(OUT, IN), {links}).verdict).toBe('allow')
    expect(judge(lines(OUT, IN), {links: ['2: eth0@if9: <BROADCAST,UP> mtu 1500']}).verdict).toBe('block')
  })
})

test('the sentence names the rule and says what it stops', () => {
  const probe: Probe = {to: REMOTE, port: 443}
  const {reason} = compileFirewall({...STRANGER, ip6tablesLegacySave: dump(OUT)}).judge(probe)
  expect(reason).toBe(
    'iptables (legacy) for IPv6: the policy of chain OUTPUT in table filter drops IPv6 neighbor discovery of the next hop fd09::1 (neighbor solicitations going out, ICMPv6 type 135): -P OUTPUT DROP',
  )
})

test('data that is stopped does not tell that the connection opens', () => {
  const noData = '-A OUTPUT -p tcp -m conntrack --ctstate ESTABLISHED -j DROP'
  const noSolicitation = accept('OUTPUT', 135).replace('ACCEPT', 'DROP')
  expect([judge(noData)].map(({verdict, stage}) => [verdict, stage])).toEqual([['block', 'out-data']])
  expect([judge(lines(noData, noSolicitation))].map(({verdict, stage}) => [verdict, stage])).toEqual([
    ['block', null],
  ])
})

test('what is stopped further on does not get so far', () => {
  const noReply = '-A INPUT -p tcp -j DROP'
  const noSolicitation = accept('OUTPUT', 135).replace('ACCEPT', 'DROP')
  const {verdict, stage, blocker, neighbourDiscovery} = judge(lines(noReply, noSolicitation))
  expect([verdict, stage, blocker?.chain]).toEqual(['block', 'out-syn', 'OUTPUT'])
  expect(neighbourDiscovery?.icmpv6Type).toBe(135)
  expect(judge(lines(noReply, noSolicitation), {neighbours: HOST.neighbours})).toMatchObject({
    stage: 'in-synack',
    blocker: {chain: 'INPUT'},
  })
})
