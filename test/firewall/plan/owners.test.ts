import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {backgroundWriters, ownerOf, tableOwner} from '../../../src/firewall/plan/owners.ts'
import {linuxFirewallState} from '../../../src/firewall/state.ts'
import {save} from './situations.ts'
import {stateOf} from './states.ts'

const recorded = (name: string) =>
  linuxFirewallState.parse(
    JSON.parse(readFileSync(new URL(`../real/fixtures/${name}.json`, import.meta.url), 'utf8')),
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
    expect(ownerOf('OUT_web', {manager: undefined}, false)).toBeNull()
    expect(ownerOf('OUT_web', {manager: 'firewalld'}, false)?.name).toBe('firewalld')
  })

  it('takes every rule of a host for the manager that loads all of them', () => {
    expect(ownerOf('OUTPUT', {manager: 'csf'}, false)).toMatchObject({name: 'csf', kind: 'manager'})
    expect(ownerOf('OUTPUT', {manager: 'ufw'}, false)).toBeNull()
    expect(ownerOf('OUTPUT', {manager: 'ufw'}, true)?.name).toBe('ufw')
  })

  it('knows tables of nf_tables by their names', () => {
    expect(tableOwner('firewalld_policy_drop')?.name).toBe('firewalld')
    expect(tableOwner('filter')).toBeNull()
    expect(
      backgroundWriters(stateOf({nftText: 'table inet crowdsec {\n}\n', iptablesNftSave: save({})})),
    ).toEqual(['CrowdSec'])
  })
})
