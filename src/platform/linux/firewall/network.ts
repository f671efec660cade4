import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {RunCommand} from '../../command.ts'
import {type Reading, readIpListings} from './ip-show.ts'

/** How packets leave this host. A field that could not be read is empty, and named in `unreadable`. */
export type NetworkFacts = {
  readonly interfaces: Record<string, string[]>
  readonly routes: string[]
  readonly neighbours: string[]
  readonly links: string[]
  readonly routingRules: {readonly ipv4: string[]; readonly ipv6: string[]}
  readonly localPortRange: [number, number]
  readonly unreadable: Readonly<Record<string, string>>
}

/** The kernel's default, for where it cannot be read. */
const DEFAULT_PORTS: [number, number] = [32768, 60999]

export async function readNetwork(
  run: RunCommand,
  root: string,
  signal?: AbortSignal,
): Promise<NetworkFacts> {
  const [listed, ports] = await Promise.all([
    readIpListings(run, signal ? {signal} : {}),
    readLocalPortRange(root),
  ])
  const {addresses, links, routes, neighbours} = listed
  const [rules4, rules6] = [unlessWithoutRules(listed.rules.ipv4), unlessWithoutRules(listed.rules.ipv6)]
  const unreadable: Record<string, string> = {}
  if (addresses.unreadable) unreadable.interfaces = addresses.unreadable
  if (routes.ipv4.unreadable ?? routes.ipv6.unreadable)
    unreadable.routes = routes.ipv4.unreadable ?? routes.ipv6.unreadable ?? ''
  if (neighbours.unreadable) unreadable.neighbours = neighbours.unreadable
  if (links.unreadable) unreadable.links = links.unreadable
  if (rules4.unreadable ?? rules6.unreadable)
    unreadable.routingRules = rules4.unreadable ?? rules6.unreadable ?? ''
  if (ports.unreadable) unreadable.localPortRange = ports.unreadable
  return {
    interfaces: parseAddresses(addresses.value),
    routes: [...routes.ipv4.value, ...routes.ipv6.value],
    neighbours: neighbours.value,
    links: links.value,
    routingRules: {ipv4: rules4.value, ipv6: rules6.value},
    localPortRange: ports.value,
    unreadable,
  }
}

/** A kernel may do without policy routing, or without IPv6. */
function unlessWithoutRules(rules: Reading<string[]>): Reading<string[]> {
  return /not supported/i.test(rules.unreadable ?? '') ? {value: [], unreadable: null} : rules
}

/** Reads lines of `ip -o addr show`: `2: eth0    inet 10.9.0.2/24 brd … scope global eth0`. */
export function parseAddresses(lines: readonly string[]): Record<string, string[]> {
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
  const text = await readFile(path, 'utf8').catch((error: Error) => error)
  if (text instanceof Error) return {value: DEFAULT_PORTS, unreadable: text.message}
  const match = /^(\d+)\s+(\d+)\s*$/.exec(text)
  if (!match) return {value: DEFAULT_PORTS, unreadable: `${path} does not hold two ports`}
  return {value: [Number(match[1]), Number(match[2])], unreadable: null}
}
