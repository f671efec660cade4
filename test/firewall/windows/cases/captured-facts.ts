import type {WindowsFirewallState} from '../../../../src/firewall/windows/state.ts'
import {BLOCKING, type Given} from '../host.ts'
import type {Case} from './case.ts'

const block = (conditions: string, state: Partial<WindowsFirewallState> = {}): Given => ({
  local: [`Action=Block|${conditions}`],
  state,
})

const SERVERS: Partial<WindowsFirewallState> = {
  servers: {
    dns: {ipv4: ['10.9.0.53', '52.95.110.1'], ipv6: ['fe80::53%7']},
    dhcp: {ipv4: ['10.9.0.67']},
    wins: {ipv4: [], ipv6: []},
  },
}
const at = (to: string) => ({probe: {to}})

const ETHERNET = '{6D6F0001-0000-4000-8000-000000000000}'
const VPN = '{6D6F0002-0000-4000-8000-000000000000}'
const ADAPTERS: Partial<WindowsFirewallState> = {
  adapters: {[ETHERNET]: {name: 'Ethernet', type: 6}, [VPN]: {name: 'VPN', type: 23}},
}
/** Two ways out: all to the VPN's network takes the VPN. */
const TWO_WAYS: Partial<WindowsFirewallState> = {
  ...ADAPTERS,
  activeProfiles: ['domain'],
  interfaceProfiles: {Ethernet: 'domain', VPN: 'domain'},
  interfaces: {Ethernet: ['10.9.0.2/24'], VPN: ['172.16.0.2/24']},
  routes: ['default via 10.9.0.1 dev Ethernet metric 25', '172.31.0.0/16 via 172.16.0.1 dev VPN metric 5'],
}
const OVER_VPN = {probe: {to: '172.31.4.5'}} as const
const disabled = (list: string, state: Partial<WindowsFirewallState> = TWO_WAYS): Given => ({
  settings: {local: {...BLOCKING.local, DisabledInterfaces: list}},
  state,
})
const PACKAGED = {probe: {program: 'C:\\Program Files\\WindowsApps\\x\\x.exe'}} as const
const AGENT = {probe: {program: 'C:\\Program Files (x86)\\AWS Replication Agent\\agent.exe'}} as const
const PFN = 'PFN=Microsoft.WindowsCalculator_8wekyb3d8bbwe'

const release = (osVersion: string, skipped: string, verdict: 'allow' | 'block' | 'unknown'): Case => [
  `Windows ${osVersion}, skipped up to ${skipped}`,
  block(`SkipVer=${skipped}`, {osVersion}),
  verdict,
]
const ports = (ipv4: [number, number]): Partial<WindowsFirewallState> => ({dynamicPorts: {ipv4}})

