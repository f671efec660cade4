import {existsSync} from 'node:fs'

/** Addresses of one host of the lab; `eth0` carries all of them, the first of each family is its source address. */
type Placement = {
  readonly ipv4: readonly string[]
  readonly ipv6: readonly string[]
  /** The router's address in this network, and so the host's gateway. */
  readonly gateway: {readonly ipv4: string; readonly ipv6: string}
  readonly prefix: {readonly ipv4: number; readonly ipv6: number}
}

/** Where the stand-in for AWS answers. Addresses set aside for documentation: RFC 5737 and RFC 3849. */
export const AWS = {
  drs: {ipv4: '198.51.100.10', ipv6: '2001:db8:51::10'},
  ec2: {ipv4: '198.51.100.20', ipv6: '2001:db8:51::20'},
  s3: {ipv4: '198.51.100.30', ipv6: '2001:db8:51::30'},
  dns: {ipv4: '198.51.100.53', ipv6: '2001:db8:51::53'},
} as const

export const SOURCE = {ipv4: '10.9.0.2', ipv6: 'fd00:9::2'} as const
export const STAGING = {ipv4: '10.20.0.10', ipv6: 'fd00:20::10', subnet: '10.20.0.0/16'} as const
export const PROXY = {ipv4: '10.30.0.8', ipv6: 'fd00:30::8'} as const

export const HOST_NAMES = ['source', 'aws', 'staging', 'proxy'] as const

export type HostName = (typeof HOST_NAMES)[number]

/** Every host hangs on the router by a link of its own, which the router calls by the host's name. */
const PLACEMENTS: Readonly<Record<HostName, Placement>> = {
  source: {
    ipv4: [SOURCE.ipv4],
    ipv6: [SOURCE.ipv6],
    gateway: {ipv4: '10.9.0.1', ipv6: 'fd00:9::1'},
    prefix: {ipv4: 24, ipv6: 64},
  },
  aws: {
    ipv4: Object.values(AWS).map(({ipv4}) => ipv4),
    ipv6: Object.values(AWS).map(({ipv6}) => ipv6),
    gateway: {ipv4: '198.51.100.1', ipv6: '2001:db8:51::1'},
    prefix: {ipv4: 24, ipv6: 64},
  },
  staging: {
    ipv4: [STAGING.ipv4],
    ipv6: [STAGING.ipv6],
    gateway: {ipv4: '10.20.0.1', ipv6: 'fd00:20::1'},
    prefix: {ipv4: 16, ipv6: 64},
  },
  proxy: {
    ipv4: [PROXY.ipv4],
    ipv6: [PROXY.ipv6],
    gateway: {ipv4: '10.30.0.1', ipv6: 'fd00:30::1'},
    prefix: {ipv4: 24, ipv6: 64},
  },
}

/** Whether this kernel has IPv6 at all; a lab without it has IPv4 addresses only. */
export const hasIpv6 = (): boolean => existsSync('/proc/sys/net/ipv6')

/** Input of `ip -batch` for the router and each host. */
export function networkSetup(): ReadonlyMap<HostName | 'router', string> {
  const router = ['link set lo up']
  const setup = new Map<HostName | 'router', string>()
  for (const name of HOST_NAMES) {
    const {ipv4, ipv6, gateway, prefix} = PLACEMENTS[name]
    router.push(`link set ${name} up`, `address add ${gateway.ipv4}/${prefix.ipv4} dev ${name}`)
    const host = ['link set lo up', 'link set eth0 up']
    host.push(...ipv4.map(address => `address add ${address}/${prefix.ipv4} dev eth0`))
    host.push(`route add default via ${gateway.ipv4}`)
    if (hasIpv6()) {
      router.push(`address add ${gateway.ipv6}/${prefix.ipv6} dev ${name}`)
      host.push(...ipv6.map(address => `address add ${address}/${prefix.ipv6} dev eth0`))
      host.push(`route add ::/0 via ${gateway.ipv6}`)
    }
    setup.set(name, lines(host))
  }
  return setup.set('router', lines(router))
}

/** Files that every machine of the lab has in its `/etc`, by name. */
export function etcFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['resolv.conf', `nameserver ${AWS.dns.ipv4}\n`],
    ['hosts', lines(['127.0.0.1 localhost', '::1 localhost'])],
    ['nsswitch.conf', lines(['passwd: files', 'group: files', 'hosts: files dns', 'services: files'])],
  ])
}

const lines = (list: readonly string[]): string => `${list.join('\n')}\n`
