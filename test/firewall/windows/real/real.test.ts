import {describe, expect, it} from 'vitest'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import type {Settings, WindowsFirewallState} from '../../../../src/firewall/windows/state.ts'
import {planRepair} from '../../plan/planned.ts'
import {SERVER} from '../host.ts'
import {SERVER_2016_CORE, SERVER_2019, SERVER_2022} from './outbound-rules.ts'

type Profiles = WindowsFirewallState['profiles']

const HOSTS = {
  'Server 2016 Core': {osVersion: '10.0.14393', rules: SERVER_2016_CORE},
  'Server 2019': {osVersion: '10.0.17763', rules: SERVER_2019},
  'Server 2022': {osVersion: '10.0.20348', rules: SERVER_2022},
} as const

const all = (settings: Readonly<Record<string, Settings>>): Profiles => ({
  domain: settings,
  private: settings,
  public: settings,
})

const LOG = {LogFilePath: '%systemroot%\\system32\\logfiles\\firewall\\x.log', LogFileSize: 16384}

/** CIS Benchmark, section 9: the firewall on, inbound blocked, outbound allowed; in Public only rules of the policy. */
const CIS_POLICY = {
  EnableFirewall: 1,
  DefaultInboundAction: 1,
  DefaultOutboundAction: 0,
  DisableNotifications: 1,
  ...LOG,
}
const CIS: Profiles = {
  domain: {local: {EnableFirewall: 1}, groupPolicy: CIS_POLICY},
  private: {local: {EnableFirewall: 1}, groupPolicy: CIS_POLICY},
  public: {
    local: {EnableFirewall: 1},
    groupPolicy: {...CIS_POLICY, AllowLocalPolicyMerge: 0, AllowLocalIPsecPolicyMerge: 0},
  },
}
const INSTALLED = all({local: {EnableFirewall: 1, DisableNotifications: 1, DoNotAllowExceptions: 0}})
/** Microsoft's security baseline sets the same of what is judged here. */
const BASELINE: Profiles = {
  ...CIS,
  public: {
    local: {},
    groupPolicy: {
      EnableFirewall: 1,
      DefaultOutboundAction: 0,
      DefaultInboundAction: 1,
      AllowLocalPolicyMerge: 0,
    },
  },
}
const LOCKED = all({local: {EnableFirewall: 1, DefaultOutboundAction: 1}})
const LOCKED_BY_POLICY = all({
  local: {EnableFirewall: 1},
  groupPolicy: {EnableFirewall: 1, DefaultOutboundAction: 1},
})
const OFF = all({local: {EnableFirewall: 0, DefaultOutboundAction: 1}})

const OUR_443 = 'v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|RPort=443|Name=HTTPS out|'
const OUR_1500 = 'v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|RPort=1500|RA4=10.20.0.0/16|Name=DRS|'

type Situation = {
  readonly profiles: Profiles
  readonly local?: Readonly<Record<string, string>>
  readonly groupPolicy?: Readonly<Record<string, string>>
  /** Verdicts for 443 to a public address, 443 over IPv6, 1500 to the staging area subnet. */
  readonly expected: readonly [string, string, string]
  readonly profile?: 'domain' | 'private' | 'public'
}

