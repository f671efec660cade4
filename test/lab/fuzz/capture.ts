import {execFileSync, spawnSync} from 'node:child_process'
import type {LinuxFirewallState} from '../../../src/firewall/state.ts'

function output(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
}

function lines(command: string, ...args: readonly string[]): string[] {
  return output(command, ...args)
    .split('\n')
    .filter(Boolean)
}

export type Surroundings = Pick<
  LinuxFirewallState,
  'interfaces' | 'routes' | 'neighbours' | 'links' | 'localPortRange' | 'ipsetSave'
>

export function readNeighbours(): string[] {
  return lines('ip', '-6', 'neigh', 'show')
}

/** What does not change between rule sets, but for the neighbours. */
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
    routes: [...lines('ip', 'route', 'show'), ...lines('ip', '-6', 'route', 'show')],
    neighbours: readNeighbours(),
    links: lines('ip', '-o', 'link', 'show'),
    localPortRange: [32768, 60999],
    ipsetSave: output('ipset', 'save'),
  }
}

const DUMPS = {
  iptablesLegacySave: ['iptables-legacy-save'],
  ip6tablesLegacySave: ['ip6tables-legacy-save'],
  iptablesNftSave: ['iptables-nft-save'],
  ip6tablesNftSave: ['ip6tables-nft-save'],
  nftJson: ['nft', '-j', 'list', 'ruleset'],
  nftText: ['nft', 'list', 'ruleset'],
} as const

/** Every engine's rules as the kernel gives them back. A program that fails has printed a part. */
export function capture(surroundings: Surroundings): LinuxFirewallState {
  const texts: Record<string, string> = {}
  const unreadable: Record<string, string> = {}
  for (const [field, [command, ...args]] of Object.entries(DUMPS)) {
    const {status, stdout} = spawnSync(command, args, {encoding: 'utf8', maxBuffer: 2 ** 26})
    texts[field] = stdout
    if (status !== 0) unreadable[field] = `\`${command}\` ended with code ${status}`
  }
  const dumps = texts as Record<keyof typeof DUMPS, string>
  return {
    schemaVersion: 1,
    platform: 'linux',
    capturedAt: new Date().toISOString(),
    ...dumps,
    unreadable,
    ...surroundings,
  }
}
