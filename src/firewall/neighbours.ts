import {type Interval, parseAddress, single, type Value} from './address.ts'
import type {LinuxFirewallState} from './state.ts'

/** What is known of a neighbour without asking for it: for good, for now, or not at all. */
export type Acquaintance = 'permanent' | 'cached' | 'none'

export type Neighbour = {
  readonly address: Value
  readonly interface: string
  readonly acquaintance: Acquaintance
}

/** IPv6 neighbours as captured. */
export type Neighbours = {
  /** Null: the cache was not captured, so anyone may be in it. */
  readonly known: readonly Neighbour[] | null
  /** Interfaces on which no neighbour has to be found. */
  readonly exempt: ReadonlySet<string>
}

/** Reads the neighbour cache and the flags of the interfaces; the one says nothing without the other. */
export function readNeighbours({neighbours, links, unreadable}: LinuxFirewallState): Neighbours {
  const missing = unreadable.neighbours ?? unreadable.links
  if (!neighbours || !links || missing !== undefined) return {known: null, exempt: new Set()}
  return {known: neighbours.flatMap(readNeighbour), exempt: new Set(links.flatMap(exemptInterface))}
}

/** States that `ip neigh` prints (ip-neighbour(8)). */
const STATES: ReadonlyMap<string, Acquaintance> = new Map([
  ['PERMANENT', 'permanent'],
  ['NOARP', 'permanent'],
  ['REACHABLE', 'cached'],
  ['STALE', 'cached'],
  ['DELAY', 'cached'],
  ['PROBE', 'cached'],
  ['INCOMPLETE', 'none'],
  ['FAILED', 'none'],
  ['NONE', 'none'],
])

/** Reads `fe80::1 dev eth0 lladdr 02:00:00:00:00:01 router STALE`. A state that is not known may be one that helps. */
function readNeighbour(line: string): Neighbour[] {
  const words = line.trim().split(/\s+/)
  const address = parseAddress(words[0] ?? '')
  const device = words[words.indexOf('dev') + 1]
  if (address?.family !== 6 || !words.includes('dev') || device === undefined) return []
  const acquaintance = STATES.get(words.findLast(word => /^[A-Z]+$/.test(word)) ?? '') ?? 'cached'
  return [{address: address.value, interface: device, acquaintance}]
}

/** The flags of interfaces on which the kernel resolves nothing (net/ipv6/ndisc.c, `ndisc_constructor`). */
const WITHOUT_NEIGHBOURS = ['NOARP', 'LOOPBACK', 'POINTOPOINT']

/** Reads `4: tun0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1500 …`. */
function exemptInterface(line: string): string[] {
  const [, name, flags] = /^\d+:\s+([^\s:@]+)(?:@\S+)?:\s+<([^>]*)>/.exec(line) ?? []
  if (name === undefined || flags === undefined) return []
  return flags.split(',').some(flag => WITHOUT_NEIGHBOURS.includes(flag)) ? [name] : []
}

/** The group that a solicitation for these addresses goes to (RFC 4291, 2.7.1): their last 24 bits after its prefix. */
export function solicitedNodeGroup({lo, hi}: Interval): {lo: bigint; hi: bigint} {
  const first = GROUPS + (BigInt(lo) & LAST_24_BITS)
  const last = GROUPS + (BigInt(hi) & LAST_24_BITS)
  const together = BigInt(hi) - BigInt(lo) <= LAST_24_BITS && first <= last
  return together ? {lo: first, hi: last} : {lo: GROUPS, hi: GROUPS + LAST_24_BITS}
}

const LAST_24_BITS = 0xffffffn
/** ff02::1:ff00:0, a prefix of 104 bits. */
const GROUPS = 0xff0200000000000000000001ff000000n

/** The addresses at which what is known of neighbours changes. */
export function neighbourBoundaries({known}: Neighbours): Interval[] {
  return (known ?? []).map(({address}) => single(address))
}
