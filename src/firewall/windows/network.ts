import {type Family, type Interval, parseInterval} from '../address.ts'
import {readRouting} from '../read-routing.ts'
import {type Route, type Routing, routeTo} from '../routes.ts'
import {YES} from '../ternary.ts'
import {PROFILES, type Profile, type WindowsFirewallState} from './state.ts'

/** How connections of one address family leave the host. */
export type Network = {
  /** The subnets of the host's interfaces; null: not known. */
  readonly subnets: readonly Interval[] | null
  /** Every address at which the answers may change. */
  readonly boundaries: readonly Interval[]
  path(to: Interval): Path
}

export type Path = {
  /** To this host itself: Windows Firewall does not filter that. */
  readonly loopback: boolean
  /** The profiles that may be in force for the connection. */
  readonly profiles: readonly Profile[]
  /** Holds the connection's own address. */
  readonly source: Interval
  /** Part of the destinations goes another way. */
  readonly partial: boolean
}

export function readNetwork(state: WindowsFirewallState, family: Family): Network {
  const interfaces = Object.entries(state.interfaces).filter(([, addresses]) => !addresses.every(isLoopback))
  const codes = new Map(interfaces.map(([name]) => [name, encodeURIComponent(name)]))
  const named = Object.fromEntries(interfaces.map(([name, list]) => [encodeURIComponent(name), list]))
  const routing = readRouting(family, named, [
    ...state.routes.map(line => withCodes(line, codes)),
    ...onLink(family, interfaces),
  ])
  const subnets = routing.own.map(({subnet}) => ({lo: subnet.lo, hi: subnet.hi}))
  return {
    subnets: interfaces.length === 0 ? null : subnets,
    boundaries: [...routing.boundaries, ...subnets],
    path: to => pathOf(state, routing, to),
  }
}

function isLoopback(address: string): boolean {
  return /^(127\.|::1(\/|$))/.test(address)
}

/** Lines of routes are words; names of interfaces may hold blanks. */
function withCodes(line: string, codes: ReadonlyMap<string, string>): string {
  const at = line.indexOf(' dev ')
  if (at < 0) return line
  const rest = line.slice(at + ' dev '.length)
  const known = [...codes.keys()]
    .filter(name => rest === name || rest.startsWith(`${name} `))
    .sort((a, b) => b.length - a.length)[0]
  return known === undefined
    ? line
    : `${line.slice(0, at)} dev ${codes.get(known)}${rest.slice(known.length)}`
}

/** What Windows routes by itself, since an interface is in that subnet. */
function onLink(family: Family, interfaces: readonly (readonly [string, readonly string[]])[]): string[] {
  return interfaces.flatMap(([name, addresses]) =>
    addresses
      .filter(address => parseInterval(address)?.family === family)
      .map(address => `${address} dev ${encodeURIComponent(name)}`),
  )
}

function pathOf(state: WindowsFirewallState, routing: Routing, to: Interval): Path {
  const route = routeTo(routing, to)
  const loopback = route.local === YES
  return {
    loopback,
    profiles: profilesOf(state, route),
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
