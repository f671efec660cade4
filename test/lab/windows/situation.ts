import {STAGING} from '../lib/topology.ts'
import type {RegistryContent} from './registry-file.ts'
import {ELEVATED, POLICY} from './wine.ts'

const RULES = `${POLICY}\\FirewallRules`
export const HTTPS_OFF =
  'v2.31|Action=Allow|Active=FALSE|Dir=Out|Protocol=6|RPort=443|Name=HTTPS (Überwachung)|'
export const BLOCK_1500 = 'v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=1500|Name=no replication|'
export const BLOCK_PORTS =
  'v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=25|RPort=1500|RPort=8080|Name=no mail|'

export const TARGETS = ['--region', 'eu-central-1', '--staging-subnet', STAGING.subnet]
export const ONLY_443 = [...TARGETS, '--only', 'firewall-443']
export const ONLY_1500 = [...TARGETS, '--only', 'firewall-1500']

export const DOMAIN_NETWORK = ['profile|2|eth0', 'route|0.0.0.0/0|10.9.0.1|25|eth0']

/** A host whose Domain profile has these settings, and these local rules. */
export function host(
  domain: Readonly<Record<string, number>>,
  rules: Readonly<Record<string, string | Uint8Array>>,
  more: RegistryContent = {},
): RegistryContent {
  const on = {EnableFirewall: 1}
  return {
    [ELEVATED]: {},
    [`${POLICY}\\DomainProfile`]: {...on, ...domain},
    [`${POLICY}\\StandardProfile`]: on,
    [`${POLICY}\\PublicProfile`]: on,
    [RULES]: {
      'CoreNet-DNS-Out-UDP': 'v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=17|RPort=53|',
      ...rules,
    },
    ...more,
  }
}
