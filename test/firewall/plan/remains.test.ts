import {describe, expect, it} from 'vitest'
import {knownStep} from '../../../src/firewall/plan/grammar/forms.ts'
import {compareIptables} from '../../../src/firewall/plan/remains/compare-iptables.ts'
import {compareNft} from '../../../src/firewall/plan/remains/compare-nft.ts'
import {richLeft} from '../../../src/firewall/plan/remains/firewalld-left.ts'
import {isMarked} from '../../../src/firewall/plan/remains/left.ts'
import {lookerFor} from '../../../src/firewall/plan/remains/lookers.ts'
import {ufwLeft, ufwUnchanged} from '../../../src/firewall/plan/remains/ufw-left.ts'
import {windowsLeft, windowsUnchanged} from '../../../src/firewall/plan/remains/windows-left.ts'
import {PLANS} from './plans.ts'

const BOUND = {id: 'open-443-0000000a', port: '443', nth: ''}

describe('the mark of a step', () => {
  it.each([
    ['drs-onboard:open-443-0000000a', true],
    ['drs-onboard:open-443-0000000a (do not remove)', true],
    ['was drs-onboard:open-443-0000000a', true],
    ['drs-onboard:open-443-0000000a.2', false],
    ['drs-onboard:open-443-0000000ab', false],
    ['drs-onboard:open-443-0000000b', false],
    ['drs-onboard:', false],
    ['', false],
  ])('%s: %s', (comment, expected) => {
    expect(isMarked(comment, BOUND)).toBe(expected)
  })
})

describe('compareIptables', () => {
  const OUT = '-A OUTPUT -p tcp -m tcp --dport 443 -m comment --comment "drs-onboard:x" -j ACCEPT'
  const NARROW = '-A OUTPUT -d 10.20.0.0/16 -p tcp -m tcp --dport 1500 -j ACCEPT'
  const BACK = '-A INPUT -p tcp -m tcp --sport 443 -m conntrack --ctstate ESTABLISHED -j ACCEPT'

  it.each<[string, string, 'same' | 'wider' | null]>([
    [OUT, '-p tcp -m tcp --dport 443 -m comment --comment "mine, now" -j ACCEPT', 'same'],
    [OUT, '-p 6 --dport 443 -j ACCEPT', 'same'],
    [OUT, '-p tcp -m multiport --dports 80,443 -j ACCEPT', 'wider'],
    [OUT, '-p tcp -m tcp --dport 400:500 -j ACCEPT', 'wider'],
    [OUT, '-p tcp -m multiport --dports 1:79,440:450 -j ACCEPT', 'wider'],
    [OUT, '-p tcp -m tcp --dport 444 -j ACCEPT', null],
    [OUT, '-p tcp -m tcp --sport 443 -j ACCEPT', null],
    [OUT, '-p udp -m udp --dport 443 -j ACCEPT', null],
    [OUT, '-p tcp -m tcp --dport 443 -m owner --uid-owner 0 -j ACCEPT', null],
    [OUT, '-o eth0 -p tcp -m tcp --dport 443 -j ACCEPT', null],
    [OUT, '-d 10.0.0.0/8 -p tcp -m tcp --dport 443 -j ACCEPT', null],
    [OUT, '-p tcp -m tcp ! --dport 443 -j ACCEPT', null],
    [OUT, '-p tcp -m tcp --dport 443 -j DROP', null],
    [OUT, '-p tcp -m tcp --dport 443 -j egress', null],
    // It accepts more, but nothing tells that it was made of this one; removing it may cut off everything.
    [OUT, '-p tcp -j ACCEPT', null],
    [OUT, '-j ACCEPT', null],
    [NARROW, '-d 10.20.0.0/16 -p tcp -m tcp --dport 1500 -j ACCEPT', 'same'],
    [NARROW, '-d 10.0.0.0/8 -p tcp -m tcp --dport 1500 -j ACCEPT', 'wider'],
    [NARROW, '-p tcp -m tcp --dport 1500 -j ACCEPT', 'wider'],
    [NARROW, '-d 10.20.1.0/24 -p tcp -m tcp --dport 1500 -j ACCEPT', null],
    [BACK, '-p tcp -m tcp --sport 443 -m state --state RELATED,ESTABLISHED -j ACCEPT', 'wider'],
    [BACK, '-p tcp -m tcp --sport 443 -j ACCEPT', 'wider'],
    [BACK, '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', null],
    [
      '-A X -p tcp --sport 443 ! --syn -j ACCEPT',
      '-p tcp -m tcp --sport 443 ! --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT',
      'same',
    ],
    [
      '-A X -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT',
      '-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT',
      'same',
    ],
    ['-A X -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT', '-p ipv6-icmp -j ACCEPT', null],
  ])('%s, and %s: %s', (ours, theirs, expected) => {
    expect(compareIptables(`-A X ${theirs}`, ours)).toBe(expected)
  })
})

