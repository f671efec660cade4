import {type Family, type Interval, parseAddress, single, type Value} from '../model/address.ts'
import type {LinuxFirewallState} from '../state/state.ts'
import {type Link, readLinks} from './traits.ts'

/** What is known of a neighbour without asking for it: for good, for now, or not at all. */
export type Acquaintance = 'permanent' | 'cached' | 'none'

export type Neighbour = {
  readonly address: Value
  readonly interface: string
  readonly acquaintance: Acquaintance
}

/** Neighbours of one address family as captured. */
export type Neighbours = {
  /** Null: the cache was not captured, so anyone may be in it. */
  readonly known: readonly Neighbour[] | null
  /** Interfaces on which no neighbour has to be found. */
  readonly exempt: ReadonlySet<string>
}

/** Reads the neighbour cache and the flags of the interfaces; the one says nothing without the other. */
export function readNeighbours(state: LinuxFirewallState, family: Family): Neighbours {
  const field = family === 4 ? 'arpCache' : 'neighbours'
  const lines = state.unreadable[field] === undefined ? state[field] : undefined
  const links = readLinks(state)
  if (!lines || !links) return {known: null, exempt: new Set()}
  return {known: lines.flatMap(line => readNeighbour(line, family)), exempt: exemptInterfaces(links)}
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
function readNeighbour(line: string, family: Family): Neighbour[] {
  const words = line.trim().split(/\s+/)
  const address = parseAddress(words[0] ?? '')
  const device = words[words.indexOf('dev') + 1]
  if (address?.family !== family || !words.includes('dev') || device === undefined) return []
  const acquaintance = STATES.get(words.findLast(word => /^[A-Z]+$/.test(word)) ?? '') ?? 'cached'
  return [{address: address.value, interface: device, acquaintance}]
}

/**
 * The flags of interfaces on which the kernel resolves nothing (`ndisc_constructor` in net/ipv6/ndisc.c,
 * `arp_constructor` in net/ipv4/arp.c).
 */
const WITHOUT_NEIGHBOURS = ['NOARP', 'LOOPBACK', 'POINTOPOINT']

function exemptInterfaces(links: readonly Link[]): ReadonlySet<string> {
  const exempt = links.filter(({flags}) => WITHOUT_NEIGHBOURS.some(flag => flags.has(flag)))
  return new Set(exempt.map(({name}) => name))
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
