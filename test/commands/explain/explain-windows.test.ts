import {describe, expect, it} from 'vitest'
import {explainText} from '../../../src/commands/explain/text.ts'
import type {Probe} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {BLOCKING, type Given, windowsState} from '../../firewall/windows/host.ts'

const LOOK = {columns: 120, color: false, unicode: false}

function explain(given: Given, asked: Partial<Probe> = {}): string {
  const state = windowsState(given)
  const firewall = compileFirewall(state)
  const probe = {to: '52.95.110.1', port: 443, ...asked}
  return explainText({state, firewall, probe, judgement: firewall.judge(probe)}, LOOK)
}

describe('explain, for Windows Firewall', () => {
  it('tells the default action that blocks, and the rule that is switched off', () => {
    const text = explain({
      settings: BLOCKING,
      local: ['Action=Allow|Protocol=6|RPort=443|Active=FALSE|Name=HTTPS out'],
    })
    expect(text).toMatch(/^TCP 443 to 52\.95\.110\.1, judged by the rules captured at /)
    expect(text).toContain('Outbound connections in the Domain profile')
    expect(text).toContain('Default outbound action: block (local: DefaultOutboundAction=1)')
    expect(text).toMatch(/Disabled, so without effect:\n +matches +local local-1 "HTTPS out": v2\.31\|/)
    expect(text).toContain('==> BLOCKED here by the default outbound action')
  })

  it('marks the block rule that wins over an allow', () => {
    const text = explain({local: ['Action=Allow|Protocol=6|RPort=443', 'Action=Block|Protocol=6|RPort=443']})
    expect(text).toMatch(/Block rules:\n +> matches +local local-2: /)
    expect(text).toMatch(/Allow rules:\n {4}matches +local local-1:\s/)
    expect(text).toContain('==> BLOCKED here by the rule local-2')
  })

  it('says which local rules a policy has ignored, and leaves out those of other addresses and ports', () => {
    const text = explain({
      settings: {local: BLOCKING.local, groupPolicy: {AllowLocalPolicyMerge: 0}},
      local: [
        'Action=Allow|Protocol=6|RPort=443',
        'Action=Allow|Protocol=6|RPort=80',
        'Action=Allow|RA4=1.2.3.4',
      ],
    })
    expect(text).toMatch(/ignored +local local-1: /)
    expect(text).not.toMatch(/local-2|local-3/)
  })

  it('tells each profile that may be in force', () => {
    const text = explain({profiles: {public: BLOCKING}, state: {activeProfiles: [], interfaceProfiles: {}}})
    expect(text).toMatch(/^UNKNOWN/m)
    expect([...text.matchAll(/connections in the (\w+) profile/g)].map(([, name]) => name)).toEqual([
      'Domain',
      'Private',
      'Public',
    ])
    expect(text).toContain('--> let out in this profile')
  })

  it('tells the worst part of a range', () => {
    const text = explain(
      {local: ['Action=Block|RA4=10.20.4.0/24|LUAuth=x']},
      {to: '10.20.0.0/16', port: 1500},
    )
    expect(text).toContain('The path to 10.20.4.0, which represents the worst part:')
    expect(text).toContain('may match')
    expect(text).toContain('==> cannot be decided')
  })

  it.each<[string, Given, Partial<Probe>, string]>([
    ['off', {settings: {local: {EnableFirewall: 0}}}, {}, 'Windows Firewall is disabled here.'],
    [
      'left out of the firewall',
      {
        settings: {
          local: {...BLOCKING.local, DisabledInterfaces: '{6D6F0001-0000-4000-8000-000000000000}'},
        },
        state: {adapters: {'{6D6F0001-0000-4000-8000-000000000000}': {name: 'Ethernet'}}},
      },
      {},
      'does not filter this network adapter (DisabledInterfaces)',
    ],
    ['to this host', {settings: BLOCKING}, {to: '127.0.0.1'}, 'It stays on this host'],
    ['what was not read', {state: {unreadable: {'rules.mdm': 'denied'}}}, {}, 'Not read  rules.mdm: denied'],
  ])('%s', (_, given, probe, words) => {
    expect(explain(given, probe)).toContain(words)
  })

  it('tells the connection security rule that requires IPsec, beside what the firewall rules make of it', () => {
    const auth = 'v2.33|Action=Secure|Active=TRUE|Name=Auth|'
    const text = explain({state: {connectionSecurityRules: {groupPolicy: {auth}}}})
    expect(text).toMatch(
      /Connection security rules that require IPsec:\n {4}may match Group Policy auth: v2\.33\|Action=Secure/,
    )
    expect(text).toContain('==> cannot be decided')
  })

  it('says where connection security rules were not captured, and only there', () => {
    expect(explain({})).toContain('Connection security rules: not captured, so IPsec is not judged')
    expect(explain({state: {connectionSecurityRules: {}}})).not.toContain('onnection security rules')
  })

  it('lists an allow for IPsec among the allow rules, and why a rule may not be in force', () => {
    const text = explain({
      local: ['Action=Allow|Protocol=6|RPort=443|Security=Authenticate', 'Action=Block|RPort=443|Protocol=6'],
    })
    expect(text).toMatch(/Allow rules:\n {4}matches +local local-1:\s/)
    expect(text).toMatch(/Block rules:\n {4}may match +local local-2:\s/)
    expect(text.replace(/\s+/g, ' ')).toContain('(may not be in force: it names ports before TCP or UDP')
  })

  it('makes what comes from rules printable', () => {
    expect(explain({local: ['Action=Block|Name=\u001b[31mred']})).not.toContain('\u001b')
  })
})
