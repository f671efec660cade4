import ipaddr from 'ipaddr.js'
import type {CheckContext, HostReader} from '../check.ts'
import {anyPeer, anyPublicPeer} from './any-address.ts'

/** What a host firewall check is judged for: addresses or CIDRs, and what humans call them. */
export type Target = {
  readonly to: string
  readonly name: string
  /** Destination of the narrowest rule that makes sense for it; null means any. */
  readonly destination: string | null
}

export type Targets = {
  /** What all of them together are called. */
  readonly title: string
  readonly targets: readonly Target[]
  /** Said in the finding where the targets stand in for something that could not be known. */
  readonly caveat: string | null
}

/** The addresses of the Region's endpoints; without DNS, every public address. */
export async function endpointTargets({endpoints, reader}: CheckContext): Promise<Targets> {
  if (!endpoints) throw new Error('firewall-443 needs a Region')
  const hosts = [
    endpoints.drsHost,
    ...endpoints.buckets.flatMap(({host, neededBySourceServer}) =>
      host && neededBySourceServer ? [host] : [],
    ),
  ]
  const resolutions = await Promise.all(
    hosts.map(async name => ({name, resolution: await reader.resolve(name)})),
  )
  const targets = resolutions.flatMap(({name, resolution}) =>
    resolution.kind === 'resolved'
      ? resolution.addresses.map(({address}) => ({to: address, name, destination: null}))
      : [],
  )
  const title = `the endpoints of ${endpoints.region.code}`
  if (targets.length > 0) return {title, targets, caveat: null}
  return {
    title,
    targets: anyPublicPeer(await ownAddresses(reader)).map(asTarget),
    caveat: 'no endpoint name could be resolved, so every public IPv4 address was judged',
  }
}

/** The staging area subnet and the replication server; with neither, any address. */
export async function replicationTargets({options, reader}: CheckContext): Promise<Targets> {
  const {stagingSubnet, replicationServer} = options
  const resolution = replicationServer ? await reader.resolve(replicationServer.host) : null
  const addresses = resolution?.kind === 'resolved' ? resolution.addresses.map(({address}) => address) : []
  const server = addresses
    .filter(address => !stagingSubnet || !contains(stagingSubnet, address))
    .map(address => ({to: address, name: replicationServer?.host ?? address, destination: address}))
  const subnet = stagingSubnet ? [{to: stagingSubnet, name: stagingSubnet, destination: stagingSubnet}] : []
  if (subnet.length + server.length > 0) {
    const targets = [...subnet, ...server]
    return {title: [...new Set(targets.map(({name}) => name))].join(', '), targets, caveat: null}
  }
  return {
    title: 'any IPv4 address',
    targets: anyPeer(await ownAddresses(reader)).map(asTarget),
    caveat: replicationServer
      ? `${replicationServer.host} could not be resolved, so every IPv4 address was judged`
      : 'neither a staging area subnet nor a replication server was given, so every IPv4 address was judged',
  }
}

const asTarget = (cidr: string): Target => ({to: cidr, name: cidr, destination: null})

async function ownAddresses(reader: HostReader): Promise<readonly string[]> {
  const {interfaces} = await reader.firewallState()
  return Object.values(interfaces).flatMap(addresses => addresses.map(cidr => cidr.replace(/\/.*$/, '')))
}

function contains(cidr: string, address: string): boolean {
  const [network, length] = ipaddr.parseCIDR(cidr)
  const parsed = ipaddr.parse(address)
  return parsed.kind() === network.kind() && parsed.match(network, length)
}
