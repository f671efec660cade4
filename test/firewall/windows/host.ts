import type {Judgement, Probe} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import type {Profile, Settings, Store, WindowsFirewallState} from '../../../src/firewall/windows/state.ts'

/** A Server 2022 in a domain, with one interface, a firewall that is on and lets everything out, and no rules. */
export const SERVER: WindowsFirewallState = {
  schemaVersion: 1,
  platform: 'win32',
  capturedAt: '2026-03-04T10:30:00Z',
  osVersion: '10.0.20348',
  firewallService: 'running',
  rules: {local: {}, groupPolicy: {}, mdm: {}},
  profiles: {
    domain: {local: {EnableFirewall: 1}},
    private: {local: {EnableFirewall: 1}},
    public: {local: {EnableFirewall: 1}},
  },
  activeProfiles: ['domain'],
  interfaceProfiles: {Ethernet: 'domain'},
  interfaces: {Ethernet: ['10.9.0.2/24', 'fd09::2/64', 'fe80::2/64']},
  routes: [
    'default via 10.9.0.1 dev Ethernet metric 25',
    '10.9.0.0/24 dev Ethernet metric 256',
    'default via fd09::1 dev Ethernet metric 25',
  ],
}

export type Given = {
  readonly local?: readonly string[]
  readonly groupPolicy?: readonly string[]
  readonly mdm?: readonly string[]
  /** Settings of the domain profile, or of the profiles that are named. */
  readonly settings?: Readonly<Partial<Record<Store, Settings>>>
  readonly profiles?: Readonly<Partial<Record<Profile, Partial<Record<Store, Settings>>>>>
  readonly state?: Partial<WindowsFirewallState>
}

/** Short forms `Action=Block|Dir=Out` become whole, enabled rules, numbered `local-1` and so on in their store. */
export function windowsState({
  local,
  groupPolicy,
  mdm,
  settings,
  profiles,
  state,
}: Given): WindowsFirewallState {
  return {
    ...SERVER,
    rules: {
      local: numbered('local', local),
      groupPolicy: numbered('groupPolicy', groupPolicy),
      mdm: numbered('mdm', mdm),
    },
    profiles: {...SERVER.profiles, ...(settings ? {domain: settings} : {}), ...profiles},
    ...state,
  }
}

function numbered(store: Store, rules: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    rules.map((text, index) => {
      const id = `${store}-${index + 1}`
      return [id, whole(text, id)]
    }),
  )
}

/** A rule without a name breaks the specification, so that it gets one. */
function whole(text: string, name: string): string {
  if (/^v/i.test(text)) return text
  const missing = [/Active=/i.test(text) ? '' : 'Active=TRUE|', /Dir=/i.test(text) ? '' : 'Dir=Out|'].join('')
  return `v2.31|${missing}${text}|${/Name=/i.test(text) ? '' : `Name=${name}|`}`
}

export function judgeWindows(given: Given, probe: Partial<Probe> = {}): Judgement {
  return compileFirewall(windowsState(given)).judge({to: '52.95.110.1', port: 443, ...probe})
}

/** Blocks what no rule allows. */
export const BLOCKING = {local: {EnableFirewall: 1, DefaultOutboundAction: 1}} as const
