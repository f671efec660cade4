import {BLOCKING, type Given} from '../host.ts'
import type {Case} from './case.ts'

const TCP_443 = 'Action=Allow|Protocol=6|RPort=443'
const BLOCK_443 = 'Action=Block|Protocol=6|RPort=443'
const DEFAULT = {blocker: 'local/domain/policy'} as const

/**
 * A policy that has one kind of local rule ignored. The specification does not say that only inbound rules are meant.
 * @param kind conditions of a rule of that kind
 * @param other conditions of one that is of no such kind
 */
function preferences(setting: string, kind: string, other: string): readonly Case[] {
  const program = 'C:\\a.exe'
  const asked = {probe: {program}} as const
  const off: Given['settings'] = {groupPolicy: {[setting]: 0}}
  const rule = (action: string, conditions: string, protocol = 'Protocol=6|') =>
    `Action=${action}|${protocol}${conditions.slice(0, -1)}`
  const because = new RegExp(setting.replace('\\', '.'))
  return [
    [
      `${setting}=0: a local block`,
      {settings: off, local: [rule('Block', kind)]},
      'unknown',
      {...asked, because},
    ],
    [
      `${setting}=0: a local allow`,
      {settings: {...off, local: BLOCKING.local}, local: [rule('Allow', kind)]},
      'unknown',
      {...asked, because},
    ],
    [
      `${setting}=0: an allow of Group Policy`,
      {settings: {...off, local: BLOCKING.local}, groupPolicy: [rule('Allow', kind)]},
      'allow',
      asked,
    ],
    [
      `${setting}=0: a local rule of another kind`,
      {settings: off, local: [rule('Block', 'RA4=52.95.110.1|')]},
      'block',
      asked,
    ],
    [
      `${setting}=0: a local rule with more`,
      {settings: off, local: [rule('Block', other)]},
      other.startsWith('Svc') ? 'unknown' : 'block',
      asked,
    ],
    [
      `${setting}=1: a local block`,
      {settings: {groupPolicy: {[setting]: 1}}, local: [rule('Block', kind)]},
      'block',
      asked,
    ],
    [
      `${setting}=0 of the host, 1 of Group Policy`,
      {settings: {local: {[setting]: 0}, groupPolicy: {[setting]: 1}}, local: [rule('Block', kind)]},
      'block',
      asked,
    ],
    [
      `${setting}=0 of the host alone`,
      {settings: {local: {EnableFirewall: 1, [setting]: 0}}, local: [rule('Block', kind)]},
      'unknown',
      {...asked, because},
    ],
    [
      `${setting}=0 in another profile`,
      {profiles: {public: {groupPolicy: {[setting]: 0}}}, local: [rule('Block', kind)]},
      'block',
      asked,
    ],
  ]
}

