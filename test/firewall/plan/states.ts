import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import type {FirewallTools} from '../../../src/firewall/state/tools.ts'

export const TOOLS: FirewallTools = {
  'iptables-legacy': {ip: 'iptables-legacy', ip6: 'ip6tables-legacy'},
  'iptables-nft': {ip: 'iptables', ip6: 'ip6tables'},
  nft: 'nft',
}

/**
 * A Linux host with one interface and a default route; without any rules unless given. It knows its router for good, so
 * that IPv6 neighbour discovery is no question.
 */
export function stateOf(fields: Partial<LinuxFirewallState>): LinuxFirewallState {
  return {
    schemaVersion: 1,
    platform: 'linux',
    capturedAt: '2025-01-31T09:45:00.000Z',
    iptablesLegacySave: null,
    ip6tablesLegacySave: null,
    iptablesNftSave: null,
    ip6tablesNftSave: null,
    nftJson: null,
    nftText: null,
    ipsetSave: null,
    unreadable: {},
    interfaces: {lo: ['127.0.0.1/8', '::1/128'], eth0: ['10.9.0.2/24', 'fd00:9::2/64']},
    routes: ['default via 10.9.0.1 dev eth0 src 10.9.0.2', 'default via fd00:9::1 dev eth0'],
    neighbours: ['fd00:9::1 dev eth0 lladdr 02:00:00:00:00:01 router PERMANENT'],
    links: ['2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500'],
    localPortRange: [32768, 60999],
    ...fields,
  }
}
