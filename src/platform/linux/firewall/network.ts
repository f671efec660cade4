import {join} from 'node:path'
import type {QueueReader, TcpListener} from '../../../firewall/state/state.ts'
import {errnoOf} from '../../files/file-error.ts'
import {readSystemFile} from '../../files/read.ts'
import type {RunCommand} from '../../process/command.ts'
import {type Reading, readIpListings} from './ip-show.ts'
import {readQueueReaders} from './queue-readers.ts'
import {readTcpListeners} from './tcp-listeners.ts'

/**
 * How packets leave this host, and who takes them on it. A field that could not be read is empty, and named in
 * `unreadable`.
 */
export type NetworkFacts = {
  readonly interfaces: Record<string, string[]>
  readonly routes: string[]
  readonly routingTables: {readonly ipv4: string[]; readonly ipv6: string[]}
  readonly neighbours: string[]
  readonly arpCache: string[]
  readonly links: string[]
  readonly routingRules: {readonly ipv4: string[]; readonly ipv6: string[]}
  readonly settings: Record<string, string>
  readonly queueReaders: QueueReader[]
  readonly tcpListeners: TcpListener[]
  readonly localPortRange: [number, number]
  readonly deviceGroups: Record<string, number>
  readonly unreadable: Readonly<Record<string, string>>
}

/** The kernel's default, for where it cannot be read. */
const DEFAULT_PORTS: [number, number] = [32768, 60999]

export async function readNetwork(
  run: RunCommand,
  root: string,
  signal?: AbortSignal,
): Promise<NetworkFacts> {
  const limits = signal ? {signal} : {}
  const [listed, localPortRange, queueReaders, tcpListeners, deviceGroups] = await Promise.all([
    readIpListings(run, limits),
    readLocalPortRange(root),
    readQueueReaders(root),
    readTcpListeners(run, root, limits),
    readDeviceGroups(root),
  ])
  const interfaces = parseAddresses(listed.addresses.value)
  const read = {
    interfaces: {...listed.addresses, value: interfaces},
    routes: together(listed.routes, (ipv4, ipv6) => [...ipv4, ...ipv6]),
    routingTables: together(listed.tables, (ipv4, ipv6) => ({ipv4, ipv6})),
    neighbours: listed.neighbours.ipv6,
    arpCache: listed.neighbours.ipv4,
    links: listed.links,
    routingRules: together(
      {ipv4: unlessWithoutRules(listed.rules.ipv4), ipv6: unlessWithoutRules(listed.rules.ipv6)},
      (ipv4, ipv6) => ({ipv4, ipv6}),
    ),
    settings: await readSettings(root, Object.keys(interfaces)),
    ...{queueReaders, tcpListeners, localPortRange},
  }
  const unreadable: Record<string, string> = {}
  for (const [field, {unreadable: reason}] of Object.entries(read))
    if (reason !== null) unreadable[field] = reason
  return {
    interfaces,
    routes: read.routes.value,
    routingTables: read.routingTables.value,
    neighbours: read.neighbours.value,
    arpCache: read.arpCache.value,
    links: read.links.value,
    routingRules: read.routingRules.value,
    settings: read.settings.value,
    queueReaders: queueReaders.value,
    tcpListeners: tcpListeners.value,
    localPortRange: localPortRange.value,
    deviceGroups,
    unreadable,
  }
}

type Both = {readonly ipv4: Reading<string[]>; readonly ipv6: Reading<string[]>}

function together<T>({ipv4, ipv6}: Both, join: (ipv4: string[], ipv6: string[]) => T): Reading<T> {
  return {value: join(ipv4.value, ipv6.value), unreadable: ipv4.unreadable ?? ipv6.unreadable}
}

/** A kernel may do without policy routing, or without IPv6. */
function unlessWithoutRules(rules: Reading<string[]>): Reading<string[]> {
  return /not supported/i.test(rules.unreadable ?? '') ? {value: [], unreadable: null} : rules
}

/** Reads lines of `ip -o addr show`: `2: eth0    inet 10.9.0.2/24 brd … scope global eth0`. */
function parseAddresses(lines: readonly string[]): Record<string, string[]> {
  const interfaces: Record<string, string[]> = {}
  for (const line of lines) {
    const match = /^\d+:\s+(\S+)\s+inet6?\s+(\S+)(?:\s+peer\s+(\S+))?/.exec(line)
    if (!match?.[1] || !match[2]) continue
    const name = match[1].replace(/@.*$/, '')
    const address = match[2].includes('/') ? match[2] : `${match[2]}/${match[2].includes(':') ? 128 : 32}`
    const known = interfaces[name]
    if (known) known.push(address)
    else interfaces[name] = [address]
  }
  return interfaces
}

async function readLocalPortRange(root: string): Promise<Reading<[number, number]>> {
  const path = join(root, 'proc/sys/net/ipv4/ip_local_port_range')
  const text = await readSystemFile(path).catch((error: Error) => error)
  if (text instanceof Error) return {value: DEFAULT_PORTS, unreadable: text.message}
  const match = /^(\d+)\s+(\d+)\s*$/.exec(text)
  if (!match) return {value: DEFAULT_PORTS, unreadable: `${path} does not contain two ports`}
  return {value: [Number(match[1]), Number(match[2])], unreadable: null}
}

/** Where iproute2 looks for names of interface groups; what comes later wins (ip-link(8)). */
const FILES = ['usr/share/iproute2/group', 'etc/iproute2/group']

/** Groups of interfaces by name; those that nobody has named are left out. */
async function readDeviceGroups(root: string): Promise<Record<string, number>> {
  const texts = await Promise.all(FILES.map(file => readSystemFile(join(root, file)).catch(() => '')))
  const groups: Record<string, number> = {}
  for (const [, number, name] of texts.join('\n').matchAll(/^\s*(\d{1,10}|0x[0-9a-fA-F]{1,8})\s+([^\s#]+)/gm))
    if (name !== undefined) groups[name] = Number(number)
  return groups
}

/** Settings of IPv4 that decide whether a reply is taken on the interface that it comes in by (ip-sysctl). */
const OF_INTERFACES = ['rp_filter', 'src_valid_mark']

/** Settings that decide what this host's own packets are like, and when those that come in find their socket (ip-sysctl). */
const OF_PACKETS = [
  ...['ip_default_ttl', 'tcp_sack', 'tcp_timestamps', 'tcp_window_scaling'],
  ...['ip_early_demux', 'tcp_early_demux'],
]

/** Reads settings below /proc/sys, of the host, of all these interfaces and of `all`; those that are not there are left out. */
async function readSettings(
  root: string,
  interfaces: readonly string[],
): Promise<Reading<Record<string, string>>> {
  const paths = [
    ...['all', ...interfaces].flatMap(name =>
      OF_INTERFACES.map(setting => `net/ipv4/conf/${name}/${setting}`),
    ),
    ...OF_PACKETS.map(setting => `net/ipv4/${setting}`),
    ...interfaces.map(name => `net/ipv6/conf/${name}/hop_limit`),
  ]
  const read = await Promise.all(
    paths.map(async path => {
      const text = await readSystemFile(join(root, 'proc/sys', path)).catch((error: Error) => error)
      return {path, text}
    }),
  )
  const settings: Record<string, string> = {}
  let unreadable: string | null = null
  for (const {path, text} of read) {
    if (typeof text === 'string') settings[path] = text.trim()
    else if (errnoOf(text) !== 'ENOENT') unreadable = text.message
  }
  return {value: settings, unreadable}
}
