import {describe, expect, test} from 'vitest'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump, inShort, judge} from '../host.ts'
import {table} from '../nft/table.ts'

const SETS = `create bans hash:ip family inet
add bans 52.95.110.1
create seen hash:ip family inet
create both list:set
add both bans
create six hash:ip family inet6
add six 2001:db8::5
`
const LISTED = '52.95.110.1'
const OTHER = '52.95.110.2'

/** By destination, what comes of TCP 443. */
function answers(state: Partial<LinuxFirewallState>, ...destinations: readonly string[]): string[] {
  return destinations.map(to => inShort(judge({ipsetSave: SETS, ...state}, {to})))
}

const BY_SSH = '-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j SET'
const BANNED = '-A INPUT -m set --match-set bans src -j DROP'
const STOPPED = 'block in-synack filter INPUT 1'

describe.each(['iptablesLegacySave', 'iptablesNftSave'])('sets of ipset that rules change (%s)', field => {
  const ask = (rules: string, ...to: readonly string[]) => answers({[field]: dump(rules)}, ...to)

  test('are as captured where the connection has nothing to do with the change', () => {
    expect(ask(`${BANNED}\n${BY_SSH} --add-set bans src --exist`, LISTED, OTHER)).toEqual([STOPPED, 'allow'])
    expect(ask(`${BANNED}\n${BY_SSH} --del-set bans src`, LISTED, OTHER)).toEqual([STOPPED, 'allow'])
  })

  test('are open where its own packets change them', () => {
    const rules = `${BANNED}\n-A OUTPUT -p tcp -j SET --add-set bans dst`
    expect(ask(rules, LISTED, OTHER)).toEqual(['unknown', 'unknown'])
    expect(ask(`${BANNED}\n-A INPUT -p tcp -j SET --del-set bans src`, LISTED)).toEqual(['unknown'])
  })

  test('are open where its own packets may change them', () => {
    const rules = `${BANNED}\n-A OUTPUT -m limit --limit 5/min -j SET --add-set bans dst`
    expect(ask(rules, OTHER)).toEqual(['unknown'])
  })

  test('are open behind something that nobody knows', () => {
    const rules = `${BANNED}\n${BY_SSH} --add-set bans src\n*mangle\n-A OUTPUT -j NO_SUCH_TARGET`
    expect(ask(rules, OTHER)).toEqual(['unknown'])
  })

  test('are as captured where the change waits for another set that is', () => {
    const chained = `${BANNED}\n-A OUTPUT -m set --match-set seen dst -j SET --add-set bans dst\n${BY_SSH} --add-set seen src`
    expect(ask(chained, LISTED, OTHER)).toEqual([STOPPED, 'allow'])
  })

  test('make a list of them change', () => {
    const listed = '-A INPUT -m set --match-set both src -j DROP'
    expect(ask(`${listed}\n${BY_SSH} --add-set bans src`, LISTED, OTHER)).toEqual([STOPPED, 'allow'])
    expect(ask(`${listed}\n-A OUTPUT -j SET --add-set bans dst`, OTHER)).toEqual(['unknown'])
  })

  test('split a range as captured', () => {
    const [whole] = [
      judge(
        {ipsetSave: SETS, [field]: dump(`${BANNED}\n${BY_SSH} --add-set bans src`)},
        {to: '52.95.110.0/30'},
      ),
    ]
    expect(whole?.parts.map(({to, verdict}) => `${to} ${verdict}`)).toEqual([
      '52.95.110.0,52.95.110.2/31 allow',
      '52.95.110.1 block',
    ])
  })
})

test('a set that IPv6 neighbour discovery changes is open', () => {
  const six = '-A INPUT -m set --match-set six src -j DROP'
  const ask = (filler: string) =>
    answers({ip6tablesLegacySave: dump(`${six}\n${filler}`)}, '2001:db8::5', '2001:db8::6')
  expect(ask(`${BY_SSH} --add-set six src`)).toEqual([STOPPED, 'allow'])
  expect(ask('-A INPUT -p ipv6-icmp -j SET --add-set six src')).toEqual(['unknown', 'unknown'])
})

const ELEMENTS = (flags: string) => `\tset bans {
\t\ttype ipv4_addr
\t\tsize 65535
\t\tflags ${flags}
\t\telements = { ${LISTED} timeout 1h expires 30m }
\t}
`
const HEADER = 'type filter hook input priority filter; policy accept;'

describe('sets of nftables that rules change', () => {
  const ask = (rules: readonly string[], more = ELEMENTS('dynamic,timeout')) =>
    answers({nftText: table(rules, {header: HEADER, more})}, LISTED, OTHER)

  test.each(['add', 'update', 'delete'])('%s by another port: as captured', verb => {
    const rules = ['ip saddr @bans drop', `tcp dport 22 ct state new ${verb} @bans { ip saddr timeout 1h }`]
    expect(ask(rules)).toEqual(['block in-synack mine c 1', 'allow'])
  })

  test.each([
    'add @bans { ip saddr timeout 1h }',
    'tcp sport 443 update @bans { ip saddr limit rate over 10/minute }',
    'meter bans { ip saddr limit rate 10/second }',
  ])('by its own packets: open (%s)', change => {
    expect(ask(['ip saddr @bans drop', change])).toEqual(['unknown', 'unknown'])
  })

  test('by a rule that is not understood: open', () => {
    expect(ask(['ip saddr @bans drop', 'no such statement', 'tcp dport 22 add @bans { ip saddr }'])).toEqual([
      'unknown',
      'unknown',
    ])
  })

  test('a map, too', () => {
    const more = `\tmap fate {
\t\ttype ipv4_addr : mark
\t\tflags dynamic
\t\telements = { ${LISTED} : 0x00000001 }
\t}
`
    const marked = ['meta mark set ip saddr map @fate', 'meta mark 0x00000001 drop']
    const add = 'add @fate { ip saddr : 0x00000001 }'
    expect(ask([...marked, `tcp dport 22 ${add}`], more)).toEqual(['block in-synack mine c 2', 'allow'])
    expect(ask([...marked, add], more)).toEqual(['unknown', 'unknown'])
  })

  test('sets of the same name in another table are others', () => {
    const other = table(['add @bans { ip saddr }'], {
      name: 'inet other',
      header: HEADER,
      more: ELEMENTS('dynamic'),
    })
    const mine = table(['ip saddr @bans drop', 'tcp dport 22 add @bans { ip saddr }'], {
      header: HEADER,
      more: ELEMENTS('dynamic'),
    })
    expect(answers({nftText: mine + other}, LISTED, OTHER)).toEqual(['block in-synack mine c 1', 'allow'])
  })
})