const SITUATIONS: Readonly<Record<string, Situation>> = {
  'as installed': {profiles: INSTALLED, expected: ['allow', 'allow', 'allow']},
  'as installed, in a public network': {
    profiles: INSTALLED,
    profile: 'public',
    expected: ['allow', 'allow', 'allow'],
  },
  'CIS benchmark': {profiles: CIS, expected: ['allow', 'allow', 'allow']},
  'CIS benchmark, in a public network': {
    profiles: CIS,
    profile: 'public',
    expected: ['allow', 'allow', 'allow'],
  },
  'Microsoft security baseline': {
    profiles: BASELINE,
    profile: 'public',
    expected: ['allow', 'allow', 'allow'],
  },
  'switched off': {profiles: OFF, expected: ['allow', 'allow', 'allow']},
  'outbound blocked by default': {profiles: LOCKED, expected: ['block', 'block', 'block']},
  'outbound blocked by default, in a private network': {
    profiles: LOCKED,
    profile: 'private',
    expected: ['block', 'block', 'block'],
  },
  'outbound blocked by Group Policy': {profiles: LOCKED_BY_POLICY, expected: ['block', 'block', 'block']},
  'outbound blocked, 443 allowed': {
    profiles: LOCKED,
    local: {ours: OUR_443},
    expected: ['allow', 'allow', 'block'],
  },
  'outbound blocked, all that DRS needs allowed': {
    profiles: LOCKED,
    local: {ours: OUR_443, drs: OUR_1500},
    expected: ['allow', 'allow', 'allow'],
  },
  'outbound blocked by Group Policy, allowed here': {
    profiles: LOCKED_BY_POLICY,
    local: {ours: OUR_443, drs: OUR_1500},
    expected: ['allow', 'allow', 'allow'],
  },
  'outbound blocked by Group Policy, allowed there': {
    profiles: LOCKED_BY_POLICY,
    groupPolicy: {ours: OUR_443},
    expected: ['allow', 'allow', 'block'],
  },
  'CIS benchmark and local rules in a public network: ignored': {
    profiles: {
      ...CIS,
      public: {...CIS.public, groupPolicy: {...CIS.public?.groupPolicy, DefaultOutboundAction: 1}},
    },
    profile: 'public',
    local: {ours: OUR_443},
    expected: ['block', 'block', 'block'],
  },
  'a disabled block for 443': {
    profiles: INSTALLED,
    local: {b: 'v2.31|Action=Block|Active=FALSE|Dir=Out|Protocol=6|RPort=443|'},
    expected: ['allow', 'allow', 'allow'],
  },
  'browsers blocked by path': {
    profiles: INSTALLED,
    local: {
      b: 'v2.31|Action=Block|Active=TRUE|Dir=Out|App=%ProgramFiles%\\Internet Explorer\\iexplore.exe|Name=b|',
    },
    expected: ['allow', 'allow', 'allow'],
  },
  'everything but the own networks blocked': {
    profiles: INSTALLED,
    local: {
      b: 'v2.31|Action=Block|Active=TRUE|Dir=Out|RA4=0.0.0.0-9.255.255.255|RA4=11.0.0.0-255.255.255.255|Name=b|',
    },
    expected: ['block', 'allow', 'allow'],
  },
}

describe.each(Object.entries(HOSTS))('%s', (_, {osVersion, rules}) => {
  const stateOf = ({profiles, local, groupPolicy, profile = 'domain'}: Situation): WindowsFirewallState => ({
    ...SERVER,
    osVersion,
    profiles,
    rules: {local: {...rules, ...local}, groupPolicy: {...groupPolicy}, mdm: {}},
    activeProfiles: [profile],
    interfaceProfiles: {Ethernet: profile},
  })

  it.each(Object.entries(SITUATIONS))('%s', (__, situation) => {
    const firewall = compileFirewall(stateOf(situation))
    const verdicts = [
      firewall.judge({to: '52.95.110.1', port: 443}),
      firewall.judge({to: '2600:1f00::1', port: 443}),
      firewall.judge({to: '10.20.0.0/16', port: 1500}),
    ]
    expect(verdicts.map(({verdict}) => verdict)).toEqual(situation.expected)
    expect(verdicts.every(({parts}) => parts.length === 0)).toBe(true)
  })

  it.each(Object.entries(SITUATIONS))('%s, asked for the agent itself', (__, situation) => {
    const firewall = compileFirewall(stateOf(situation))
    const program = 'C:\\Program Files (x86)\\AWS Replication Agent\\agent.exe'
    expect(firewall.judge({to: '52.95.110.1', port: 443, program}).verdict).toBe(situation.expected[0])
    expect(firewall.judge({to: '10.20.0.0/16', port: 1500, program}).verdict).toBe(situation.expected[2])
  })

  it("is not repaired by enabling the rule of the picture in AWS's guide, which is for the kernel alone", () => {
    const tools = {
      'iptables-legacy': {ip: null, ip6: null},
      'iptables-nft': {ip: null, ip6: null},
      nft: null,
      windows: 'powershell',
    } as const
    const need = {check: 'firewall-443', port: 443, to: ['52.95.110.1'], destination: null} as const
    const state = stateOf({profiles: LOCKED, expected: ['block', 'block', 'block']})
    const {remedies} = planRepair(state, tools, need)
    expect(remedies[0]?.steps.map(step => step.do.at(-1))).toEqual([
      expect.stringMatching(/New-NetFirewallRule/),
    ])
  })
})
