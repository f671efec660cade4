import {type Family, type Interval, parseAddress, parseInterval, single} from '../model/address.ts'
import {MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import {routeTo} from '../routing/lookup.ts'
import {readRouting} from '../routing/read.ts'
import type {Route, Routing} from '../routing/routes.ts'
import type {Keyword, PortRange} from './conditions.ts'
import type {KnownAddresses} from './match.ts'
import {PROFILES, type Profile, type WindowsFirewallState} from './state.ts'

/** How connections of one address family leave the host. */
export type Network = {
  /** The addresses that a keyword of rules stands for. */
  known(keyword: Keyword): KnownAddresses
  /** The ports that the system chooses a connection's own port from; null: not known. */
  readonly dynamicPorts: PortRange | null
  /** Every address at which the answers may change. */
  readonly boundaries: readonly Interval[]
  path(to: Interval): AdapterPath
}

export type AdapterPath = {
  /** To this host itself: Windows Firewall does not filter that. */
  readonly loopback: boolean
  /** The profiles that may be in force for the connection. */
  readonly profiles: readonly Profile[]
  readonly interfaces: UsedInterfaces
  /** Holds the connection's own address. */
  readonly source: Interval
  /** Part of the destinations goes another way. */
  readonly partial: boolean
}

export function readNetwork(state: WindowsFirewallState, family: Family): Network {
  const interfaces = Object.entries(state.interfaces).filter(([, addresses]) => !addresses.every(isLoopback))
  const names = interfaces.map(([name]) => name)
  const named = Object.fromEntries(interfaces.map(([name, list]) => [encodeURIComponent(name), list]))
  const routes = [...state.routes.map(line => withCode(line, names)), ...onLink(family, interfaces)]
  const routing = readRouting(family, named, {routes, tables: null, rules: []})
  const subnets = routing.own.map(({subnet}) => ({lo: subnet.lo, hi: subnet.hi}))
  const known: Readonly<Record<Keyword, KnownAddresses>> = {
    localsubnet: {intervals: subnets, complete: interfaces.length > 0},
    dns: captured(state, family, 'dns'),
    dhcp: captured(state, family, 'dhcp'),
    wins: captured(state, family, 'wins'),
    defaultgateway: gateways(state, family),
  }
  const ports = state.dynamicPorts?.[family === 4 ? 'ipv4' : 'ipv6']
  return {
    known: keyword => known[keyword],
    dynamicPorts: ports === undefined ? null : {lo: ports[0], hi: ports[1]},
    boundaries: [...routing.boundaries, ...Object.values(known).flatMap(({intervals}) => intervals)],
    path: to => pathOf(state, routing, to),
  }
}

/** Servers as they were captured, by family: what is left out was not. */
function captured(
  {servers}: WindowsFirewallState,
  family: Family,
  keyword: 'dns' | 'dhcp' | 'wins',
): KnownAddresses {
  const addresses = servers?.[keyword]?.[family === 4 ? 'ipv4' : 'ipv6']
  return addresses === undefined ? UNKNOWN : {intervals: intervalsOf(addresses, family), complete: true}
}

/** Those of the captured default routes. Without any route nobody could be asked for them. */
function gateways({routes}: WindowsFirewallState, family: Family): KnownAddresses {
  const found = routes.flatMap(line => /^(?:default|0\.0\.0\.0\/0|::\/0) via (\S+)/.exec(line)?.[1] ?? [])
  return {intervals: intervalsOf(found, family), complete: routes.length > 0}
}

const UNKNOWN: KnownAddresses = {intervals: [], complete: false}

function intervalsOf(addresses: readonly string[], family: Family): readonly Interval[] {
  return addresses.flatMap(text => {
    const address = parseAddress(text.replace(/%.*$/, ''))
    return address?.family === family ? [single(address.value)] : []
  })
}

function isLoopback(address: string): boolean {
  return /^(127\.|::1(\/|$))/.test(address)
}

/** Lines of routes are words; names of interfaces may hold blanks. */
function withCode(line: string, names: readonly string[]): string {
  const at = line.indexOf(' dev ')
  if (at < 0) return line
  const rest = line.slice(at + ' dev '.length)
  const known = names
    .filter(name => rest === name || rest.startsWith(`${name} `))
    .sort((a, b) => b.length - a.length)[0]
  const name = known ?? rest.replace(/ metric \d+$/, '')
  return `${line.slice(0, at)} dev ${encodeURIComponent(name)}${rest.slice(name.length)}`
}

/** What Windows routes anyway, since an interface is in that subnet. */
function onLink(family: Family, interfaces: readonly (readonly [string, readonly string[]])[]): string[] {
  return interfaces.flatMap(([name, addresses]) =>
    addresses
      .filter(address => parseInterval(address)?.family === family)
      .map(address => `${address} dev ${encodeURIComponent(name)}`),
  )
}

function pathOf(state: WindowsFirewallState, routing: Routing, to: Interval): AdapterPath {
  const route = routeTo(routing, to)
  const loopback = route.local === YES
  return {
    loopback,
    profiles: profilesOf(state, route),
    interfaces: route.interfaces?.map(code => decodeURIComponent(code)) ?? null,
    source: route.source,
    partial: route.partial || (!loopback && route.local > 0),
  }
}

function profilesOf(
  {activeProfiles, interfaceProfiles}: WindowsFirewallState,
  route: Route,
): readonly Profile[] {
  const known = Object.values(interfaceProfiles)
  const active = activeProfiles.length > 0 ? activeProfiles : known.length > 0 ? known : PROFILES
  const {interfaces} = route
  const used = interfaces?.map(code => interfaceProfiles[decodeURIComponent(code)])
  const found = used !== undefined && used.length > 0 && !used.includes(undefined) ? used : active
  return PROFILES.filter(profile => found.includes(profile))
}

/** Interfaces that a connection may leave by, by name; null: any. */
type UsedInterfaces = readonly string[] | null

export type Adapters = WindowsFirewallState['adapters']

/**
 * Whether a connection leaves by an adapter with one of these GUIDs. An adapter that is not among the captured ones is
 * none of this host's.
 */
export function isOneOf(guids: readonly string[], used: UsedInterfaces, adapters: Adapters): Ternary {
  if (guids.length === 0) return YES
  if (adapters === undefined) return MAYBE
  const wanted = new Set(guids.map(withoutBraces))
  const names = new Set(
    Object.entries(adapters).flatMap(([guid, {name}]) => (wanted.has(withoutBraces(guid)) ? [name] : [])),
  )
  if (names.size === 0) return NO
  return allOf(used, name => (names.has(name) ? YES : NO))
}

/** Kinds of adapter that rules name to the interface types of IANA. Source: MS-FASP 2.2.20; IANAifType-MIB. */
const TYPES: Readonly<Record<string, number>> = {lan: 6, wireless: 71, remoteaccess: 23}

/**
 * Whether a connection leaves by an adapter of one of these kinds. Interface types besides Ethernet, IEEE 802.11 and PPP
 * may be taken for any of them.
 */
export function isOfType(kinds: readonly string[], used: UsedInterfaces, adapters: Adapters): Ternary {
  if (kinds.length === 0) return YES
  const types = new Map(Object.values(adapters ?? {}).map(({name, type}) => [name, type]))
  const wanted = kinds.map(kind => TYPES[kind.toLowerCase()])
  return allOf(used, name => {
    const type = types.get(name)
    if (type === undefined || !Object.values(TYPES).includes(type)) return MAYBE
    return wanted.includes(type) ? YES : wanted.includes(undefined) ? MAYBE : NO
  })
}

function allOf(used: UsedInterfaces, matches: (name: string) => Ternary): Ternary {
  if (used === null || used.length === 0) return MAYBE
  const [first = MAYBE, ...others] = new Set(used.map(matches))
  return others.length > 0 ? MAYBE : first
}

function withoutBraces(guid: string): string {
  return guid.replace(/[{}]/g, '').toLowerCase()
}
