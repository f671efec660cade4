import {BLOCKING} from '../host.ts'
import type {Case} from './case.ts'

const raw = (text: string) => ({local: [`v2.31|Active=TRUE|Dir=Out|Name=a|${text}|`]})
const rule = (conditions: string) => raw(`Action=Block|${conditions}`)
/** A block rule that breaks the specification: nobody knows whether it is in force. */
const broken = (what: string, conditions: string, because: RegExp, more: Case[3] = {}): Case => [
  what,
  rule(conditions),
  'unknown',
  {...more, because},
]
const valid = (what: string, conditions: string, more: Case[3] = {}): Case => [
  what,
  rule(conditions),
  'block',
  more,
]
/** Whatever a host makes of it, it is not about the connection. */
const elsewhere = (what: string, conditions: string): Case => [what, rule(conditions), 'allow']
const older = (minor: number, conditions: string) => ({
  local: [`v2.${minor}|Action=Block|Active=TRUE|Dir=Out|Name=a|${conditions}|`],
})
const V6 = {probe: {to: '2600:1f00::1'}} as const
const BY = (program: string) => ({probe: {program}})
const A = 'C:\\a.exe'
const MANY = Array.from({length: 1_000}, (_, at) => `RA4=10.1.${at >> 8}.${at & 255}`).join('|')

