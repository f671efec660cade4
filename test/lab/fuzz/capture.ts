import {execFileSync} from 'node:child_process'
import type {LinuxFirewallState} from '../../../src/firewall/state.ts'

function output(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
}

export type Surroundings = Pick<LinuxFirewallState, 'interfaces' | 'routes' | 'localPortRange' | 'ipsetSave'>

/** What does not change between rule sets. */
export function readSurroundings(): Surroundings {
  const links = JSON.parse(output('ip', '-j', 'addr')) as {
    ifname: string
    addr_info: {local: string; prefixlen: number}[]
  }[]
  return {
    interfaces: Object.fromEntries(
      links.map(({ifname, addr_info}) => [
        ifname,
        addr_info.map(({local, prefixlen}) => `${local}/${prefixlen}`),
      ]),
    ),
    routes: [
      ...output('ip', 'route', 'show').split('\n'),
      ...output('ip', '-6', 'route', 'show').split('\n'),
    ].filter(Boolean),
    localPortRange: [32768, 60999],
    ipsetSave: output('ipset', 'save'),
  }
}

/** Every engine's rules as the kernel gives them back. */
export function capture(surroundings: Surroundings): LinuxFirewallState {
  return {
    schemaVersion: 1,
    platform: 'linux',
    capturedAt: new Date().toISOString(),
    iptablesLegacySave: output('iptables-legacy-save'),
    ip6tablesLegacySave: output('ip6tables-legacy-save'),
    iptablesNftSave: output('iptables-nft-save'),
    ip6tablesNftSave: output('ip6tables-nft-save'),
    nftJson: null,
    nftText: output('nft', 'list', 'ruleset'),
    unreadable: {},
    ...surroundings,
  }
}
