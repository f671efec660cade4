import {networkInterfaces} from 'node:os'
import {powerShellCommand} from '../../../contract/command-line.ts'
import {PROFILES, type Profile} from '../../../firewall/windows/state.ts'
import {describeResult, type RunCommand} from '../../process/command.ts'
import type {Registry} from '../registry.ts'
import {dwordOf, valueNamed} from '../registry-text.ts'
import {POWERSHELL_QUESTION_MS} from '../time-limits.ts'

/** How connections leave this host. What is not known is empty, and named in `unreadable`. */
export type NetworkFacts = {
  readonly activeProfiles: Profile[]
  readonly interfaceProfiles: Record<string, Profile>
  readonly routes: string[]
  readonly unreadable: Readonly<Record<string, string>>
}

/** Values of NetworkCategory and of `Category` in the registry. */
const CATEGORIES: readonly Profile[] = ['public', 'private', 'domain']

/** Of an interface in one address family; a route of Windows before Server 2022 does not know its interface's metric. */
const INTERFACE = "('{0}|{1}' -f $_.InterfaceIndex, $_.AddressFamily)"

/**
 * Asks for the profile of each network, and for the routes. Numbers and names only: nothing in the output is in the
 * host's language.
 */
export const NETWORK_QUESTION = powerShellCommand(
  [
    "Get-NetConnectionProfile | ForEach-Object { 'profile|{0}|{1}' -f [int]$_.NetworkCategory, $_.InterfaceAlias }",
    '$metrics = @{}',
    `Get-NetIPInterface | ForEach-Object { $metrics[${INTERFACE}] = $_.InterfaceMetric }`,
    `Get-NetRoute | ForEach-Object { 'route|{0}|{1}|{2}|{3}' -f $_.DestinationPrefix, $_.NextHop, ($_.RouteMetric + $metrics[${INTERFACE}]), $_.InterfaceAlias }`,
  ].join('; '),
)

/** Reads the routes and the profile of each interface. */
export async function readNetwork(
  run: RunCommand,
  registry: Registry,
  signal?: AbortSignal,
): Promise<NetworkFacts> {
  const limits = {timeoutMs: POWERSHELL_QUESTION_MS, encoding: 'latin1', ...(signal ? {signal} : {})} as const
  const result = await run(NETWORK_QUESTION, limits)
  const output = result.kind === 'exited' ? await registry.decode(result.stdout) : ''
  const {interfaceProfiles, routes} = parseNetworkFacts(output)
  if (Object.keys(interfaceProfiles).length > 0) {
    const active = PROFILES.filter(profile => Object.values(interfaceProfiles).includes(profile))
    return {activeProfiles: active, interfaceProfiles, routes, unreadable: {}}
  }
  const reason =
    result.kind === 'exited'
      ? 'Get-NetConnectionProfile printed no profile'
      : describeResult(['powershell.exe'], result)
  return {
    activeProfiles: await knownProfiles(registry),
    interfaceProfiles,
    routes,
    unreadable: {interfaceProfiles: `${reason}; every profile that may be active is checked`},
  }
}

/** Reads lines `profile|CATEGORY|INTERFACE` and `route|PREFIX|GATEWAY|METRIC|INTERFACE`; passes over all others. */
export function parseNetworkFacts(output: string): Pick<NetworkFacts, 'interfaceProfiles' | 'routes'> {
  const interfaceProfiles: Record<string, Profile> = {}
  const routes: string[] = []
  for (const line of output.split(/\r?\n/)) {
    const profile = /^profile\|(\d)\|(.+)$/.exec(line)
    const category = CATEGORIES[Number(profile?.[1])]
    if (profile?.[2] && category) interfaceProfiles[profile[2]] = category
    const route = /^route\|([^|]+)\|([^|]*)\|(\d*)\|(.+)$/.exec(line)
    if (route?.[1] && route[4]) routes.push(routeLine(route[1], route[2] ?? '', route[3] || '0', route[4]))
  }
  return {interfaceProfiles, routes}
}

function routeLine(prefix: string, gateway: string, metric: string, name: string): string {
  const isOnLink = gateway === '' || gateway === '0.0.0.0' || gateway === '::'
  return `${prefix}${isOnLink ? '' : ` via ${gateway}`} dev ${name} metric ${metric}`
}

/** Names of this host's interfaces to their addresses with prefix length. */
export function ownAddresses(): Record<string, string[]> {
  const addresses: Record<string, string[]> = {}
  for (const [name, list] of Object.entries(networkInterfaces())) {
    const cidrs = (list ?? []).flatMap(({internal, cidr}) => (internal || cidr === null ? [] : [cidr]))
    if (cidrs.length > 0) addresses[name] = cidrs
  }
  return addresses
}

const NETWORKS = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles'

/**
 * The profiles of the networks that this host has ever been connected to, and Public, which a network is that Windows
 * does not know: the one in force is among them. Empty where that is not known.
 */
async function knownProfiles(registry: Registry): Promise<Profile[]> {
  const networks = await registry.read(NETWORKS)
  if (networks.kind !== 'read') return []
  const keys = await Promise.all(networks.subkeys.map(name => registry.read(`${NETWORKS}\\${name}`)))
  const found = new Set<Profile>(['public'])
  for (const key of keys) {
    const value = key.kind === 'read' ? valueNamed(key.values, 'Category') : undefined
    const category = value && CATEGORIES[dwordOf(value) ?? -1]
    if (category === undefined) return []
    found.add(category)
  }
  return PROFILES.filter(profile => found.has(profile))
}
