import {describe, expect, it} from 'vitest'
import {readRule} from '../../../../src/firewall/nft/text/statements.ts'
import {isGuarded, nftForbidsOnPurpose} from '../../../../src/firewall/plan/nft/risk.ts'

const ADDRESS = '198.51.100.10'
const SUBNET = '10.20.0.0/16'

describe('nftForbidsOnPurpose', () => {
  it.each<[rule: string, to: string, way: 'out' | 'in', expected: boolean]>([
    ['reject', ADDRESS, 'out', false],
    ['tcp dport 443 drop', ADDRESS, 'out', false],
    [`ip daddr ${ADDRESS} drop`, ADDRESS, 'out', true],
    [`ip daddr ${ADDRESS} tcp dport 443 drop`, ADDRESS, 'out', true],
    [`ip saddr ${ADDRESS} drop`, ADDRESS, 'out', false],
    [`ip saddr ${ADDRESS} drop`, ADDRESS, 'in', true],
    [`ip daddr != ${ADDRESS} drop`, ADDRESS, 'out', false],
    ['ip daddr 198.51.100.0/24 drop', ADDRESS, 'out', false],
    ['ip daddr 10.20.0.0/16 drop', SUBNET, 'out', true],
    ['ip daddr 10.20.7.0/24 drop', SUBNET, 'out', true],
    ['ip daddr 10.20.0.0-10.20.0.9 drop', SUBNET, 'out', true],
    ['ip daddr 10.0.0.0/8 drop', SUBNET, 'out', false],
    ['ip daddr { 192.0.2.1, 10.20.7.0/24 } drop', SUBNET, 'out', true],
    ['ip daddr { 192.0.2.1, 10.0.0.0/8 } drop', SUBNET, 'out', false],
    ['ip daddr @banned drop', SUBNET, 'out', true],
    ['ip daddr != @known drop', SUBNET, 'out', false],
    ['ip daddr vmap { 10.20.7.0/24 : drop, 192.0.2.1 : accept }', SUBNET, 'out', true],
    ['ip daddr . tcp dport { 10.20.7.1 . 1500 } drop', SUBNET, 'out', true],
    ['tcp dport . ip daddr vmap { 1500 . 10.20.7.1 : drop }', SUBNET, 'out', true],
    ['tcp dport vmap @ports', SUBNET, 'out', false],
    ['ip6 daddr fd00:20::/64 drop', 'fd00:20::/64', 'out', true],
    ['ip6 daddr fd00:20::/64 drop', SUBNET, 'out', false],
  ])('%s, for %s, on the way %s: %s', (rule, to, way, expected) => {
    expect(nftForbidsOnPurpose(readRule(rule) ?? [], way, [to])).toBe(expected)
  })
})

describe('isGuarded', () => {
  const hook = (name: string, priority: number | null) =>
    isGuarded({name, priority, type: 'filter', policy: 'accept', devices: null, text: ''})

  it.each([
    ['output', -300, true],
    ['prerouting', -201, true],
    ['output', -200, false],
    ['output', -150, false],
    ['output', 0, false],
    ['output', 49, false],
    ['output', 50, true],
    ['postrouting', 100, false],
    ['egress', -500, false],
    ['output', null, false],
  ])('%s at %s: %s', (name, priority, expected) => {
    expect(hook(name, priority)).toBe(expected)
  })
})
