import {BLOCKING} from '../host.ts'
import type {Case} from './case.ts'

const RESOLVER = {to: '10.9.0.53', port: 53, protocol: 'udp'} as const
const QUERY = {probe: RESOLVER} as const
const DNS_CLIENT = 'C:\\Windows\\System32\\svchost.exe'
const BY_DNS_CLIENT = {
  state: {environment: {SYSTEMROOT: 'C:\\Windows'}},
} as const
const FOR_DNS_CLIENT = 'App=%SystemRoot%\\system32\\svchost.exe|Svc=dnscache'

const demanding = (conditions: string) => ({
  state: {
    connectionSecurityRules: {
      local: {ipsec: `v2.31|Action=Secure|Active=TRUE|${conditions}|Name=ipsec|`},
      groupPolicy: {},
      mdm: {},
    },
  },
})

/** UDP: rules are matched by their protocol like those for TCP. */
export const DATAGRAM_CASES: readonly Case[] = [
  ['UDP without rules', {}, 'allow', QUERY],
  [
    'a block of UDP 53',
    {local: ['Action=Block|Protocol=17|RPort=53']},
    'block',
    {...QUERY, blocker: 'local/domain/local-1'},
  ],
  ['by Group Policy', {groupPolicy: ['Action=Block|Protocol=17|RPort=53']}, 'block', QUERY],
  ['a block of another port of UDP', {local: ['Action=Block|Protocol=17|RPort=123']}, 'allow', QUERY],
  ['a block of TCP 53', {local: ['Action=Block|Protocol=6|RPort=53']}, 'allow', QUERY],
  [
    'a block of TCP 53, asked for TCP',
    {local: ['Action=Block|Protocol=6|RPort=53']},
    'block',
    {
      probe: {...RESOLVER, protocol: 'tcp'},
    },
  ],
  ['a block of any protocol', {local: ['Action=Block|Desc=all']}, 'block', QUERY],
  [
    'a block of the DNS servers',
    {local: ['Action=Block|Protocol=17|RA4=DNS'], state: {servers: {dns: {ipv4: ['10.9.0.53']}}}},
    'block',
    QUERY,
  ],
  ['a default that blocks', {settings: BLOCKING}, 'block', {...QUERY, blocker: 'local/domain/policy'}],
  [
    'the same with an allow of UDP 53',
    {settings: BLOCKING, local: ['Action=Allow|Protocol=17|RPort=53']},
    'allow',
    QUERY,
  ],
  [
    'the same with an allow of TCP 53',
    {settings: BLOCKING, local: ['Action=Allow|Protocol=6|RPort=53']},
    'block',
    QUERY,
  ],
  [
    'the allow of the DNS client alone, asked by it: whether the service asks, the probe does not say',
    {...BY_DNS_CLIENT, settings: BLOCKING, local: [`Action=Allow|Protocol=17|RPort=53|${FOR_DNS_CLIENT}`]},
    'unknown',
    {probe: {...RESOLVER, program: DNS_CLIENT}},
  ],
  [
    'the dynamic ports are captured for TCP alone',
    {
      local: ['Action=Block|Protocol=17|LPort2_10=49152-65535'],
      state: {dynamicPorts: {ipv4: [49152, 65535]}},
    },
    'unknown',
    QUERY,
  ],
  ['IPsec demanded of UDP', demanding('Protocol=17'), 'unknown', QUERY],
  ['IPsec demanded of TCP', demanding('Protocol=6'), 'allow', QUERY],
  [
    'IPsec demanded of TCP, asked for TCP',
    demanding('Protocol=6'),
    'unknown',
    {
      probe: {...RESOLVER, protocol: 'tcp'},
    },
  ],
]
