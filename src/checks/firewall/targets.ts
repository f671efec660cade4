import {REPLICATION_PORT} from '../../contract/check-options.ts'
import type {CheckId} from '../../contract/checks.ts'
import {cidrsOf, EVERYTHING, type FamilyInterval, parseInterval} from '../../firewall/model/address.ts'
import {canonicalDestination, isInSubnet, parseDestination} from '../../firewall/model/destination.ts'
import {notForTcp, peersIn} from '../../firewall/model/special-addresses.ts'
import type {Resolution} from '../../platform/network/dns/resolve.ts'
import type {CheckContext, HostReader} from '../check.ts'
import {connectedAddress, isPeer} from '../path/addresses.ts'
import {HTTPS_PORT, type ProxyChoice, routeTo} from '../path/route.ts'

/** What a host firewall check is judged for: addresses or CIDRs, and what humans call them. */
export type Target = {
  readonly to: string
  readonly port: number
  readonly name: string
  /** Destination of the narrowest rule that makes sense for it; null means any. */
  readonly destination: string | null
  /** The proxy that the address is one of, without credentials; null where it is the endpoint's own. */
  readonly proxy: string | null
}

export type Targets = {
  /** What all of them together are called. */
  readonly title: string
  readonly targets: readonly Target[]
  /** Said in the finding where the targets stand in for something that could not be known. */
  readonly caveat: string | null
  /** Targets that the traffic of this run avoids: judged for information alone. */
  readonly unused: readonly Target[]
  /** Names that the targets are found by. */
  readonly names: readonly string[]
}

/**
 * Where the Region's endpoints are reached: at their own addresses, or at those of the proxy; without DNS, at every
 * public address, or every address.
 */
export async function endpointTargets(context: CheckContext): Promise<Targets> {
  const {endpoints, options} = context
  if (!endpoints) throw new Error('firewall-443 needs a Region')
  const hosts = [
    endpoints.drsHost,
    ...endpoints.buckets.flatMap(({host, neededBySourceServer}) =>
      host && neededBySourceServer ? [host] : [],
    ),
  ]
  const routes = hosts.map(host => ({host, route: routeTo(host, HTTPS_PORT, options)}))
  const proxied = routes.flatMap(({host, route}) => (route.kind === 'proxy' ? [{host, route}] : []))
  const [first] = proxied
  if (!first) {
    const title = `the endpoints of ${endpoints.region.code}`
    return {title, ...(await directTargets(hosts, context)), unused: [], names: hosts}
  }
  const direct = routes.flatMap(({host, route}) => (route.kind === 'proxy' ? [] : [host]))
  const [toProxy, past, {targets: unused}] = await Promise.all([
    proxyTargets(first.route, context),
    direct.length > 0 ? directTargets(direct, context) : NOTHING,
    addressTargets([first.host], context),
  ])
  return {
    title: `the proxy ${first.route.shown}`,
    targets: [...toProxy.targets, ...past.targets],
    caveat: toProxy.caveat ?? past.caveat,
    unused,
    names: [first.route.proxy.host, ...direct],
  }
}

type Found = Pick<Targets, 'targets' | 'caveat'>

const NOTHING: Found = {targets: [], caveat: null}

async function directTargets(hosts: readonly string[], context: CheckContext): Promise<Found> {
  const found = await addressTargets(hosts, context)
  if (found.targets.length > 0) return found
  const own = await ownAddresses(context.reader)
  return {
    targets: anyPublicPeer(own).map(cidr => asTarget(cidr, HTTPS_PORT)),
    caveat:
      'no endpoint name resolves to an address of another host, so all public IPv4 addresses were checked',
  }
}

async function addressTargets(hosts: readonly string[], {reader}: CheckContext): Promise<Found> {
  const resolutions = await Promise.all(
    hosts.map(async name => ({name, resolution: await reader.resolve(name)})),
  )
  const targets = resolutions.flatMap(({name, resolution}) =>
    peersOf(resolution).map(address => ({...asTarget(address, HTTPS_PORT), name})),
  )
  const caveats = resolutions.map(({name, resolution}) => notJudged(name, resolution))
  return {targets, caveat: caveats.find(caveat => caveat !== null) ?? null}
}

/** A name may have more addresses than anybody would try; see dns.ts. */
function notJudged(name: string, resolution: Resolution): string | null {
  const leftOut = resolution.kind === 'resolved' ? (resolution.leftOut ?? 0) : 0
  return leftOut === 0 ? null : `${name} has ${leftOut} more addresses, which were not checked`
}

async function proxyTargets(
  {proxy, shown}: Extract<ProxyChoice, {kind: 'proxy'}>,
  {reader}: CheckContext,
): Promise<Found> {
  const common = {port: proxy.port, name: `the proxy ${shown}`, proxy: shown}
  const resolution = await reader.resolve(proxy.host)
  const addresses = proxyAddresses(resolution)
  if (addresses.length > 0) {
    const targets = addresses.map(address => ({...common, to: address, destination: address}))
    return {targets, caveat: notJudged(proxy.host, resolution)}
  }
  const any = anyPeer(await ownAddresses(reader))
  return {
    targets: any.map(cidr => ({...common, to: cidr, destination: null})),
    caveat: `${withoutAddress(proxy.host, resolution)}, so any IPv4 address was checked`,
  }
}

