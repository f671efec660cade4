import {describe, expect, it} from 'vitest'
import {ruleKey} from '../../../src/firewall/iptables/rule-key.ts'

describe('ruleKey', () => {
  it.each([
    ['-A OUTPUT -p tcp --dport 25 -j DROP', '-A OUTPUT -p tcp -m tcp --dport 25 -j DROP'],
    ['-A OUTPUT -p 6 --destination-port 25 -j DROP', '-A OUTPUT -p tcp -m tcp --dport 25 -j DROP'],
    ['-A OUTPUT --protocol TCP -d 10.1.2.3 -j DROP', '-A OUTPUT -d 10.1.2.3/32 -p tcp -j DROP'],
    ['-A OUTPUT -d 10.1.0.0/255.255.0.0 -j DROP', '-A OUTPUT -d 10.1.0.0/16 -j DROP'],
    ['-A OUTPUT -d fd00:0::1 -j DROP', '-A OUTPUT -d fd00::1/128 -j DROP'],
    ['-A OUTPUT -p tcp --syn -j DROP', '-A OUTPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP'],
    ['-A OUTPUT -j REJECT', '-A OUTPUT -j REJECT --reject-with icmp-port-unreachable'],
    ['-A OUTPUT -p all -j DROP', '-A OUTPUT -j DROP'],
    [
      '-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
      '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ],
    ['[12:340] -A OUTPUT -o lo -j ACCEPT'.slice(9), '-A OUTPUT -o lo -j ACCEPT'],
    ['-A OUTPUT -m comment --comment mine -j DROP', '-A OUTPUT -m comment --comment "mine" -j DROP'],
    [
      '-A OUTPUT -m comment --comment "drs-onboard:" -j ACCEPT',
      '-A OUTPUT -m comment --comment "drs-onboard:open-443-0123abcd" -j ACCEPT',
    ],
  ])('%s is %s', (one, other) => {
    expect(ruleKey(one)).toBe(ruleKey(other))
  })

  it.each([
    ['-A OUTPUT -p tcp --dport 25 -j DROP', '-A OUTPUT -p tcp --sport 25 -j DROP'],
    ['-A OUTPUT -p tcp --dport 25 -j DROP', '-A OUTPUT -p udp --dport 25 -j DROP'],
    ['-A OUTPUT -d 10.0.0.0/8 -j DROP', '-A OUTPUT ! -d 10.0.0.0/8 -j DROP'],
    ['-A OUTPUT -d 10.0.0.0/8 -j DROP', '-A OUTPUT -s 10.0.0.0/8 -j DROP'],
    ['-A OUTPUT -j USER', '-A OUTPUT -g USER'],
    ['-A OUTPUT -j REJECT', '-A OUTPUT -j REJECT --reject-with tcp-reset'],
    ['-A OUTPUT -p tcp ! --syn -j DROP', '-A OUTPUT -p tcp --syn -j DROP'],
    ['-A OUTPUT -m comment --comment one -j DROP', '-A OUTPUT -m comment --comment two -j DROP'],
    ['-A OUTPUT -m socket -j DROP', '-A OUTPUT -j DROP'],
    ['-A OUTPUT -m mark --mark 1 -j DROP', '-A OUTPUT -m connmark --mark 1 -j DROP'],
  ])('%s is not %s', (one, other) => {
    expect(ruleKey(one)).not.toBe(ruleKey(other))
  })

  it('knows nothing of a rule that cannot be read', () => {
    expect(ruleKey('-A OUTPUT -m comment --comment "open -j DROP')).toBeNull()
  })
})
