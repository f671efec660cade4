import {describe, expect, it} from 'vitest'
import {forbidsOnPurpose} from '../../../../src/firewall/plan/iptables/planner.ts'

const SETS = 'create banned hash:net family inet\ncreate ports bitmap:port range 0-65535\n'
const SUBNET = ['10.20.0.0/16', 'fd00:20::/64']

describe('forbidsOnPurpose', () => {
  it.each([
    ['-A OUTPUT -d 10.20.0.0/16 -j DROP', 'out', true],
    ['-A OUTPUT -d 10.20.0.0/255.255.0.0 -j DROP', 'out', true],
    ['-A OUTPUT -d 10.20.3.4/32 -j DROP', 'out', true],
    ['-A OUTPUT -d fd00:20::/64 -j DROP', 'out', true],
    ['-A OUTPUT -m set --match-set banned dst -j DROP', 'out', true],
    ['-A OUTPUT -m set --match-set banned src,dst -j DROP', 'out', true],
    ['-A OUTPUT -m set --match-set ports dst -j DROP', 'out', false],
    ['-A INPUT -s 10.20.0.0/16 -j DROP', 'in', true],
    ['-A OUTPUT -j REJECT --reject-with icmp-port-unreachable', 'out', false],
    ['-A OUTPUT -d 10.0.0.0/8 -j DROP', 'out', false],
    ['-A OUTPUT ! -d 10.20.0.0/16 -j DROP', 'out', false],
    ['-A OUTPUT -s 10.20.0.0/16 -j DROP', 'out', false],
    ['-A OUTPUT -m set ! --match-set allowed dst -j DROP', 'out', false],
    ['-A OUTPUT -m comment --comment "-d 10.20.0.0/16" -j DROP', 'out', false],
  ] as const)('%s, %s: %s', (text, way, expected) => {
    const blocker = {
      engine: 'iptables-nft',
      family: 'ip',
      table: 'filter',
      chain: 'OUTPUT',
      rule: 1,
      text,
    } as const
    expect(forbidsOnPurpose(blocker, way, SUBNET, SETS)).toBe(expected)
  })

  it('takes no policy for one', () => {
    const blocker = {
      engine: 'iptables-nft',
      family: 'ip',
      table: 'filter',
      chain: 'OUTPUT',
      rule: 'policy',
      text: '',
    } as const
    expect(forbidsOnPurpose(blocker, 'out', SUBNET, SETS)).toBe(false)
  })
})
