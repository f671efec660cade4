import {getServers} from 'node:dns'
import {isIP} from 'node:net'
import {powerShellCommand} from '../../../contract/command-line.ts'
import type {WindowsFirewallState} from '../../../firewall/windows/state.ts'
import type {RunCommand} from '../../process/command.ts'
import type {Registry} from '../registry.ts'
import {dwordOf, type RegistryKey, valueNamed} from '../registry-text.ts'
import {CONSOLE_QUESTION_MS, POWERSHELL_QUESTION_MS} from '../time-limits.ts'
import type {StoredRules} from './rules.ts'

/** What rules may ask of a host besides its network profiles and routes. */
export type HostFacts = Pick<WindowsFirewallState, 'adapters' | 'servers' | 'dynamicPorts'> & {
  readonly unreadable: Readonly<Record<string, string>>
}

export type FactSources = {
  readonly run: RunCommand
  readonly registry: Registry
  /** Names of this host's interfaces to their addresses with prefix length. */
  readonly interfaces: Readonly<Record<string, readonly string[]>>
  /** DNS servers of the interfaces that are up. */
  readonly dnsServers?: () => readonly string[]
  readonly signal?: AbortSignal
}

/**
 * Reads what rules and settings ask for, and no more: most hosts have no rule for an adapter, a server's keyword or
 * their own ports, and each question starts a program.
 */
export async function readHostFacts(stored: StoredRules, sources: FactSources): Promise<HostFacts> {
  const asked = questionsOf(stored)
  const [adapters, leases, dynamicPorts] = await Promise.all([
    asked.adapters ? readAdapters(sources, asked.adapterTypes) : undefined,
    asked.servers ? readLeases(sources) : undefined,
    asked.ports ? readDynamicPorts(sources) : undefined,
  ])
  const unreadable = {
    ...(adapters === null ? {adapters: `${CONNECTIONS} could not be read`} : {}),
    ...(leases === null ? {servers: `${INTERFACES} could not be read`} : {}),
    ...(dynamicPorts === null
      ? {dynamicPorts: `\`${portQuestion('ipv4').join(' ')}\` printed no ports`}
      : {}),
  }
  const dns = dnsServers(sources)
  return {
    ...(adapters ? {adapters} : {}),
    servers: {...(dns ? {dns} : {}), ...leases},
    ...(dynamicPorts ? {dynamicPorts} : {}),
    unreadable,
  }
}

function questionsOf({rules, connectionSecurityRules, profiles}: StoredRules) {
  const firewall = Object.values(rules).flatMap(store => Object.values(store))
  const texts = [
    ...firewall,
    ...Object.values(connectionSecurityRules).flatMap(store => Object.values(store)),
  ]
  const some = (pattern: RegExp) => texts.some(text => pattern.test(text))
  const settings = Object.values(profiles).flatMap(stores => Object.values(stores))
  const leavesOut = settings.some(values =>
    Object.entries(values).some(([name, data]) => /^disabledinterfaces$/i.test(name) && data !== ''),
  )
  const adapterTypes = some(/\|IFType=/i)
  return {
    adapters: leavesOut || adapterTypes || some(/\|IF=/i),
    adapterTypes,
    servers: some(/\|(?:RA[46]|EP[12]_[46])=(?:DHCP|WINS)\|/i),
    ports: texts.some(text => namesOwnPorts(text)),
  }
}

/** Whether an outbound rule names ports of its own side that the system may choose for a connection. */
function namesOwnPorts(text: string): boolean {
  if (/\|Dir=In\|/i.test(text)) return false
  const values = [...text.matchAll(/\|(?:LPort(?:2_10)?|EP[12]Port(?:2_10)?)=(?:\d+-)?(\d+)\|/gi)]
  return values.some(match => Number(match[1]) > 1_024)
}

/** Network adapters by their GUID. The class is that of network adapters (GUID_DEVCLASS_NET, devguid.h). */
const CONNECTIONS =
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}'

/** Interface types are those of IANA, as MIB_IF_ROW2 (netioapi.h) has them. */
export const ADAPTER_QUESTION = powerShellCommand(
  "Get-NetAdapter | ForEach-Object { 'adapter|{0}|{1}' -f $_.InterfaceGuid, [int]$_.InterfaceType }",
)

async function readAdapters(
  {registry, run, signal}: FactSources,
  withTypes: boolean,
): Promise<HostFacts['adapters'] | null> {
  const limits = {timeoutMs: POWERSHELL_QUESTION_MS, encoding: 'latin1', ...(signal ? {signal} : {})} as const
  const [keys, answer] = await Promise.all([
    registry.readTree(CONNECTIONS),
    withTypes ? run(ADAPTER_QUESTION, limits) : null,
  ])
  if (keys === null) return null
  const types = parseAdapterTypes(answer?.kind === 'exited' ? answer.stdout : '')
  return Object.fromEntries(
    keys.flatMap(({path, values}) => {
      const guid = /\\(\{[0-9a-f-]{36}\})\\Connection$/i.exec(path)?.[1]
      const name = valueNamed(values, 'Name')?.data
      if (guid === undefined || name === undefined) return []
      const type = types.get(guid.toLowerCase())
      return [[guid, {name, ...(type === undefined ? {} : {type})}]]
    }),
  )
}

