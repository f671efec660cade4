import type {WindowsFirewallState} from '../../../../src/firewall/windows/state.ts'
import {BLOCKING} from '../host.ts'
import type {Case} from './case.ts'

const BLOCK_443 = 'Action=Block|Protocol=6|RPort=443'

/** A VPN beside the domain's network: what goes to 172.31.0.0/16 takes it, and it is Public. */
const VPN: Partial<WindowsFirewallState> = {
  activeProfiles: ['domain', 'public'],
  interfaceProfiles: {'Ethernet 2': 'domain', 'Ethernet 2 VPN': 'public'},
  interfaces: {'Ethernet 2': ['10.9.0.2/24'], 'Ethernet 2 VPN': ['172.16.0.2/24']},
  routes: [
    'default via 10.9.0.1 dev Ethernet 2 metric 25',
    '172.31.0.0/16 via 172.16.0.1 dev Ethernet 2 VPN metric 5',
  ],
}
const NO_ROUTES = {...VPN, routes: []}
const OVER_VPN = {probe: {to: '172.31.4.5'}} as const
const PUBLIC_BLOCKS = {profiles: {public: BLOCKING}} as const

/** Which profiles are in force for a connection. */
export const PROFILE_CASES: readonly Case[] = [
  ['a rule for this profile', {local: [`${BLOCK_443}|Profile=Domain`]}, 'block'],
  ['a rule for another profile', {local: [`${BLOCK_443}|Profile=Public`]}, 'allow'],
  ['a rule for two profiles', {local: [`${BLOCK_443}|Profile=Public|Profile=Domain`]}, 'block'],
  ['a rule for a profile that is none', {local: [`${BLOCK_443}|Profile=Home`]}, 'unknown'],
  [
    'a rule for a profile that is none, and this one',
    {local: [`${BLOCK_443}|Profile=Home|Profile=Domain`]},
    'unknown',
  ],
  ['another profile blocks by default', PUBLIC_BLOCKS, 'allow'],
  [
    'the public profile in force',
    {...PUBLIC_BLOCKS, state: {activeProfiles: ['public'], interfaceProfiles: {Ethernet: 'public'}}},
    'block',
    {blocker: 'local/public/policy'},
  ],
  [
    'the private profile in force',
    {
      profiles: {private: BLOCKING},
      state: {activeProfiles: ['private'], interfaceProfiles: {Ethernet: 'private'}},
    },
    'block',
    {blocker: 'local/private/policy'},
  ],
  ['no profile known, all let it out', {state: {activeProfiles: [], interfaceProfiles: {}}}, 'allow'],
  [
    'no profile known, one blocks',
    {...PUBLIC_BLOCKS, state: {activeProfiles: [], interfaceProfiles: {}}},
    'unknown',
    {because: /public profile/},
  ],
  [
    'no profile known, all block',
    {
      profiles: {domain: BLOCKING, private: BLOCKING, public: BLOCKING},
      state: {activeProfiles: [], interfaceProfiles: {}},
    },
    'block',
  ],
  [
    'no profile known, a block for every profile',
    {local: [BLOCK_443], state: {activeProfiles: [], interfaceProfiles: {}}},
    'block',
  ],
  [
    'several active, no interface known, they agree',
    {state: {...VPN, interfaces: {}, interfaceProfiles: {}, routes: []}},
    'allow',
  ],
  [
    'several active, no interface known, they disagree',
    {...PUBLIC_BLOCKS, state: {...VPN, interfaces: {}, interfaceProfiles: {}, routes: []}},
    'unknown',
    {because: /public profile \(local\): DefaultOutboundAction=1/},
  ],
  [
    'several active, no interface known, both block',
    {local: [BLOCK_443], state: {...VPN, interfaces: {}, interfaceProfiles: {}, routes: []}},
    'block',
  ],
  ['over the domain, the VPN blocks', {...PUBLIC_BLOCKS, state: VPN}, 'allow'],
  [
    'over the VPN, the VPN blocks',
    {...PUBLIC_BLOCKS, state: VPN},
    'block',
    {...OVER_VPN, blocker: 'local/public/policy'},
  ],
  ['over the VPN, the domain blocks', {settings: BLOCKING, state: VPN}, 'allow', OVER_VPN],
  [
    'over the domain, the domain blocks',
    {settings: BLOCKING, state: VPN},
    'block',
    {blocker: 'local/domain/policy'},
  ],
  [
    'on the link of the VPN, without routes',
    {...PUBLIC_BLOCKS, state: NO_ROUTES},
    'block',
    {probe: {to: '172.16.0.9'}},
  ],
  ['far away, without routes', {...PUBLIC_BLOCKS, state: NO_ROUTES}, 'unknown'],
  [
    'an interface without a profile',
    {...PUBLIC_BLOCKS, state: {...VPN, interfaceProfiles: {'Ethernet 2 VPN': 'public'}}},
    'unknown',
  ],
  [
    'only the profiles of interfaces are known',
    {
      ...PUBLIC_BLOCKS,
      state: {activeProfiles: [], interfaceProfiles: {Ethernet: 'public'}, routes: [], interfaces: {}},
    },
    'block',
  ],
  [
    'a rule of the VPN profile is none of the domain',
    {local: [`${BLOCK_443}|Profile=Public`], state: VPN},
    'allow',
  ],
  [
    'the local subnet of another interface',
    {local: ['Action=Block|RA4=LocalSubnet'], state: VPN},
    'block',
    {probe: {to: '172.16.0.9'}},
  ],
]