describe('compareNft', () => {
  const OUT = 'tcp dport 443 accept comment "drs-onboard:x"'
  const NARROW =
    'fib saddr type local ip daddr 10.20.0.0/16 tcp dport 1500 tcp flags & (fin | syn | rst | ack) != syn accept'

  it.each<[string, string, 'same' | 'wider' | null]>([
    [OUT, 'tcp dport 443 counter packets 3 bytes 9 accept comment "mine"', 'same'],
    [OUT, 'tcp dport 443 log prefix "x" accept', 'same'],
    [OUT, 'tcp dport { 80, 443 } accept', 'wider'],
    [OUT, 'tcp dport 400-500 accept', 'wider'],
    [OUT, 'tcp dport { 1-79, 440-450 } accept', 'wider'],
    [OUT, 'tcp dport 444 accept', null],
    [OUT, 'tcp dport != 443 accept', null],
    [OUT, 'tcp sport 443 accept', null],
    [OUT, 'ip daddr 10.0.0.0/8 tcp dport 443 accept', null],
    [OUT, 'meta skuid 0 tcp dport 443 accept', null],
    [OUT, 'tcp dport 443 drop', null],
    [OUT, 'meta l4proto tcp accept', null],
    [OUT, 'accept', null],
    [OUT, 'no such words', null],
    [
      NARROW,
      'fib saddr type local ip daddr 10.20.0.0/16 tcp dport 1500 tcp flags != syn / fin,syn,rst,ack accept',
      'same',
    ],
    [NARROW, 'ip daddr 10.0.0.0-10.255.255.255 tcp dport 1500 accept', 'wider'],
    [NARROW, 'ip daddr 10.20.1.0/24 tcp dport 1500 accept', null],
    [NARROW, 'fib saddr type local accept', null],
    [
      'tcp sport 443 ct state established accept',
      'tcp sport 443 ct state established,related accept',
      'wider',
    ],
    [
      'icmpv6 type nd-neighbor-solicit accept',
      'icmpv6 type { nd-neighbor-solicit, echo-request } accept',
      'wider',
    ],
    [
      'meta l4proto tcp ct direction original ct original proto-dst 443 accept',
      'ct direction original ct original proto-dst 443 accept',
      'wider',
    ],
  ])('%s, and %s: %s', (ours, theirs, expected) => {
    expect(compareNft(theirs, ours)).toBe(expected)
  })
})

describe('what ufw prints (as 0.36.2 does)', () => {
  const words = 'allow out proto tcp to any port 443'.split(' ')
  const staging = 'allow out proto tcp to 10.20.0.0/16 port 1500'.split(' ')
  const sources = 'allow out proto tcp from any port 1:65535 to any port 443'.split(' ')

  it.each([
    ["ufw allow out 443/tcp comment 'drs-onboard:open-443-0000000a'", words, true],
    ["ufw allow out 443,8443/tcp comment 'drs-onboard:open-443-0000000a'", words, false],
    ['ufw allow out 443', words, false],
    ['ufw allow in 443/tcp', words, false],
    ['ufw limit out 443/tcp', words, false],
    ['ufw allow out to 10.20.0.0/16 port 1500 proto tcp', staging, true],
    ['ufw allow out to 10.0.0.0/8 port 1500 proto tcp', staging, false],
    ['ufw allow out from any port 1:65535 to any port 443 proto tcp', sources, true],
    ['ufw allow out 443/tcp', sources, false],
  ])('%s is %s: %s', (line, rule, expected) => {
    expect(ufwUnchanged(line, rule)).toBe(expected)
  })

  it('is told where it is marked or as wide, with the command that removes it', () => {
    const printed = [
      'Added user rules (see `ufw status` for running firewall):',
      "ufw allow out 8443/tcp comment 'drs-onboard:open-443-0000000a'",
      "ufw allow out 443 comment 'mine'",
      "ufw allow out 'Nginx HTTP'",
      'ufw allow out on eth0 to any port 443 proto tcp',
      "ufw route allow out on eth0 to any port 443 proto tcp comment 'drs-onboard:open-443-0000000a'",
      'ufw deny out 443/tcp',
    ]
    expect(
      ufwLeft(printed.join('\n'), words, BOUND).map(({remove, marked}) => [remove.join(' '), marked]),
    ).toEqual([
      ['ufw delete allow out 8443/tcp', true],
      ['ufw delete allow out 443', false],
      ['ufw route delete allow out on eth0 to any port 443 proto tcp', true],
    ])
  })
})

