import {BLOCKING, type Given} from '../host.ts'
import type {Case} from './case.ts'

const SECURE_443 = 'Action=Allow|Protocol=6|RPort=443|Security=Authenticate'
const PLAIN_443 = 'Action=Allow|Protocol=6|RPort=443'
const BYPASS = 'Action=Allow|Security=Authenticate|AuthByPassOut=TRUE'

/** Firewall rules that ask whether IPsec has authenticated a connection. Source: MS-FASP 2.2.35. */
const SECURE_RULES: readonly Case[] = [
  ['an allow with IPsec where nothing else allows', {settings: BLOCKING, local: [SECURE_443]}, 'unknown'],
  [
    'an allow with IPsec blocks what is not authenticated, whatever the default',
    {local: [SECURE_443]},
    'unknown',
    {because: /allows only traffic authenticated by IPsec/},
  ],
  [
    'with encryption',
    {local: ['Action=Allow|Protocol=6|RPort=443|Security=AuthenticateEncrypt']},
    'unknown',
    {because: /AuthenticateEncrypt/},
  ],
  [
    'without encapsulation',
    {local: [`${SECURE_443}|Security2_9=An-NoEncap`]},
    'unknown',
    {because: /An-NoEncap/},
  ],
  ['by the later field alone', {local: ['Action=Allow|Protocol=6|RPort=443|Security2=AnE-Nego']}, 'unknown'],
  [
    'a security realm',
    {local: ['Action=Allow|Protocol=6|RPort=443|SecurityRealmId=S-1-0-1']},
    'unknown',
    {because: /SecurityRealmId/},
  ],
  ['a security realm of a block', {local: ['Action=Block|SecurityRealmId=x']}, 'unknown'],
  ['by Group Policy', {groupPolicy: [SECURE_443]}, 'unknown'],
  [
    'with IPsec for another port',
    {local: ['Action=Allow|Protocol=6|RPort=80|Security=Authenticate']},
    'allow',
  ],
  [
    'with IPsec for another address, default block',
    {settings: BLOCKING, local: ['Action=Allow|RA4=10.0.0.0/8|Security=Authenticate']},
    'block',
  ],
  ['with IPsec, switched off', {local: [`${SECURE_443}|Active=FALSE`]}, 'allow'],
  ['with IPsec, the firewall off', {settings: {local: {EnableFirewall: 0}}, local: [SECURE_443]}, 'allow'],
  ['beside a plain allow', {settings: BLOCKING, local: [SECURE_443, PLAIN_443]}, 'allow'],
  ['beside a plain allow, by default allowed', {local: [SECURE_443, PLAIN_443]}, 'allow'],
  [
    'beside a plain allow and a block in doubt: only that is named',
    {local: [SECURE_443, PLAIN_443, 'Action=Block|LUAuth=x']},
    'unknown',
    {because: /^v2.31[^\n]*Action=Block[^\n]*$/},
  ],
  ['does not beat a block', {local: ['Action=Block', 'Action=Allow|Security=Authenticate']}, 'block'],
  ['a bypass over a block', {local: ['Action=Block', BYPASS]}, 'unknown', {because: /AuthByPassOut/}],
  ['a bypass where all is allowed', {local: [BYPASS]}, 'unknown', {because: /AuthByPassOut/}],
  [
    'a bypass for another port does not beat a block',
    {local: ['Action=Block', `${BYPASS.replace('Allow', 'Allow|Protocol=6|RPort=80')}`]},
    'block',
  ],
  ['a bypass beside a plain allow', {settings: BLOCKING, local: [BYPASS, PLAIN_443]}, 'allow'],
  ['ByPass on an outbound rule', {local: ['Action=Block', 'Action=ByPass|Security=Authenticate']}, 'unknown'],
]

type SecurityRules = NonNullable<NonNullable<Given['state']>['connectionSecurityRules']>

const SETS =
  'Auth1Set={E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE3}|Auth2Set={E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE4}|Crypto2Set={E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE2}|'
const security = (conditions: string, sets = SETS) =>
  `v2.33|${conditions}|Name=Auth|Desc=|${/Active=/.test(conditions) ? '' : 'Active=TRUE|'}${sets}`
