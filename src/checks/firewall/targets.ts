import ipaddr from 'ipaddr.js'
import type {CheckContext} from '../check.ts'

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

/**
 * The IPv4 address space without its special-purpose blocks: "this network", private, shared (RFC 6598), loopback,
 * link-local, multicast and reserved. Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890).
 */
export const PUBLIC_IPV4 = [
  '1.0.0.0/8',
  '2.0.0.0/7',
  '4.0.0.0/6',
  '8.0.0.0/7',
  '11.0.0.0/8',
  '12.0.0.0/6',
  '16.0.0.0/4',
  '32.0.0.0/3',
  '64.0.0.0/3',
  '96.0.0.0/6',
  '100.0.0.0/10',
  '100.128.0.0/9',
  '101.0.0.0/8',
  '102.0.0.0/7',
  '104.0.0.0/5',
  '112.0.0.0/5',
  '120.0.0.0/6',
  '124.0.0.0/7',
  '126.0.0.0/8',
  '128.0.0.0/3',
  '160.0.0.0/5',
  '168.0.0.0/8',
  '169.0.0.0/9',
  '169.128.0.0/10',
  '169.192.0.0/11',
  '169.224.0.0/12',
  '169.240.0.0/13',
  '169.248.0.0/14',
  '169.252.0.0/15',
  '169.255.0.0/16',
  '170.0.0.0/7',
  '172.0.0.0/12',
  '172.32.0.0/11',
  '172.64.0.0/10',
  '172.128.0.0/9',
  '173.0.0.0/8',
  '174.0.0.0/7',
  '176.0.0.0/4',
  '192.0.0.0/9',
  '192.128.0.0/11',
  '192.160.0.0/13',
  '192.169.0.0/16',
  '192.170.0.0/15',
  '192.172.0.0/14',
  '192.176.0.0/12',
  '192.192.0.0/10',
  '193.0.0.0/8',
  '194.0.0.0/7',
  '196.0.0.0/6',
  '200.0.0.0/5',
  '208.0.0.0/4',
] as const

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
    targets: PUBLIC_IPV4.map(to => ({to, name: 'any public address', destination: null})),
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
    targets: [{to: '0.0.0.0/0', name: 'any IPv4 address', destination: null}],
    caveat: replicationServer
      ? `${replicationServer.host} could not be resolved, so every IPv4 address was judged`
      : 'neither a staging area subnet nor a replication server was given, so every IPv4 address was judged',
  }
}

function contains(cidr: string, address: string): boolean {
  const [network, length] = ipaddr.parseCIDR(cidr)
  const parsed = ipaddr.parse(address)
  return parsed.kind() === network.kind() && parsed.match(network, length)
}