/** The staging area subnet and the replication server; with neither, any address. */
export async function replicationTargets({options, reader}: CheckContext): Promise<Targets> {
  const {stagingSubnet, replicationServer} = options
  const port = replicationServer?.port ?? REPLICATION_PORT
  const resolution = replicationServer ? await reader.resolve(replicationServer.host) : null
  const addresses = resolution ? peersOf(resolution) : []
  const server = addresses
    .filter(address => !stagingSubnet || !isInSubnet(stagingSubnet, address))
    .map(address => ({
      ...asTarget(address, port),
      name: replicationServer?.host ?? address,
      destination: address,
    }))
  const subnet = stagingSubnet ? subnetTargets(stagingSubnet, port) : []
  if (subnet.length + server.length > 0) {
    const targets = [...subnet, ...server]
    const title = [...new Set(targets.map(({name}) => name))].join(', ')
    const caveat = resolution && notJudged(replicationServer?.host ?? '', resolution)
    return {title, targets, caveat, unused: [], names: []}
  }
  return {
    title: 'any IPv4 address',
    targets: anyPeer(await ownAddresses(reader)).map(cidr => asTarget(cidr, port)),
    unused: [],
    names: [],
    caveat: resolution
      ? `${withoutAddress(replicationServer?.host ?? '', resolution)}, so any IPv4 address was checked`
      : 'neither a staging area subnet nor a replication server was given, so any IPv4 address was checked',
  }
}

/** Where somebody may answer within the ranges that a check is judged for. */
export async function knownPeers(
  check: CheckId,
  {options, reader}: Pick<CheckContext, 'options' | 'reader'>,
): Promise<readonly string[]> {
  if (check !== 'firewall-1500' || options.replicationServer === null) return []
  return peersOf(await reader.resolve(options.replicationServer.host))
}

const asTarget = (to: string, port: number): Target => ({to, port, name: to, destination: null, proxy: null})

/** The rule for a subnet is as wide as the subnet, where that is of one protocol. */
function subnetTargets(subnet: string, port: number): readonly Target[] {
  const destination = parseDestination(subnet)?.length === 1 ? subnet : null
  return peersOfSubnet(subnet).map(cidr => ({...asTarget(cidr, port), name: subnet, destination}))
}

/** What a name resolves to, without the answers where no peer can be: those are for the path checks to tell. */
function peersOf(resolution: Resolution): readonly string[] {
  if (resolution.kind !== 'resolved') return []
  return unique(resolution.addresses.filter(isPeer))
}

function withoutAddress(host: string, {kind}: Resolution): string {
  return kind === 'failed'
    ? `${host} could not be resolved`
    : `${host} resolves to no address of another host`
}

/** A proxy may be on this host. */
function proxyAddresses(resolution: Resolution): readonly string[] {
  if (resolution.kind !== 'resolved') return []
  const known = resolution.addresses.map(({address}) => connectedAddress(address))
  return unique(
    known.filter(address => notForTcp(parseDestination(address) ?? []) === null).map(address => ({address})),
  )
}

function unique(addresses: readonly {readonly address: string}[]): readonly string[] {
  return [...new Set(addresses.map(({address}) => canonicalDestination(address)))]
}

async function ownAddresses(reader: HostReader): Promise<readonly string[]> {
  const {interfaces} = await reader.firewallState()
  return Object.values(interfaces).flatMap(addresses => addresses.map(cidr => cidr.replace(/\/.*$/, '')))
}

/** Private use (RFC 1918) and shared (RFC 6598): not where a public endpoint is. */
const NOT_PUBLIC = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16']

/** Every IPv4 address that may be a peer of this host, as CIDRs; `own` are the host's own addresses. */
export function anyPeer(own: readonly string[]): readonly string[] {
  return peersIn({family: 4, ...EVERYTHING[4]}, intervals(own)).flatMap(cidrsOf)
}

/** Every public IPv4 address other than the host's own, as CIDRs. */
export function anyPublicPeer(own: readonly string[]): readonly string[] {
  return anyPeer([...own, ...NOT_PUBLIC])
}

/**
 * A subnet as CIDRs without the addresses that are no peer's, such as 127.0.0.0/8 within 0.0.0.0/0; each is of one
 * protocol, IPv4 where the addresses are IPv4-mapped.
 */
export function peersOfSubnet(subnet: string): readonly string[] {
  const parts = parseDestination(subnet) ?? []
  const peers = parts.flatMap(part => peersIn(part))
  const [only, ...others] = peers
  const whole = others.length === 0 && only?.lo === parts[0]?.lo && only?.hi === parts[0]?.hi
  return whole ? [subnet] : peers.flatMap(cidrsOf)
}

function intervals(addresses: readonly string[]): readonly FamilyInterval[] {
  return addresses.flatMap(address => parseInterval(address) ?? [])
}