/** Profile settings, policy merge, stores, precedence. */
export const SETTINGS_CASES: readonly Case[] = [
  ['no rules, default settings', {}, 'allow'],
  ['no profile keys at all', {state: {profiles: {}}}, 'allow'],
  ['default outbound block', {settings: BLOCKING}, 'block', DEFAULT],
  ['default outbound block with a covering allow', {settings: BLOCKING, local: [TCP_443]}, 'allow'],
  [
    'default outbound block with an allow for another port',
    {settings: BLOCKING, local: ['Action=Allow|Protocol=6|RPort=80']},
    'block',
    DEFAULT,
  ],
  ['default outbound allow written out', {settings: {local: {DefaultOutboundAction: 0}}}, 'allow'],
  [
    'a default action that is neither 0 nor 1',
    {settings: {local: {DefaultOutboundAction: 2}}},
    'unknown',
    {because: /DefaultOutboundAction=2/},
  ],
  ['a default action that is text', {settings: {local: {DefaultOutboundAction: '1'}}}, 'unknown'],
  ['a setting in another case', {settings: {local: {defaultoutboundaction: 1}}}, 'block'],
  [
    'a doubtful default action behind an allow',
    {settings: {local: {DefaultOutboundAction: 2}}, local: [TCP_443]},
    'allow',
  ],
  [
    'firewall off, default block',
    {settings: {local: {EnableFirewall: 0, DefaultOutboundAction: 1}}},
    'allow',
  ],
  ['firewall off, block rule', {settings: {local: {EnableFirewall: 0}}, local: [BLOCK_443]}, 'allow'],
  [
    'firewall on for lack of a value, block rule',
    {state: {profiles: {}}, local: [BLOCK_443]},
    'block',
    {blocker: 'local/domain/local-1'},
  ],
  [
    'firewall off by Group Policy',
    {settings: {local: BLOCKING.local, groupPolicy: {EnableFirewall: 0}}},
    'allow',
  ],
  [
    'firewall off here, on by Group Policy',
    {settings: {local: {EnableFirewall: 0, DefaultOutboundAction: 1}, groupPolicy: {EnableFirewall: 1}}},
    'block',
    DEFAULT,
  ],
  ['firewall off by MDM', {settings: {local: BLOCKING.local, mdm: {EnableFirewall: 0}}}, 'allow'],
  [
    'Group Policy on, MDM off',
    {settings: {local: BLOCKING.local, groupPolicy: {EnableFirewall: 1}, mdm: {EnableFirewall: 0}}},
    'unknown',
  ],
  [
    'an EnableFirewall that is no number, nothing that blocks',
    {settings: {local: {EnableFirewall: 'yes'}}},
    'allow',
  ],
  [
    'an EnableFirewall that is no number, default block',
    {settings: {local: {EnableFirewall: 'yes', DefaultOutboundAction: 1}}},
    'unknown',
  ],
  [
    'the service is stopped',
    {settings: BLOCKING, local: [BLOCK_443], state: {firewallService: 'stopped'}},
    'allow',
  ],
  [
    'the state of the service is not known, default block',
    {settings: BLOCKING, state: {unreadable: {firewallService: 'no sc'}}},
    'unknown',
    {because: /firewall is on/},
  ],
  [
    'the state of the service is not known, nothing blocks',
    {state: {unreadable: {firewallService: 'no sc'}}},
    'allow',
  ],
  [
    'interfaces left out of the firewall, default block',
    {settings: {local: {...BLOCKING.local, DisabledInterfaces: '{6d6f0001-0000-4000-8000-000000000000}'}}},
    'unknown',
  ],
  ['no interfaces left out', {settings: {local: {...BLOCKING.local, DisabledInterfaces: ''}}}, 'block'],
  ['shields up is about inbound', {settings: {local: {EnableFirewall: 1, DoNotAllowExceptions: 1}}}, 'allow'],
  ['default inbound block is about inbound', {settings: {local: {DefaultInboundAction: 1}}}, 'allow'],

  [
    'default block by Group Policy',
    {settings: {groupPolicy: {DefaultOutboundAction: 1}}},
    'block',
    {blocker: 'groupPolicy/domain/policy'},
  ],
  [
    'default block by MDM',
    {settings: {mdm: {DefaultOutboundAction: 1}}},
    'block',
    {blocker: 'mdm/domain/policy'},
  ],
  [
    'allow by Group Policy over block here',
    {settings: {local: BLOCKING.local, groupPolicy: {DefaultOutboundAction: 0}}},
    'allow',
  ],
  [
    'block by Group Policy over allow here',
    {settings: {local: {DefaultOutboundAction: 0}, groupPolicy: {DefaultOutboundAction: 1}}},
    'block',
    {blocker: 'groupPolicy/domain/policy'},
  ],
  [
    'Group Policy and MDM agree',
    {settings: {groupPolicy: {DefaultOutboundAction: 1}, mdm: {DefaultOutboundAction: 1}}},
    'block',
  ],
  [
    'Group Policy and MDM contradict each other',
    {settings: {groupPolicy: {DefaultOutboundAction: 0}, mdm: {DefaultOutboundAction: 1}}},
    'unknown',
  ],
  [
    'Group Policy default block, local allow, merged',
    {settings: {groupPolicy: {DefaultOutboundAction: 1}}, local: [TCP_443]},
    'allow',
  ],
  [
    'Group Policy default block, local allow, not merged',
    {settings: {groupPolicy: {DefaultOutboundAction: 1, AllowLocalPolicyMerge: 0}}, local: [TCP_443]},
    'block',
    {blocker: 'groupPolicy/domain/policy'},
  ],
  [
    'not merged, default block here, local allow',
    {settings: {local: BLOCKING.local, groupPolicy: {AllowLocalPolicyMerge: 0}}, local: [TCP_443]},
    'block',
    DEFAULT,
  ],
  [
    'not merged: local blocks are ignored as well',
    {settings: {groupPolicy: {AllowLocalPolicyMerge: 0}}, local: [BLOCK_443]},
    'allow',
  ],
  ['not merged by MDM', {settings: {mdm: {AllowLocalPolicyMerge: 0}}, local: [BLOCK_443]}, 'allow'],
  [
    'a local AllowLocalPolicyMerge means nothing',
    {settings: {local: {AllowLocalPolicyMerge: 0}}, local: [BLOCK_443]},
    'block',
  ],
  ['merged, written out', {settings: {groupPolicy: {AllowLocalPolicyMerge: 1}}, local: [BLOCK_443]}, 'block'],
  [
    'a merge that is no number',
    {settings: {groupPolicy: {AllowLocalPolicyMerge: 'x'}}, local: [BLOCK_443]},
    'unknown',
    {because: /AllowLocalPolicyMerge/},
  ],
  [
    'a merge that is no number, nothing to merge',
    {settings: {groupPolicy: {AllowLocalPolicyMerge: 'x'}}},
    'allow',
  ],
  [
    'not merged in another profile',
    {profiles: {public: {groupPolicy: {AllowLocalPolicyMerge: 0}}}, local: [BLOCK_443]},
    'block',
  ],
  [
    'not merged, allow by Group Policy',
    {settings: {groupPolicy: {DefaultOutboundAction: 1, AllowLocalPolicyMerge: 0}}, groupPolicy: [TCP_443]},
    'allow',
  ],
  [
    'not merged by Group Policy, allow by MDM',
    {settings: {groupPolicy: {DefaultOutboundAction: 1, AllowLocalPolicyMerge: 0}}, mdm: [TCP_443]},
    'allow',
  ],

  ...preferences('AuthorizedApplications\\AllowUserPrefMerge', 'App=C:\\a.exe|', 'Svc=x|App=C:\\a.exe|'),
  ...preferences(
    'GloballyOpenPorts\\AllowUserPrefMerge',
    'LPort2_10=1-65535|',
    'LPort2_10=1-1000|LPort2_10=1001-65535|',
  ),

  ['block rule', {local: [BLOCK_443]}, 'block', {blocker: 'local/domain/local-1'}],
  ['block over allow', {local: [TCP_443, BLOCK_443]}, 'block', {blocker: 'local/domain/local-2'}],
  [
    'block over a narrower allow',
    {local: ['Action=Block|Protocol=6', `${TCP_443}|RA4=52.95.110.1`]},
    'block',
    {blocker: 'local/domain/local-1'},
  ],
  [
    'local block over an allow of Group Policy',
    {local: [BLOCK_443], groupPolicy: [TCP_443]},
    'block',
    {blocker: 'local/domain/local-1'},
  ],
  [
    'block of Group Policy over a local allow',
    {local: [TCP_443], groupPolicy: [BLOCK_443]},
    'block',
    {blocker: 'groupPolicy/domain/groupPolicy-1'},
  ],
  [
    'of two blocks that of the policy is named',
    {local: [BLOCK_443], groupPolicy: [BLOCK_443]},
    'block',
    {blocker: 'groupPolicy/domain/groupPolicy-1'},
  ],
  [
    'of two blocks that of MDM is named',
    {local: [BLOCK_443], mdm: [BLOCK_443]},
    'block',
    {blocker: 'mdm/domain/mdm-1'},
  ],
  [
    'a block rule is named before the default action',
    {settings: BLOCKING, local: [BLOCK_443]},
    'block',
    {blocker: 'local/domain/local-1'},
  ],
  ['a disabled block', {local: [`${BLOCK_443}|Active=FALSE`]}, 'allow'],
  ['a disabled allow', {settings: BLOCKING, local: [`${TCP_443}|Active=FALSE`]}, 'block', DEFAULT],
  [
    'a rule without Active is disabled',
    {local: ['v2.31|Action=Block|Dir=Out|Protocol=6|RPort=443|']},
    'allow',
  ],
  [
    'an Active that is neither',
    {local: ['v2.31|Action=Block|Active=1|Dir=Out|Protocol=6|RPort=443|']},
    'unknown',
  ],
  [
    'tokens in another case',
    {local: ['v2.31|ACTION=BLOCK|ACTIVE=true|DIR=OUT|PROTOCOL=6|RPORT=443|NAME=a|']},
    'block',
  ],
  ['an inbound block', {local: [`${BLOCK_443}|Dir=In`]}, 'allow'],
  ['an inbound allow', {settings: BLOCKING, local: [`${TCP_443}|Dir=In`]}, 'block'],
  [
    'the same id in both stores, both block',
    {
      state: {
        rules: {
          local: {a: 'v2.31|Action=Block|Active=TRUE|Dir=Out|Name=a|'},
          groupPolicy: {A: 'v2.31|Action=Block|Active=TRUE|Dir=Out|Name=a|'},
        },
      },
    },
    'block',
    {blocker: 'groupPolicy/domain/A'},
  ],
  [
    'the same id, disabled by the policy',
    {
      state: {
        rules: {
          local: {a: 'v2.31|Action=Block|Active=TRUE|Dir=Out|Name=a|'},
          groupPolicy: {a: 'v2.31|Action=Block|Active=FALSE|Dir=Out|Name=a|'},
        },
      },
    },
    'unknown',
  ],
  ['stores that are left out', {state: {rules: {}, profiles: {domain: {}}}}, 'allow'],

  [
    'local rules that could not be read',
    {state: {unreadable: {'rules.local': 'denied'}}},
    'unknown',
    {because: /rules.local could not be read: denied/},
  ],
  ['policy rules that could not be read', {state: {unreadable: {'rules.groupPolicy': 'denied'}}}, 'unknown'],
  [
    'one value that is no text',
    {state: {unreadable: {'rules.local.odd': 'it is REG_BINARY'}}},
    'unknown',
    {because: /odd/},
  ],
  [
    'local rules that could not be read and do not count',
    {settings: {groupPolicy: {AllowLocalPolicyMerge: 0}}, state: {unreadable: {'rules.local': 'denied'}}},
    'allow',
  ],
  [
    'policy settings that could not be read',
    {state: {unreadable: {'profiles.domain.groupPolicy': 'denied'}}},
    'unknown',
  ],
  [
    'local settings that could not be read, policy decides',
    {
      settings: {groupPolicy: {EnableFirewall: 1, DefaultOutboundAction: 0}},
      state: {unreadable: {'profiles.domain.local': 'denied'}},
    },
    'allow',
  ],
  [
    'one local setting that could not be read',
    {
      settings: {local: {EnableFirewall: 1}},
      state: {unreadable: {'profiles.domain.local.DefaultOutboundAction': 'two keys'}},
    },
    'unknown',
    {because: /DefaultOutboundAction/},
  ],
  [
    'another local setting that could not be read',
    {
      settings: {local: {EnableFirewall: 1}},
      state: {unreadable: {'profiles.domain.local.DisableNotifications': 'two keys'}},
    },
    'allow',
  ],
  [
    'settings of another profile that could not be read',
    {state: {unreadable: {'profiles.public.local': 'denied'}}},
    'allow',
  ],
  [
    'rules that could not be read while the firewall is off',
    {settings: {local: {EnableFirewall: 0}}, state: {unreadable: {'rules.local': 'denied'}}},
    'allow',
  ],
]