/** What a host knows of itself decides a rule that would be in doubt without. */
export const FACT_CASES: readonly Case[] = [
  ['the default gateway', block('RA4=DefaultGateway'), 'block', at('10.9.0.1')],
  ['not the default gateway', block('RA4=DefaultGateway'), 'allow'],
  ['the default gateway of IPv6', block('RA6=DefaultGateway'), 'block', at('fd09::1')],
  ['not the default gateway of IPv6', block('RA6=DefaultGateway'), 'allow', at('2600:1f00::1')],
  ['a default gateway that is not known', block('RA4=DefaultGateway', {routes: []}), 'unknown'],
  [
    'no default gateway',
    block('RA4=DefaultGateway', {routes: ['10.9.0.0/24 dev Ethernet metric 256']}),
    'allow',
  ],
  [
    'a gateway of other routes',
    block('RA4=DefaultGateway', {routes: ['10.7.0.0/16 via 10.9.0.9 dev Ethernet metric 1']}),
    'allow',
    at('10.9.0.9'),
  ],
  ['a DNS server', block('RA4=DNS', SERVERS), 'block'],
  ['not a DNS server', block('RA4=DNS', SERVERS), 'allow', at('52.95.110.2')],
  ['DNS servers that were not captured', block('RA4=DNS'), 'unknown'],
  ['a DNS server of IPv6, with a zone', block('RA6=DNS', SERVERS), 'block', at('fe80::53')],
  [
    'an allow for DNS servers',
    {settings: BLOCKING, local: ['Action=Allow|RA4=DNS'], state: SERVERS},
    'allow',
  ],
  ['the DHCP server', block('RA4=DHCP', SERVERS), 'block', at('10.9.0.67')],
  ['not the DHCP server', block('RA4=DHCP', SERVERS), 'allow'],
  ['a DHCP server of IPv6, not captured', block('RA6=DHCP', SERVERS), 'unknown', at('2600:1f00::1')],
  ['no WINS servers', block('RA4=WINS', SERVERS), 'allow'],
  ['WINS servers that were not captured', block('RA4=WINS'), 'unknown'],
  ['DNS servers, or the address', block('RA4=DNS|RA4=52.95.110.1'), 'block'],
  ['the keyword Internet stays open', block('RA42=IntErnet', SERVERS), 'unknown'],

  ['the adapter', block(`IF=${ETHERNET}`, TWO_WAYS), 'block'],
  ['the adapter without braces', block(`IF=${ETHERNET.slice(1, -1).toLowerCase()}`, TWO_WAYS), 'block'],
  ['another adapter', block(`IF=${VPN}`, TWO_WAYS), 'allow'],
  ['the other adapter, that way', block(`IF=${VPN}`, TWO_WAYS), 'block', OVER_VPN],
  ['either adapter', block(`IF=${VPN}|IF=${ETHERNET}`, TWO_WAYS), 'block'],
  ['an adapter that is gone', block('IF={6D6F0009-0000-4000-8000-000000000000}', TWO_WAYS), 'allow'],
  ['adapters that were not captured', block(`IF=${ETHERNET}`), 'unknown'],
  ['an adapter, the way not known', block(`IF=${ETHERNET}`, {...TWO_WAYS, routes: []}), 'unknown'],
  ['a wired adapter', block('IFType=Lan', TWO_WAYS), 'block'],
  ['a wireless adapter', block('IFType=Wireless', TWO_WAYS), 'allow'],
  ['wired or wireless', block('IFType=Wireless|IFType=Lan', TWO_WAYS), 'block'],
  ['remote access', block('IFType=RemoteAccess', TWO_WAYS), 'allow'],
  ['remote access, that way', block('IFType=RemoteAccess', TWO_WAYS), 'block', OVER_VPN],
  [
    'a type that may be any',
    block('IFType=Lan', {...TWO_WAYS, adapters: {[ETHERNET]: {name: 'Ethernet', type: 53}}}),
    'unknown',
  ],
  [
    'a type that was not captured',
    block('IFType=Lan', {...TWO_WAYS, adapters: {[ETHERNET]: {name: 'Ethernet'}}}),
    'unknown',
  ],
  ['types that were not captured', block('IFType=Lan'), 'unknown'],

  ['the adapter is left out of the firewall', disabled(ETHERNET), 'allow'],
  ['another adapter is left out', disabled(VPN), 'block'],
  ['the other adapter is left out, that way', disabled(VPN), 'allow', OVER_VPN],
  ['both are left out', disabled(`${VPN},${ETHERNET}`), 'allow'],
  ['an adapter that is gone is left out', disabled('{6D6F0009-0000-4000-8000-000000000000}'), 'block'],
  ['left out, adapters not captured', disabled(ETHERNET, {}), 'unknown', {because: /DisabledInterfaces/}],
  ['a list of adapters that is none', disabled('Ethernet'), 'unknown', {because: /DisabledInterfaces/}],
  [
    "Group Policy's list wins over the host's own",
    {
      settings: {
        local: {...BLOCKING.local, DisabledInterfaces: ETHERNET},
        groupPolicy: {DisabledInterfaces: VPN},
      },
      state: TWO_WAYS,
    },
    'block',
  ],
  [
    "Group Policy's empty list wins, too",
    {
      settings: {
        local: {...BLOCKING.local, DisabledInterfaces: ETHERNET},
        groupPolicy: {DisabledInterfaces: ''},
      },
      state: TWO_WAYS,
    },
    'block',
  ],
  [
    'IPsec is required on an adapter that is left out',
    {
      settings: {local: {...BLOCKING.local, DisabledInterfaces: ETHERNET}},
      state: {
        ...TWO_WAYS,
        connectionSecurityRules: {local: {a: 'v2.31|Action=Secure|Active=TRUE|Name=a|'}},
      },
    },
    'unknown',
    {because: /IPsec, required by/},
  ],

  [
    'local ports that hold the dynamic ones',
    block('Protocol=6|LPort2_10=49152-65535', ports([49152, 65535])),
    'block',
  ],
  [
    'local ports that hold none of them',
    block('Protocol=6|LPort2_10=1025-49151', ports([49152, 65535])),
    'allow',
  ],
  [
    'local ports that hold some of them',
    block('Protocol=6|LPort2_10=50000-65535', ports([49152, 65535])),
    'unknown',
  ],
  [
    'local ports that hold them in two pieces',
    block('Protocol=6|LPort2_10=55000-65535|LPort2_10=40000-54999', ports([49152, 65535])),
    'block',
  ],
  ['local ports, the range moved', block('Protocol=6|LPort2_10=49152-65535', ports([10000, 20000])), 'allow'],
  ['local ports, not captured', block('Protocol=6|LPort2_10=49152-65535'), 'unknown'],
  [
    'local ports of the other family, not captured',
    block('Protocol=6|LPort2_10=49152-65535', ports([49152, 65535])),
    'unknown',
    at('2600:1f00::1'),
  ],

  ['a package by its family, any program asked', block(PFN), 'allow'],
  ['a package by its family, the agent asked', block(PFN), 'allow', AGENT],
  ['a package by its family, a packaged program asked', block(PFN), 'unknown', PACKAGED],
  ['an allow of a package by its family', {settings: BLOCKING, local: [`Action=Allow|${PFN}`]}, 'block'],

  release('10.0.14393', '2.25', 'block'),
  release('10.0.14393', '2.26', 'allow'),
  release('10.0.17763', '2.28', 'block'),
  release('10.0.17763', '2.29', 'allow'),
  release('10.0.17763', '2.31', 'allow'),
  release('10.0.20348', '2.30', 'block'),
  release('10.0.20348', '2.31', 'allow'),
  release('10.0.26100', '2.32', 'block'),
  release('10.0.26100', '2.33', 'allow'),
  release('6.3.9600', '2.21', 'block'),
  release('6.3.9600', '2.22', 'allow'),
  release('6.1.7601', '2.10', 'allow'),
  release('10.0.19045', '2.30', 'unknown'),
  release('10.0.19045', '2.29', 'block'),
  release('10.0.99999', '2.33', 'unknown'),
  release('10.0.99999', '2.32', 'block'),

  [
    'the engine below the firewall stopped, as the service is',
    {settings: BLOCKING, state: {firewallService: 'stopped', baseFilteringEngine: 'stopped'}},
    'allow',
  ],
  [
    'the engine stopped, the service not known',
    {settings: BLOCKING, state: {baseFilteringEngine: 'stopped', unreadable: {firewallService: 'no sc'}}},
    'allow',
  ],
  [
    'the engine stopped, the service running, which cannot be',
    {settings: BLOCKING, state: {baseFilteringEngine: 'stopped'}},
    'unknown',
    {because: /firewall is on/},
  ],
  ['the engine running', {settings: BLOCKING, state: {baseFilteringEngine: 'running'}}, 'block'],
]
