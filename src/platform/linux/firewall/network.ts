import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describeResult, type RunCommand, succeeded} from '../../command.ts'

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

type Reading<T> = {readonly value: T; readonly unreadable: string | null}

/** The kernel's default, for where it cannot be read. */
const DEFAULT_PORTS: [number, number] = [32768, 60999]

export async function readNetwork(
  run: RunCommand,
  root: string,
  signal?: AbortSignal,
): Promise<NetworkFacts> {
  const limits = signal ? {signal} : {}
  const lines = async (...command: [string, ...string[]]): Promise<Reading<string[]>> => {
    const result = await run(command, limits)
    return succeeded(result)
      ? {value: result.stdout.split('\n').filter(line => line.trim()), unreadable: null}
      : {value: [], unreadable: describeResult(command, result)}
  }
  /** A kernel may do without policy routing, or without IPv6. */
  const rulesOf = async (...command: [string, ...string[]]): Promise<Reading<string[]>> => {
    const rules = await lines(...command)
    return /not supported/i.test(rules.unreadable ?? '') ? {value: [], unreadable: null} : rules
  }
  const [addresses, v4, v6, neighbours, links, rules4, rules6, ports] = await Promise.all([
    lines('ip', '-o', 'addr', 'show'),
    lines('ip', 'route', 'show'),
    lines('ip', '-6', 'route', 'show'),
    lines('ip', '-6', 'neigh', 'show'),
    lines('ip', '-o', 'link', 'show'),
    rulesOf('ip', 'rule', 'show'),
    rulesOf('ip', '-6', 'rule', 'show'),
    readLocalPortRange(root),
  ])
  const unreadable: Record<string, string> = {}
  if (addresses.unreadable) unreadable.interfaces = addresses.unreadable
  if (v4.unreadable ?? v6.unreadable) unreadable.routes = v4.unreadable ?? v6.unreadable ?? ''
  if (neighbours.unreadable) unreadable.neighbours = neighbours.unreadable
  if (links.unreadable) unreadable.links = links.unreadable
  if (rules4.unreadable ?? rules6.unreadable)
    unreadable.routingRules = rules4.unreadable ?? rules6.unreadable ?? ''
  if (ports.unreadable) unreadable.localPortRange = ports.unreadable
  return {
    interfaces: parseAddresses(addresses.value),
    routes: [...v4.value, ...v6.value],
    neighbours: neighbours.value,
    links: links.value,
    routingRules: {ipv4: rules4.value, ipv6: rules6.value},
    localPortRange: ports.value,
    unreadable,
  }
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