/** Requirements of MS-GPFAS 2.2.2 and MS-FASP 2.2.37 that a rule breaks, each with its neighbors that break none. */
export const REQUIREMENT_CASES: readonly Case[] = [
  broken('Action twice', 'Action=Block|RPort=443', /names action more than once/),
  broken('Dir twice', 'Dir=Out', /names dir more than once/),
  broken('Protocol twice', 'Protocol=6|Protocol=6|RPort=443', /names protocol more than once/),
  broken('two protocols, one of them TCP', 'Protocol=17|Protocol=6', /more than once/),
  broken('Active twice', 'Active=TRUE', /names active more than once/),
  broken('Active both', 'Active=FALSE', /names active more than once/),
  broken('two programs, the first asked', 'App=C:\\a.exe|App=C:\\b.exe', /names app more than once/, BY(A)),
  broken('two programs, the last asked', 'App=C:\\b.exe|App=C:\\a.exe', /names app more than once/, BY(A)),
  elsewhere('two programs, no program asked', 'App=C:\\b.exe|App=C:\\a.exe'),
  broken('two services', 'Svc=a|Svc=*', /names svc more than once/),
  broken('two names', 'Name=b|Protocol=6', /names name more than once/),
  broken('two descriptions', 'Desc=a|Desc=b', /names desc more than once/),
  broken('LOM twice', 'LOM=FALSE|LOM=FALSE', /names lom more than once/),
  valid('two profiles', 'Profile=Domain|Profile=Public'),
  valid('two ports', 'Protocol=6|RPort=80|RPort=443'),

  ['no action', raw('Protocol=6|RPort=443'), 'unknown', {because: /has no Action/}],
  ['no action, another port', raw('Protocol=6|RPort=80'), 'allow'],
  [
    'no name',
    {local: ['v2.31|Active=TRUE|Dir=Out|Action=Block|Protocol=6|']},
    'unknown',
    {because: /has no Name/},
  ],
  [
    'a disabled rule without a name',
    {local: ['v2.31|Active=FALSE|Dir=Out|Action=Block|Protocol=6|']},
    'allow',
  ],
  [
    'an allow without a name',
    {settings: BLOCKING, local: ['v2.31|Active=TRUE|Dir=Out|Action=Allow|Protocol=6|']},
    'unknown',
    {because: /has no Name/},
  ],
  [
    'a name that is empty',
    {local: ['v2.31|Active=TRUE|Dir=Out|Action=Block|Name=|']},
    'unknown',
    {because: /says name=,/},
  ],
  [
    'the name ALL',
    {local: ['v2.31|Active=TRUE|Dir=Out|Action=Block|Name=All|']},
    'unknown',
    {because: /says name=All,/},
  ],
  [
    'a name that is too long',
    {local: [`v2.31|Active=TRUE|Dir=Out|Action=Block|Name=${'n'.repeat(10_000)}|`]},
    'unknown',
  ],
  valid('a description that is empty', 'Desc='),
  valid('no description', 'Protocol=6'),
  [
    'an id that is too long',
    {state: {rules: {local: {['i'.repeat(512)]: 'v2.31|Active=TRUE|Dir=Out|Action=Block|Name=a|'}}}},
    'unknown',
    {because: /id that is not valid/},
  ],
  [
    'an id that is empty',
    {state: {rules: {local: {'': 'v2.31|Active=TRUE|Dir=Out|Action=Block|Name=a|'}}}},
    'unknown',
    {because: /id that is not valid/},
  ],

  broken('a protocol above 255', 'Protocol=256', /says protocol=256/),
  broken('a protocol of four digits', 'Protocol=0006', /says protocol=0006/),
  broken('ports before the protocol', 'RPort=443|Protocol=6', /ports before TCP or UDP/),
  broken('ports without a protocol', 'RPort=443', /ports before TCP or UDP/),
  broken('local ports without a protocol', 'LPort2_10=1-65535', /ports before TCP or UDP/),
  elsewhere('ports of another protocol', 'Protocol=47|RPort=443'),
  broken('types of ICMP with TCP', 'Protocol=6|ICMP4=8:*', /types of ICMP before/),
  broken('types of ICMP without a protocol', 'ICMP6=133:*', /types of ICMP before/),
  broken('ports and types of ICMP', 'Protocol=6|RPort=443|ICMP4=8:*', /ICMP/),
  broken('a range in RPort', 'Protocol=6|RPort=400-500', /says rport=400-500/),
  broken('a single port in RPort2_10', 'Protocol=6|RPort2_10=443', /says rport2_10=443/),
  broken('a range that runs backwards', 'Protocol=6|RPort2_10=500-400', /says rport2_10=500-400/),
  broken('a port above 65535', 'Protocol=6|RPort=443|RPort=65536', /says rport=65536/),
  broken('a port that is none', 'Protocol=6|RPort=https', /says rport=https/),
  broken('a port with a sign', 'Protocol=6|RPort=+443', /says rport/),
  valid('a range from 0', 'Protocol=6|RPort2_10=0-500'),
  broken(
    'the keyword of the other side in LPort',
    'Protocol=6|LPort2_10=IPTLSOut',
    /says lport2_10=IPTLSOut/,
  ),
  broken('local ports by RPC', 'Protocol=6|LPort=RPC', /own ports by a keyword/),
  broken('local ports by RPC-EPMap', 'Protocol=6|RPort=443|LPort=RPC-EPMap', /own ports by a keyword/),
  broken('local ports by mDNS', 'Protocol=6|LPort2_24=mDNS', /own ports by a keyword/),
  broken('local ports by Teredo', 'LPort=Teredo|Protocol=6', /ports before/),
  valid(
    "the other side's keyword, which Windows' own rules have",
    'Protocol=6|RPort=443|RPort2_10=IPHTTPSOut',
  ),

  broken('an address that is none', 'RA4=52.95.110', /says ra4=52.95.110/),
  broken('a range of addresses that runs backwards', 'RA4=52.95.110.9-52.95.110.1', /says ra4/),
  broken('a prefix as long as the address', 'RA4=52.95.110.1/32', /says ra4/),
  broken('an empty prefix', 'RA4=0.0.0.0/0', /says ra4/),
  broken('an empty mask', 'RA4=0.0.0.0/0.0.0.0', /says ra4/),
  broken('a mask with holes', 'RA4=52.95.110.1/255.0.255.0', /says ra4/),
  valid('a mask of one address', 'RA4=52.95.110.1/255.255.255.255'),
  valid('the longest prefix', 'RA4=52.95.110.0/31'),
  broken('an IPv6 prefix as long as the address', 'RA6=2600:1f00::1/128', /says ra6/, V6),
  broken('the unspecified address as the beginning', 'RA6=::-ffff::', /says ra6=::-ffff::/, V6),
  valid('the longest IPv6 prefix', 'RA6=2600:1f00::/127', V6),
  broken('IPv6 in an IPv4 field', 'RA4=52.95.110.1|RA4=2600::1', /says ra4=2600::1/),
  broken('a keyword of later fields in RA4', 'RA4=IntErnet', /says ra4=IntErnet/),
  broken('an address in a field for keywords', 'RA42=52.95.110.1', /says ra42/),
  broken('a local address by keyword', 'LA4=LocalSubnet', /says la4=LocalSubnet/),
  elsewhere('a keyword that is none, IPv6 only', 'RA6=Nowhere'),
  broken('1,001 addresses', `RA4=52.95.110.1|${MANY}`, /more than 1,000 values of ra4/),
  valid('1,000 addresses', `RA4=52.95.110.1|${MANY.split('|').slice(1).join('|')}`),

  broken('a path with a slash', 'App=C:/a.exe', /says app=/, BY(A)),
  broken('a path in quotes', 'App="C:\\a.exe"', /says app=/, BY(A)),
  broken('a path that is too long', `App=C:\\${'a\\'.repeat(130)}a.exe|App=C:\\a.exe`, /app/, BY(A)),
  valid('a path', 'App=C:\\a.exe', BY(A)),
  broken('a service with a backslash', 'Svc=*|Svc=a\\b', /svc/),
  broken('an interface that is no GUID', 'IF=Ethernet', /says if=Ethernet/),
  broken('a kind of interface that is none', 'IFType=Ethernet', /says iftype=Ethernet/),
  broken('a profile that is none', 'Profile=Home', /says profile=Home/),
  broken('a flag that is neither', 'LSM=1', /says lsm=1/),
  broken('a platform that is none', 'Platform=Windows', /says platform=Windows/),
  broken('a platform above 7', 'Platform=8:10:0|Platform=2:10:0', /says platform=8:10:0/),
  broken('an operator that is none', 'Platform=2:6:2|Platform2=LTEQ', /says platform2=LTEQ/),
  broken('a version that is none', 'SkipVer=2', /says skipver=2/),

  broken('traversal of NAT', 'Edge=TRUE', /traverse a NAT/),
  broken('traversal of NAT that is deferred', 'Defer=User', /traverse a NAT/),
  valid('no traversal of NAT', 'Edge=FALSE'),
  broken('loose sources with TCP', 'Protocol=6|LSM=TRUE', /LSM/),
  valid('loose sources with any protocol', 'LSM=TRUE'),
  broken('a block with IPsec', 'Security=Authenticate', /demands IPsec, but does not allow/),
  broken('a block with IPsec, by the later field', 'Security2_9=An-NoEncap', /IPsec/),
  broken('remote computers', 'RMauth=O:LSD:(A;;CC;;;S-1-5-32-545)', /remote computers/),
  broken('remote users without IPsec', 'RUAuth=O:LSD:(A;;CC;;;S-1-5-32-545)', /remote users/),
  broken('a bypass of a block', 'AuthByPassOut=TRUE', /overrides block rules without IPsec/),
  [
    'an allow that bypasses without IPsec does not beat a block',
    {local: ['Action=Block', 'Action=Allow|AuthByPassOut=TRUE']},
    'block',
  ],
  [
    'an allow that bypasses without IPsec is in doubt',
    {settings: BLOCKING, local: ['Action=Allow|AuthByPassOut=TRUE']},
    'unknown',
    {because: /overrides block rules without IPsec/},
  ],

  ['LOM before it was known', older(10, 'LOM=TRUE'), 'unknown', {because: /lom, which version 2.10/}],
  ['LOM since', older(20, 'LOM=TRUE'), 'block'],
  ['crossing of profiles before it was known', older(10, 'PCross=TRUE'), 'unknown'],
  ['a later keyword before it was known', older(10, 'RA4=52.95.110.1|RA42=IntrAnet'), 'unknown'],
  ['a later keyword since', older(20, 'RA4=52.95.110.1|RA42=IntrAnet'), 'block'],
  ['the captive portal before it was known', older(29, 'RA4=52.95.110.1|RA42=CaptivePortal'), 'unknown'],
  ['version 1', {local: ['v1.0|Action=Block|Active=TRUE|Dir=Out|Name=a|']}, 'unknown'],
  ['a version above a byte', {local: ['v2.256|Action=Block|Active=TRUE|Dir=Out|Name=a|']}, 'unknown'],
  [
    'whatever is wrong with an inbound rule',
    {local: ['v2.31|Action=Block|Active=TRUE|Dir=In|LPort=RPC|App=a|App=b|']},
    'allow',
  ],
]
