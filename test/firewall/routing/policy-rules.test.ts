import {describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {dependsOnRules, readPolicyRules} from '../../../src/firewall/routing/policy-rules.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump, HOST} from '../host.ts'

const DEFAULTS = [
  '0:\tfrom all lookup local',
  '32766:\tfrom all lookup main',
  '32767:\tfrom all lookup default',
]

const withRule = (rule: string) => DEFAULTS.toSpliced(1, 0, rule)

describe('dependsOnRules', () => {
  test.each([
    ['the rules of every host', DEFAULTS, false],
    ['none at all', [], false],
    ['by number', ['0:\tfrom all lookup 255', '9:\tfrom all lookup 254'], false],
    ['with who made it', withRule('99:\tfrom all lookup main proto static'), false],
    ['by source', withRule('100:\tfrom 10.9.0.2 lookup 1001'), true],
    ['by mark', withRule('100:\tfrom all fwmark 0x1/0xff lookup vpn'), true],
    ['by owner', withRule('100:\tfrom all uidrange 1000-1000 lookup 7'), true],
    ['for all', withRule('100:\tfrom all lookup 52'), true],
    ['by source, into the main table', withRule('100:\tfrom 10.9.0.2 lookup main'), false],
    ['as wg-quick does', withRule('100:\tfrom all lookup main suppress_prefixlength 0'), true],
    ['all but a mark, into the main table', withRule('100:\tnot from all fwmark 0xca6c lookup main'), false],
    ['all but a mark', withRule('100:\tnot from all fwmark 0xca6c lookup 51820'), true],
    ['what is forwarded', withRule('100:\tfrom all iif eth1 lookup 5'), false],
    ['what is not from there', withRule('100:\tnot from all iif eth1 lookup 5'), true],
    ['what this host sends', withRule('100:\tfrom all iif lo lookup 5'), true],
    ['an action', withRule('100:\tfrom all fwmark 0x80000/0xff0000 unreachable'), true],
    ['a VRF', withRule('1000:\tfrom all lookup [l3mdev-table]'), true],
    ['after the main table', [...DEFAULTS, '40000:\tfrom all lookup 7'], false],
  ])('%s', (_, lines, expected) => {
    expect(dependsOnRules(readPolicyRules(4, lines) ?? [], true)).toBe(expected)
  })

  test('what is no rule is not read as one', () => {
    expect(readPolicyRules(4, withRule('no rule'))).toBeNull()
  })

  test('rules after the main table count where it lacks a default route', () => {
    expect(dependsOnRules(readPolicyRules(4, [...DEFAULTS, '40000:\tfrom all lookup 7']) ?? [], false)).toBe(
      true,
    )
  })
})

describe('with a rule that leads elsewhere', () => {
  const judge = (rules: string, to: string, routingRules?: LinuxFirewallState['routingRules']) =>
    compileFirewall({...HOST, iptablesLegacySave: dump(rules), ...(routingRules && {routingRules})}).judge({
      to,
      port: 443,
    }).verdict

  const ELSEWHERE = {ipv4: withRule('100:\tfrom 10.9.0.2 lookup 1001'), ipv6: DEFAULTS}
  const BY_INTERFACE = '-A OUTPUT -o eth1 -p tcp -j DROP'

  test('the interface is not known, and what does not ask for it is', () => {
    expect(judge(BY_INTERFACE, '52.95.110.1')).toBe('allow')
    expect(judge(BY_INTERFACE, '52.95.110.1', ELSEWHERE)).toBe('unknown')
    expect(judge('-A OUTPUT -p tcp --dport 443 -j DROP', '52.95.110.1', ELSEWHERE)).toBe('block')
    expect(judge('-A OUTPUT -p tcp --dport 80 -j DROP', '52.95.110.1', ELSEWHERE)).toBe('allow')
  })

  test('nor is the source', () => {
    const bySource = '-A OUTPUT -s 10.20.0.2 -j DROP'
    expect(judge(bySource, '52.95.110.1')).toBe('allow')
    expect(judge(bySource, '52.95.110.1', ELSEWHERE)).toBe('unknown')
  })

  test('this host itself stays where it is', () => {
    expect(judge('-A OUTPUT ! -o lo -j DROP', '10.9.0.2', ELSEWHERE)).toBe('allow')
  })

  test('the other address family does not mind', () => {
    expect(judge(BY_INTERFACE, '52.95.110.1', {ipv4: DEFAULTS, ipv6: ELSEWHERE.ipv4})).toBe('allow')
  })

  test('rules that could not be read may lead anywhere', () => {
    const state = {...HOST, iptablesLegacySave: dump(BY_INTERFACE), unreadable: {routingRules: 'no ip here'}}
    expect(compileFirewall(state).judge({to: '52.95.110.1', port: 443}).verdict).toBe('unknown')
  })
})