describe('what firewalld prints (as 1.3.3 does)', () => {
  const rich =
    'rule priority=-2 family=ipv4 destination address=10.20.0.0/16 port port=1500 protocol=tcp accept'
  const left = (line: string) =>
    richLeft(line, false, {...BOUND, rich, policy: 'out'}).map(({remove}) => remove.at(-1))

  it.each([
    'rule priority="-7" family="ipv4" destination address="10.20.0.0/16" port port="1500" protocol="tcp" accept',
    'rule family="ipv4" destination address="10.0.0.0/8" port port="1500" protocol="tcp" accept',
    'rule port port="1000-2000" protocol="tcp" log prefix="x" level="info" accept',
  ])('is told: %s', line => {
    expect(left(line)).toEqual([`--remove-rich-rule=${line}`])
  })

  it.each([
    'rule family="ipv6" port port="1500" protocol="tcp" accept',
    'rule family="ipv4" destination NOT address="10.20.0.0/16" port port="1500" protocol="tcp" accept',
    'rule port port="1500" protocol="udp" accept',
    'rule port port="1500" protocol="tcp" reject',
    'rule service name="https" accept',
    'rule family="ipv4" source address="10.9.0.2" port port="1500" protocol="tcp" accept',
  ])('is something else: %s', line => {
    expect(left(line)).toEqual([])
  })
})

describe('what Windows has of a rule', () => {
  const TEXT =
    'v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|RPort=443|Name=drs-onboard: TCP 443 out|EmbedCtxt=drs-onboard|'
  const value = (name: string, text: string) =>
    `\r\nHKEY_LOCAL_MACHINE\\x\r\n    ${name}    REG_SZ    ${text}\r\n\r\n`

  it.each([
    ['as it was made', TEXT, true],
    ['switched off', TEXT.replace('Active=TRUE', 'Active=FALSE'), true],
    ['for another port too', TEXT.replace('RPort=443', 'RPort=443|RPort=8443'), false],
    ['for a range', TEXT.replace('RPort=443', 'RPort2_10=1-65535'), false],
    ['for every port', TEXT.replace('RPort=443|', ''), false],
    ['for UDP', TEXT.replace('Protocol=6', 'Protocol=17'), false],
    ['inbound', TEXT.replace('Dir=Out', 'Dir=In'), false],
  ])('%s: %s', (_name, text, expected) => {
    expect(windowsUnchanged(value('drs-onboard-open-443-0000000a', text), BOUND)).toBe(expected)
  })

  it('minds a destination that is gone', () => {
    const bound = {...BOUND, peer: '10.20.0.0/16'}
    expect(windowsUnchanged(value('x', TEXT), bound)).toBe(false)
    expect(windowsUnchanged(value('x', `${TEXT}RA4=10.20.0.0/255.255.0.0|`), bound)).toBe(true)
  })

  it('tells a copy that the console has made, and no rule of another remedy', () => {
    const printed =
      value('{5A}', TEXT) + value('drs-onboard-open-443-0000000b', TEXT) + value('{6B}', 'v2.31|Name=x|')
    expect(windowsLeft(printed, BOUND).map(({remove}) => remove.at(-1))).toEqual([
      expect.stringMatching(/Remove-NetFirewallRule -Name '\{5A\}' -ErrorAction Stop$/),
    ])
  })
})

describe('the look for remains', () => {
  it('runs nothing that could change the host, for any step of any plan', () => {
    const commands = PLANS.flatMap(({id, steps}) =>
      steps.flatMap(step => {
        const known = knownStep(step, id)
        return known ? (lookerFor(known.form)?.commands(known.bound) ?? []) : []
      }),
    )
    expect(
      new Set(
        commands.map(command => command.join(' ')).map(text => text.replace(/--policy \S+/, '--policy X')),
      ),
    ).toEqual(
      new Set([
        ...['iptables', 'ip6tables'].flatMap(name =>
          ['', '-legacy', '-nft'].map(engine => `${name}${engine}-save`),
        ),
        'nft -a list ruleset',
        'ufw show added',
        ...['', '--permanent '].flatMap(when => [
          `firewall-cmd ${when}--direct --get-all-rules`,
          `firewall-cmd ${when}--policy X --list-rich-rules`,
        ]),
        'reg.exe query HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules',
      ]),
    )
  })
})
