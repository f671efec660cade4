import {execFileSync, spawnSync} from 'node:child_process'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {type NetworkFacts, readNetwork} from '../../../src/platform/linux/firewall/network.ts'
import {readCommand} from '../../../src/platform/process/read-command.ts'
import {readAgain} from './policy-routing.ts'
import {OTHER_USERS} from './world.ts'

function output(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
}

function lines(command: string, ...args: readonly string[]): string[] {
  return output(command, ...args)
    .split('\n')
    .filter(Boolean)
}

/** What does not change between rule sets, but for what `readChanging` reads. */
export type Surroundings = NetworkFacts & Pick<LinuxFirewallState, 'ipsetSave'>

type Changing = 'neighbours' | 'arpCache' | 'routingRules' | 'routingTables' | 'settings'

export function readChanging({settings}: Pick<Surroundings, 'settings'>): Pick<Surroundings, Changing> {
  const both = (...args: readonly string[]) => ({
    ipv4: lines('ip', '-4', ...args),
    ipv6: lines('ip', '-6', ...args),
  })
  return {
    routingRules: both('rule', 'show'),
    routingTables: both('route', 'show', 'table', 'all'),
    settings: readAgain(settings),
    neighbours: lines('ip', '-6', 'neigh', 'show', 'nud', 'all'),
    arpCache: lines('ip', '-4', 'neigh', 'show', 'nud', 'all'),
  }
}

export async function readSurroundings(): Promise<Surroundings> {
  return {...(await readNetwork(readCommand, '/')), ipsetSave: output('ipset', 'save')}
}

/** As if passwd(5) and group(5) had them. */
const USERS = [{uid: 0, groups: [0]}, ...OTHER_USERS].map(({uid, groups: [gid, ...groups]}) => ({
  name: `user${uid}`,
  ...{uid, gid, groups},
}))

const DUMPS = {
  iptablesLegacySave: ['iptables-legacy-save'],
  ip6tablesLegacySave: ['ip6tables-legacy-save'],
  iptablesNftSave: ['iptables-nft-save'],
  ip6tablesNftSave: ['ip6tables-nft-save'],
  nftJson: ['nft', '-j', 'list', 'ruleset'],
  nftText: ['nft', 'list', 'ruleset'],
} as const

/** Every engine's rules as the kernel gives them back. A program that fails has printed a part. */
export function capture({unreadable: missing, ...surroundings}: Surroundings): LinuxFirewallState {
  const texts: Record<string, string> = {}
  const unreadable: Record<string, string> = {...missing}
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
    arptablesLegacyList: null,
    ipsecPolicies: [],
    users: USERS,
    unreadable,
    ...surroundings,
  }
}