const REQUIRE = security('Action=Secure')
const exempt = (conditions: string) => security(`Action=DoNotSecure|${conditions}`, '')

const withSecurity = (rules: SecurityRules, given: Given = {}): Given => ({
  ...given,
  state: {...given.state, connectionSecurityRules: rules},
})
const locally = (...texts: readonly string[]) =>
  withSecurity({local: Object.fromEntries(texts.map((text, at) => [`cs-${at + 1}`, text]))})

/** Rules that have connections secured. Source: MS-GPFAS 2.2.6, MS-FASP 2.2.52, 2.2.55. */
const CONNECTION_SECURITY: readonly Case[] = [
  ['not captured', {}, 'allow'],
  ['none', withSecurity({local: {}, groupPolicy: {}, mdm: {}}), 'allow'],
  [
    'IPsec is required',
    locally(REQUIRE),
    'unknown',
    {because: /IPsec, required by the local connection security rule cs-1: v2\.33/},
  ],
  [
    'IPsec is required by Group Policy',
    withSecurity({groupPolicy: {auth: REQUIRE}}),
    'unknown',
    {because: /required by the Group Policy connection security rule auth/},
  ],
  [
    'IPsec is required by MDM',
    withSecurity({mdm: {auth: REQUIRE}}),
    'unknown',
    {because: /the MDM connection/},
  ],
  // As a published export has it, which only tries on the way out.
  ['IPsec is asked for', locally(security('Action=SecureServer')), 'allow'],
  ['IPsec is asked for both ways', locally(security('Action=Boundary')), 'allow'],
  ['no IPsec', locally(exempt('EP2_4=52.95.110.1')), 'allow'],
  ['an action that is none', locally(security('Action=Encrypt')), 'unknown'],
  ['no action', locally(security('Profile=Domain')), 'unknown'],
  ['switched off', locally(security('Action=Secure|Active=FALSE')), 'allow'],
  ['without Active', locally(`v2.33|Action=Secure|Name=a|${SETS}`), 'allow'],
  ['for this profile', locally(security('Action=Secure|Profile=Domain')), 'unknown'],
  ['for another profile', locally(security('Action=Secure|Profile=Public')), 'allow'],
  ['for TCP', locally(security('Action=Secure|Protocol=6')), 'unknown'],
  ['for UDP', locally(security('Action=Secure|Protocol=17')), 'allow'],
  ['for the port', locally(security('Action=Secure|Protocol=6|EP2Port=443')), 'unknown'],
  ['for a range of ports', locally(security('Action=Secure|Protocol=6|EP2Port2_10=400-500')), 'unknown'],
  ['for another port', locally(security('Action=Secure|Protocol=6|EP2Port=445')), 'allow'],
  ['for the address', locally(security('Action=Secure|EP2_4=52.95.0.0/16')), 'unknown'],
  ['for the own networks', locally(security('Action=Secure|EP1_4=10.0.0.0/8|EP2_4=10.0.0.0/8')), 'allow'],
  // This host is in the second endpoint, and the first one is any.
  ['for what any has with the own networks', locally(security('Action=Secure|EP2_4=10.0.0.0/8')), 'unknown'],
  ['for other networks', locally(security('Action=Secure|EP2_4=172.16.0.0/12')), 'allow'],
  ['for the own address', locally(security('Action=Secure|EP1_4=10.9.0.2|EP2_4=52.95.0.0/16')), 'unknown'],
  ['for another host', locally(security('Action=Secure|EP1_4=10.9.0.3|EP2_4=52.95.0.0/16')), 'allow'],
  [
    'for the address, with this host second',
    locally(security('Action=Secure|EP1_4=52.95.0.0/16|EP2_4=10.9.0.2')),
    'unknown',
  ],
  ['for IPv6', locally(security('Action=Secure|EP2_6=2600::/16')), 'allow'],
  [
    'for IPv6, asked',
    locally(security('Action=Secure|EP2_6=2600::/16')),
    'unknown',
    {probe: {to: '2600:1f00::1'}},
  ],
  ['for the local subnet', locally(security('Action=Secure|EP1_4=LocalSubnet|EP2_4=LocalSubnet')), 'allow'],
  [
    'for the local subnet, asked',
    locally(security('Action=Secure|EP2_4=LocalSubnet')),
    'unknown',
    {probe: {to: '10.9.0.77'}},
  ],
  [
    'through a tunnel',
    locally(
      security('Action=Secure|EP1_4=10.9.0.0/24|EP2_4=52.95.0.0/16|LTunnel4=10.9.0.2|RTunnel4=1.2.3.4'),
    ),
    'unknown',
  ],
  ['of a security realm', locally(security('Action=Secure|SecurityRealmEnabled=TRUE')), 'unknown'],
  ['for Windows 7 alone', locally(security('Action=Secure|Platform=2:6:1')), 'allow'],
  ['of a schema to come', locally('v3.0|Action=Secure|Active=TRUE|Name=a|'), 'allow'],
  ['cut off', locally('v2.33|Action=Secure|Active=TRUE|Name='), 'unknown'],
  ['an exemption of the address', locally(REQUIRE, exempt('EP2_4=52.95.110.0/24')), 'allow'],
  ['an exemption of the port', locally(REQUIRE, exempt('Protocol=6|EP2Port=443')), 'allow'],
  ['an exemption of another address', locally(REQUIRE, exempt('EP2_4=10.0.0.0/8')), 'unknown'],
  ['an exemption of another port', locally(REQUIRE, exempt('Protocol=6|EP2Port=445')), 'unknown'],
  [
    'an exemption that is wider than the demand',
    locally(security('Action=Secure|EP2_4=52.95.110.0/24'), exempt('EP2_4=52.0.0.0/8')),
    'unknown',
  ],
  [
    'an exemption that is as wide, of a demand for one port',
    locally(security('Action=Secure|Protocol=6|EP2Port=443'), exempt('Protocol=6')),
    'unknown',
  ],
  ['an exemption in doubt', locally(REQUIRE, exempt('EP2_4=52.95.110.1|Later=x')), 'unknown'],
  [
    'an exemption that does not count',
    withSecurity(
      {local: {a: exempt('EP2_4=52.95.110.1')}, groupPolicy: {b: REQUIRE}},
      {settings: {groupPolicy: {AllowLocalIPsecPolicyMerge: 0}}},
    ),
    'unknown',
  ],
  [
    'a demand that does not count',
    withSecurity({local: {a: REQUIRE}}, {settings: {groupPolicy: {AllowLocalIPsecPolicyMerge: 0}}}),
    'allow',
  ],
  [
    'a demand of Group Policy counts',
    withSecurity({groupPolicy: {a: REQUIRE}}, {settings: {groupPolicy: {AllowLocalIPsecPolicyMerge: 0}}}),
    'unknown',
  ],
  [
    'a local AllowLocalIPsecPolicyMerge means nothing',
    withSecurity({local: {a: REQUIRE}}, {settings: {local: {AllowLocalIPsecPolicyMerge: 0}}}),
    'unknown',
  ],
  ['blocked all the same', withSecurity({local: {a: REQUIRE}}, {local: ['Action=Block']}), 'block'],
  [
    'the firewall off',
    withSecurity({local: {a: REQUIRE}}, {settings: {local: {EnableFirewall: 0}}}),
    'allow',
  ],
  [
    'rules that could not be read',
    {state: {unreadable: {'connectionSecurityRules.groupPolicy': 'denied'}}},
    'unknown',
    {because: /connectionSecurityRules.groupPolicy could not be read: denied/},
  ],
  [
    'local rules that could not be read and do not count',
    {
      settings: {groupPolicy: {AllowLocalIPsecPolicyMerge: 0}},
      state: {unreadable: {'connectionSecurityRules.local': 'denied'}},
    },
    'allow',
  ],
]

export const IPSEC_CASES: readonly Case[] = [
  ...SECURE_RULES.map(([what, ...rest]) => [`firewall rules: ${what}`, ...rest] as const),
  ...CONNECTION_SECURITY.map(([what, ...rest]) => [`connection security: ${what}`, ...rest] as const),
]
