import {describe, expect, it} from 'vitest'
import {NO_PERSISTENCE} from '../../../../src/firewall/state/managers.ts'
import {type Need, planRepair} from '../planned.ts'
import {save} from '../situations.ts'
import {stateOf, TOOLS} from '../states.ts'

const OUT_443: Need = {check: 'firewall-443', port: 443, to: ['52.95.110.1'], destination: null}
const OUT_1500: Need = {
  check: 'firewall-1500',
  port: 1500,
  to: ['10.20.0.0/16'],
  destination: '10.20.0.0/16',
}
const V6_443: Need = {...OUT_443, to: ['2a05:d000::1']}
const V6_1500: Need = {...OUT_1500, to: ['fd00:20::/64'], destination: 'fd00:20::/64'}

/** What its own default policy blocks. */
const advice = (manager: 'csf' | 'shorewall', need: Need, files: Record<string, string> = {}) => {
  const text = save({filter: [':OUTPUT DROP', '-A OUTPUT -o lo -j ACCEPT']})
  const state = stateOf({manager, iptablesNftSave: text, ip6tablesNftSave: text})
  const plan = planRepair(state, TOOLS, need, {persistence: {...NO_PERSISTENCE, manager, files}})
  expect(plan.remedies).toEqual([])
  return plan.unfixable
}

const CSF_CONF = '# ports\nTCP_IN = "22"\nTCP_OUT = "20,21,22"\nTCP6_OUT = ""\n'

describe('csf, whose files are changed by hand', () => {
  it.each<[string, Need, Record<string, string>, string]>([
    [
      '443: the line of csf.conf, as it is to be',
      OUT_443,
      {'/etc/csf/csf.conf': CSF_CONF},
      'make line 3 of /etc/csf/csf.conf `TCP_OUT = "20,21,22,443"`, run `csf -r`, then check again.',
    ],
    [
      '443 of IPv6',
      V6_443,
      {'/etc/csf/csf.conf': CSF_CONF},
      'make line 4 of /etc/csf/csf.conf `TCP6_OUT = "443"`, run `csf -r`, then check again.',
    ],
    [
      '443, without a file',
      OUT_443,
      {},
      'add 443 to TCP_OUT in /etc/csf/csf.conf, run `csf -r`, then check again.',
    ],
    [
      '1500: to the subnet alone',
      OUT_1500,
      {'/etc/csf/csf.conf': CSF_CONF, '/etc/csf/csf.deny': '# 10.20.0.1\n192.0.2.1 # a scanner\n'},
      'add the line `tcp|out|d=1500|d=10.20.0.0/16` to /etc/csf/csf.allow, run `csf -r`, then check again.',
    ],
    [
      '1500: an address that was denied',
      OUT_1500,
      {'/etc/csf/csf.deny': '# denied\n\n10.20.3.0/24 # not known\n'},
      'if `10.20.3.0/24 # not known` (line 3 of /etc/csf/csf.deny) is obsolete, remove it and run `csf -r`, then check again.',
    ],
    [
      '1500: a filter that denies',
      OUT_1500,
      {'/etc/csf/csf.deny': 'tcp|out|d=1500|d=10.20.0.10\n'},
      'if `tcp|out|d=1500|d=10.20.0.10` (line 1 of /etc/csf/csf.deny) is obsolete',
    ],
  ])('%s', (_name, need, files, text) => {
    expect(advice('csf', need, files)).toContain(text)
  })
})

describe('shorewall, whose files are changed by hand', () => {
  it.each<[string, Need, Record<string, string>, string]>([
    [
      'the line, and where it goes',
      OUT_1500,
      {'/etc/shorewall/rules': '#ACTION\n?SECTION ESTABLISHED\n?SECTION NEW\n'},
      'add the line `ACCEPT $FW net:10.20.0.0/16 tcp 1500` (`net` is the zone of that destination in /etc/shorewall/zones) to /etc/shorewall/rules directly below line 3 (`?SECTION NEW`), run `shorewall check` and `shorewall reload`, then check again.',
    ],
    [
      'any destination, in a file without sections',
      OUT_443,
      {'/etc/shorewall/rules': 'SSH(ACCEPT) net $FW\n'},
      '`ACCEPT $FW net tcp 443` (`net` is the zone of that destination in /etc/shorewall/zones) to /etc/shorewall/rules as its first rule',
    ],
    [
      'IPv6',
      V6_1500,
      {},
      '`ACCEPT $FW net:[fd00:20::]/64 tcp 1500` (`net` is the zone of that destination in /etc/shorewall6/zones)',
    ],
  ])('%s', (_name, need, files, text) => {
    expect(advice('shorewall', need, files)).toContain(text)
  })
})
