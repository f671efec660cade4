import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {backgroundWriters, tableWriter, writerOf} from '../../../../src/firewall/plan/managers/owners.ts'
import {linuxFirewallState} from '../../../../src/firewall/state/state.ts'
import {save} from '../situations.ts'
import {stateOf} from '../states.ts'

const recorded = (name: string) =>
  linuxFirewallState.parse(
    JSON.parse(readFileSync(new URL(`../../real/fixtures/${name}.json`, import.meta.url), 'utf8')),
  )

describe('who writes rules', () => {
  it.each([
    ['docker', ['Docker']],
    ['kube-proxy', ['kube-proxy']],
    ['calico', ['Calico']],
    ['fail2ban', ['fail2ban']],
    ['crowdsec-nftables', ['CrowdSec']],
    ['ufw-deny-outgoing', []],
    ['firewalld-policy-reject', []],
    ['csf', []],
  ])('in the background, on a real host: %s', (name, writers) => {
    expect(backgroundWriters(recorded(name))).toEqual(writers)
  })

  it('takes a chain that is named as those of firewalld for it only where firewalld manages the host', () => {
    expect(writerOf('OUT_web', {manager: undefined}, false)).toBeNull()
    expect(writerOf('OUT_web', {manager: 'firewalld'}, false)?.name).toBe('firewalld')
  })

  it('takes every rule of a host for the manager that loads all of them', () => {
    expect(writerOf('OUTPUT', {manager: 'csf'}, false)).toMatchObject({name: 'csf', kind: 'manager'})
    expect(writerOf('OUTPUT', {manager: 'ufw'}, false)).toBeNull()
    expect(writerOf('OUTPUT', {manager: 'ufw'}, true)?.name).toBe('ufw')
  })

  it('knows tables of nf_tables by their names', () => {
    expect(tableWriter('firewalld_policy_drop')?.name).toBe('firewalld')
    expect(tableWriter('filter')).toBeNull()
    expect(
      backgroundWriters(stateOf({nftText: 'table inet crowdsec {\n}\n', iptablesNftSave: save({})})),
    ).toEqual(['CrowdSec'])
  })
})

describe('software that cuts a server off on purpose', () => {
  it.each([
    ['sophos_device_isolation', 'Sophos'],
    ['mullvad', 'Mullvad'],
    ['wg-quick-wg0', 'wg-quick'],
    ['edr_quarantine', 'security software that isolates this server'],
    ['vpn-killswitch', 'security software that isolates this server'],
  ])('is named for its table %s', (table, name) => {
    expect(tableWriter(table)).toMatchObject({name, isolates: true})
  })

  it.each([
    ['PORTMASTER-INGEST-OUTPUT', 'Portmaster', true],
    ['100.piavpn.blockAll', 'Private Internet Access', true],
    ['HOST_ISOLATION', 'security software that isolates this server', true],
    ['ts-input', 'Tailscale', undefined],
    ['CILIUM_OUTPUT', 'Cilium', undefined],
    ['KUBE-ROUTER-OUTPUT', 'kube-router', undefined],
    ['KUBE-SERVICES', 'kube-proxy', undefined],
  ])('is named for its chain %s', (chain, name, isolates) => {
    expect(writerOf(chain, {}, false)).toMatchObject({name, ...(isolates && {isolates})})
    expect(writerOf(chain, {}, false)?.isolates).toBe(isolates)
  })

  it('is no name of an administrator', () => {
    for (const name of ['OUTPUT', 'ts-web', 'allow-fw', 'my_rules', 'tsunami']) {
      expect(writerOf(name, {}, false)).toBeNull()
      expect(tableWriter(name)).toBeNull()
    }
  })
})
