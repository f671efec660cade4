import {describe, expect, test} from 'vitest'
import type {Judgement, Probe} from '../../../src/contract/judgement.ts'
import {blockCause} from '../../../src/firewall/block-cause.ts'
import {planRepair} from '../../../src/firewall/plan/plan-repair.ts'
import type {TcpListener} from '../../../src/firewall/state/state.ts'
import {dump, HOST, inShort, judge} from '../host.ts'
import {table} from '../nft/table.ts'

const REDIRECT = dump('*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 15001')
const ELSEWHERE: TcpListener = {address: '0.0.0.0', port: 22}

function judged(
  rules: string,
  tcpListeners: TcpListener[] | undefined,
  probe: Partial<Probe> = {},
): Judgement {
  const listeners = tcpListeners && {tcpListeners}
  const field = probe.to?.includes(':') ? 'ip6tablesLegacySave' : 'iptablesLegacySave'
  return judge({[field]: rules, ...listeners}, probe)
}

describe('a connection that is redirected to this host', () => {
  test('where nothing listens is refused, and the rule that redirects is named', () => {
    const answer = judged(REDIRECT, [ELSEWHERE])
    expect(inShort(answer)).toBe('block out-syn nat OUTPUT 1')
    expect(answer).toMatchObject({how: 'reject', redirectedTo: '127.0.0.1:15001', nothingListens: true})
    expect(answer.reason).toBe(
      'iptables (legacy): rule 1 of chain OUTPUT in table nat redirects the connection to 127.0.0.1:15001 on this host, where nothing listens: -A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 15001',
    )
    expect(blockCause(answer)).toBe('firewall.redirected')
  })

  test.each<[string, TcpListener]>([
    ['its address', {address: '127.0.0.1', port: 15001}],
    ['every address of IPv4', {address: '0.0.0.0', port: 15001}],
    ['every address of both families', {address: '::', port: 15001, ipv6Only: false}],
    ['its address, by a socket of IPv6', {address: '::ffff:127.0.0.1', port: 15001}],
  ])('where a program listens on %s gets through to that', (_, listener) => {
    const answer = judged(REDIRECT, [ELSEWHERE, listener])
    expect(answer).toMatchObject({verdict: 'allow', redirectedTo: '127.0.0.1:15001'})
    expect(answer.nothingListens).toBeUndefined()
    expect(answer.reason).toContain('where a program listens')
  })

  test.each<[string, TcpListener, string]>([
    ['another address', {address: '10.9.0.2', port: 15001}, 'block'],
    ['another port', {address: '127.0.0.1', port: 15006}, 'block'],
    ['IPv6 alone', {address: '::', port: 15001, ipv6Only: true}, 'block'],
    ["IPv6's loopback", {address: '::1', port: 15001}, 'block'],
    ['both families, perhaps', {address: '::', port: 15001}, 'unknown'],
  ])('where a program listens on %s', (_, listener, verdict) => {
    expect(judged(REDIRECT, [listener]).verdict).toBe(verdict)
  })

  test('is as it was where listeners were not captured or not read', () => {
    expect(judged(REDIRECT, undefined)).toMatchObject({verdict: 'allow', redirectedTo: '127.0.0.1:15001'})
    const unreadable = {tcpListeners: 'EACCES'}
    expect(judge({iptablesLegacySave: REDIRECT, tcpListeners: [], unreadable}).verdict).toBe('allow')
  })

  test('by DNAT, to an address of its own', () => {
    const rules = dump('*nat\n-A OUTPUT -d 52.95.110.1/32 -j DNAT --to-destination 10.9.0.2:8443')
    expect(judged(rules, [{address: '10.9.0.2', port: 8443}]).verdict).toBe('allow')
    expect(judged(rules, [{address: '127.0.0.1', port: 8443}])).toMatchObject({
      verdict: 'block',
      redirectedTo: '10.9.0.2:8443',
    })
  })

  test('by IPv6', () => {
    const probe = {to: '2001:db8::5'}
    expect(inShort(judged(REDIRECT, [{address: '0.0.0.0', port: 15001}], probe))).toBe(
      'block out-syn nat OUTPUT 1',
    )
    for (const address of ['::1', '::'])
      expect(judged(REDIRECT, [{address, port: 15001}], probe).verdict).toBe('allow')
  })

  test('to one of several ports', () => {
    const rules = dump('*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 8000-8003')
    expect(judged(rules, [{address: '0.0.0.0', port: 8004}]).verdict).toBe('block')
    const some = judged(rules, [{address: '0.0.0.0', port: 8001}])
    expect(some.verdict).toBe('unknown')
    expect(some.reason).toContain('whether a program listens on 127.0.0.1:8000-8003')
  })

  test('by nftables, with the rule that a map leads to', () => {
    const nat = 'type nat hook output priority dstnat; policy accept;'
    const rule = 'meta skuid != 997 tcp dport 443 redirect to :15001'
    const nftText = table([rule], {header: nat})
    expect(inShort(judge({nftText, tcpListeners: []}))).toBe('block out-syn mine c 1')
    expect(judge({nftText, tcpListeners: []}, {uid: 997}).verdict).toBe('allow')
    const mapped = table(['meta l4proto tcp dnat ip to tcp dport map { 443 : 127.0.0.1 }'], {header: nat})
    expect(judge({nftText: mapped, tcpListeners: []})).toMatchObject({
      verdict: 'block',
      redirectedTo: '127.0.0.1:443',
    })
  })

  test('is not judged where the rule may or may not redirect', () => {
    const rules = dump(
      '*nat\n-A OUTPUT -m statistic --mode random --probability 0.5 -j REDIRECT --to-ports 15001',
    )
    expect(judged(rules, []).verdict).toBe('unknown')
  })

  test('is stopped by a rule before it comes to a port without a listener', () => {
    const rules = `${REDIRECT}${dump('-A INPUT -p tcp --dport 15001 -j DROP')}`
    expect(inShort(judged(rules, []))).toBe('block out-syn filter INPUT 1')
  })

  test('of a range: what is redirected apart from what is not', () => {
    const rules = dump('*nat\n-A OUTPUT -d 10.0.0.0/9 -p tcp -j REDIRECT --to-ports 15001')
    const answer = judged(rules, [], {to: '10.0.0.0/8'})
    expect(answer.parts.map(({to, verdict}) => `${to} ${verdict}`)).toContain('10.128.0.0/9 allow')
    expect(answer).toMatchObject({verdict: 'block', nothingListens: true})
  })
})