/** Reads lines `adapter|{GUID}|TYPE`; skips all others. */
export function parseAdapterTypes(output: string): ReadonlyMap<string, number> {
  const lines = output.split(/\r?\n/).flatMap(line => {
    const match = /^adapter\|(\{[0-9a-f-]{36}\})\|(\d+)$/i.exec(line)
    return match?.[1] === undefined ? [] : [[match[1].toLowerCase(), Number(match[2])] as const]
  })
  return new Map(lines)
}

/** Settings of IPv4 by interface. Source: Microsoft Learn, "TCP/IP and NBT configuration parameters for Windows". */
const INTERFACES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces'
const NETBIOS = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\NetBT\\Parameters\\Interfaces'

type Leases = Pick<NonNullable<HostFacts['servers']>, 'dhcp' | 'wins'>

/**
 * The DHCP and WINS servers of the interfaces that have an address now: the registry keeps those of earlier networks. A
 * DHCP server of IPv6 is not in it; WINS is for IPv4 alone.
 */
async function readLeases({registry, interfaces}: FactSources): Promise<Leases | null> {
  const [keys, netbios] = await Promise.all([registry.readTree(INTERFACES), registry.readTree(NETBIOS)])
  if (keys === null) return null
  const current = new Set(Object.values(interfaces).flatMap(list => list.map(cidr => cidr.split('/')[0])))
  const inUse = keys.filter(({values}) =>
    ['DhcpIPAddress', 'IPAddress'].some(name => listOf(values, name).some(address => current.has(address))),
  )
  const leased = inUse.filter(({values}) => {
    const enabled = valueNamed(values, 'EnableDHCP')
    return enabled !== undefined && dwordOf(enabled) === 1
  })
  const guids = new Set(inUse.map(({path}) => guidOf(path)))
  const wins = netbios?.filter(({path}) => guids.has(guidOf(path))) ?? null
  return {
    dhcp: {ipv4: addressesOf(leased, ['DhcpServer'])},
    ...(wins === null
      ? {}
      : {wins: {ipv4: addressesOf(wins, ['NameServerList', 'DhcpNameServerList']), ipv6: []}}),
  }
}

function guidOf(path: string): string {
  return /\{[0-9a-f-]{36}\}$/i.exec(path)?.[0].toLowerCase() ?? ''
}

function addressesOf(keys: readonly RegistryKey[], names: readonly string[]): string[] {
  const found = keys.flatMap(({values}) => names.flatMap(name => listOf(values, name)))
  return [...new Set(found.filter(text => isIP(text) === 4 && text !== '255.255.255.255'))]
}

/** A REG_MULTI_SZ is printed with `\0` between its texts. */
function listOf(values: RegistryKey['values'], name: string): readonly string[] {
  return (valueNamed(values, name)?.data ?? '').split(/\\0|[\s,]+/).filter(Boolean)
}

/** Null where the resolver knows none, which it says with a loopback address. */
function dnsServers({dnsServers: ask = getServers}: FactSources) {
  const all = ask()
  if (all.every(address => /^(127\.|::1$)/.test(address))) return null
  // One with a port of its own is `[address]:port`; a zone belongs to this host.
  const plain = all.flatMap(text => /^\[?([0-9a-f.:]+)(?:%[^\]]*)?(?:\]:\d+)?$/i.exec(text)?.[1] ?? [])
  return {ipv4: plain.filter(text => isIP(text) === 4), ipv6: plain.filter(text => isIP(text) === 6)}
}

const portQuestion = (family: 'ipv4' | 'ipv6') =>
  ['netsh.exe', 'interface', family, 'show', 'dynamicport', 'tcp'] as const

async function readDynamicPorts({run, signal}: FactSources): Promise<HostFacts['dynamicPorts'] | null> {
  const limits = {timeoutMs: CONSOLE_QUESTION_MS, encoding: 'latin1', ...(signal ? {signal} : {})} as const
  const [ipv4, ipv6] = await Promise.all(
    (['ipv4', 'ipv6'] as const).map(async family => {
      const result = await run(portQuestion(family), limits)
      return result.kind === 'exited' && result.code === 0 ? parseDynamicPorts(result.stdout) : null
    }),
  )
  return ipv4 || ipv6 ? {...(ipv4 ? {ipv4} : {}), ...(ipv6 ? {ipv6} : {})} : null
}

/** The first port and the number of ports are the only numbers behind a colon, in whatever language. */
export function parseDynamicPorts(output: string): [first: number, last: number] | null {
  const numbers = [...output.matchAll(/:\s*(\d{1,5})\s*$/gm)].map(match => Number(match[1]))
  const [first, count] = numbers
  if (numbers.length !== 2 || first === undefined || count === undefined) return null
  const last = first + count - 1
  return first > 0 && last >= first && last <= 65_535 ? [first, last] : null
}