test('a connection to this host itself that nothing redirects is no question of who listens', () => {
  expect(judge({tcpListeners: []}, {to: '127.0.0.1'}).verdict).toBe('allow')
})

test('what would go past it is planned as disruptive: somebody redirects it on purpose', () => {
  const tools = {
    'iptables-legacy': {ip: 'iptables-legacy', ip6: null},
    'iptables-nft': {ip: null, ip6: null},
    nft: null,
  }
  const state = {...HOST, iptablesLegacySave: REDIRECT, tcpListeners: []}
  const need = {to: ['52.95.110.1'], port: 443, destination: '52.95.110.1', check: 'firewall-443' as const}
  const {remedies, unfixable} = planRepair(state, tools, need)
  expect(unfixable).toBeNull()
  const [remedy] = remedies
  expect(remedy).toMatchObject({risk: 'disruptive', fixes: 'firewall.redirected'})
  expect(remedy?.why).toMatch(
    /^Blocked by rule 1 of OUTPUT .*, which redirects it to 127.0.0.1:15001, where nothing listens\.$/,
  )
  expect(remedy?.steps[0]?.do.join(' ')).toContain(
    'iptables-legacy -w 5 -t nat -I OUTPUT 1 -p tcp -d 52.95.110.1/32 --dport 443 ',
  )
})

test('where no rule can be placed before it, the program is named that is missing', () => {
  const state = {...HOST, iptablesLegacySave: REDIRECT, tcpListeners: []}
  const tools = {
    'iptables-legacy': {ip: null, ip6: null},
    'iptables-nft': {ip: null, ip6: null},
    nft: null,
  }
  const need = {to: ['52.95.110.1'], port: 443, destination: null, check: 'firewall-443' as const}
  const {remedies, unfixable} = planRepair(state, tools, need)
  expect(remedies).toEqual([])
  expect(unfixable).toMatch(
    /redirected to 127.0.0.1:15001 on this host by .*where nothing listens; start the program/,
  )
})
