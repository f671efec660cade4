import type {StoppedDiscovery} from '../../contract/judgement.ts'
import {EVERYTHING, formatAddress, formatInterval, type Interval, prefixInterval} from '../address.ts'
import {type Acquaintance, type Neighbours, solicitedNodeGroup} from '../neighbours.ts'
import {ICMPV6_TYPES} from '../protocol.ts'
import {isLinkLocal, type NextHop, type Routing} from '../routes.ts'
import type {Traits} from '../traits.ts'
import type {Block} from './block.ts'
import {type DiscoveryPacket, type Fate, type Shared, walkDiscovery} from './discovery-walk.ts'
import type {Hooks} from './hooks.ts'
import type {DiscoveryBlock, OpenDiscovery} from './open-discovery.ts'

/** Whether a next hop is found. `block` is null unless it surely is not. */
export type Finding = {
  readonly block: DiscoveryBlock | null
  readonly open: readonly OpenDiscovery[]
}

export type FindNextHop = (
  hop: NextHop | null,
  destination: Interval,
  source: Interval,
  shared: Shared,
) => Finding

const FOUND: Finding = {block: null, open: []}

const LINK_LOCAL = prefixInterval(6, 0xfe80n << 112n, 10)

/** All that neighbour discovery is judged by. */
export type DiscoveryRules = {
  readonly hooks: Hooks
  readonly routing: Routing
  readonly traits: Traits
  readonly neighbours: Neighbours
  /** Whether the routes could be read. */
  readonly routed: boolean
}

/**
 * Judges whether a packet's next hop is found by IPv6 neighbour discovery (RFC 4861, 7.2): a solicitation goes out to
 * the next hop's group, an advertisement comes back. Who is in the cache is not asked for again until it has been
 * silent for some seconds. A next hop that does not know this host solicits it in turn. Each learns from the other's
 * solicitation as well, so that it depends on what came before whether all four messages are needed.
 */
export function createDiscovery(rules: () => DiscoveryRules): FindNextHop {
  const known = new Map<string, Finding>()
  return (hop, destination, source, shared) => {
    const target: Interval = hop ? (hop.gateway ?? destination) : EVERYTHING[6]
    if (hop?.gateway ? hop.gateway.family !== 6 : typeof destination.lo === 'number') return FOUND
    const alone = target.lo === target.hi || hop === null
    // Nothing about one next hop can differ within a range of destinations.
    const mine: Shared = alone ? {...shared, partiality: {seen: false}, wholeOnly: false} : shared
    if (!alone) return find(rules(), hop, target, source, mine)
    const key = `${hop?.interface} ${target.lo} ${target.hi} ${source.lo} ${source.hi}`
    const before = shared.record ? undefined : known.get(key)
    if (before) return before
    const {record: _, ...silent} = mine
    const found = find(rules(), hop, target, source, {...silent, record: undefined})
    known.set(key, found)
    // Told only where there is something to tell.
    return found === FOUND || !shared.record ? found : find(rules(), hop, target, source, mine)
  }
}

function find(
  {hooks, routing, traits, neighbours, routed}: DiscoveryRules,
  hop: NextHop | null,
  target: Interval,
  packetSource: Interval,
  shared: Shared,
): Finding {
  // What has no route goes nowhere, whatever the rules are.
  if (hop === null && routed && !routing.open) return FOUND
  const device = hop?.interface ?? null
  if (device !== null && neighbours.exempt.has(device)) return FOUND
  const acquaintance = acquaintanceOf(neighbours, target, device, shared)
  if (acquaintance === 'permanent') return FOUND
  const interfaces = device === null ? null : [device]
  const source = solicitationSource(routing, device, packetSource)
  const nextHop = nameOf(hop, target)
  const walk = (packet: Message): Walked => ({
    packet,
    fate: walkDiscovery(hooks, routing, traits, {...packet, interfaces}, shared),
  })
  const ours = [
    walk({name: 'solicitation', way: 'out', from: source, to: solicitedNodeGroup(target)}),
    walk({name: 'advertisement', way: 'in', from: target, to: source}),
  ]
  const theirs = soliciting(hop, target).flatMap(peer => [
    walk({name: 'solicitation', way: 'in', from: peer, to: solicitedNodeGroup(source)}),
    walk({name: 'advertisement', way: 'out', from: source, to: peer}),
  ])
  const [stop] = ours.flatMap(({packet, fate}) => (fate.kind === 'stopped' ? {packet, ...fate} : []))
  if (stop && acquaintance === 'none' && isHopeless([...ours, ...theirs]))
    return {block: {...stop.block, discovery: describe(stop.packet, stop.block, nextHop)}, open: []}
  const open = [
    ...ours.flatMap(({packet, fate}) => openOf(packet, fate, nextHop, WHY[acquaintance])),
    ...theirs.flatMap(({packet, fate}) => openOf(packet, fate, nextHop, 'peer')),
  ]
  return open.length === 0 ? FOUND : {block: null, open}
}

type Message = Omit<DiscoveryPacket, 'interfaces'>
type Walked = {readonly packet: Message; readonly fate: Fate}

const WHY = {cached: 'cached', open: 'may-be-cached', none: 'may-be-told'} as const

/**
 * Either end learns of the other by an advertisement that it has asked for, or from the other's own solicitation (RFC
 * 4861, 7.2.3). It is hopeless where one of them can do neither.
 */
function isHopeless(walked: readonly Walked[]): boolean {
  const stopped = (name: Message['name'], way: Message['way']) =>
    walked.every(({packet, fate}) => packet.name !== name || packet.way !== way || fate.kind === 'stopped')
  const [ours, theirs] = [stopped('solicitation', 'out'), stopped('solicitation', 'in')]
  const weCannot = theirs && (ours || stopped('advertisement', 'in'))
  const theyCannot = ours && (theirs || stopped('advertisement', 'out'))
  return weCannot || theyCannot
}

function openOf(packet: Message, fate: Fate, nextHop: string, why: OpenDiscovery['why']): OpenDiscovery[] {
  switch (fate.kind) {
    case 'passes':
      return []
    case 'open':
      return [{because: fate.because, stopped: null, why: 'undecided', nextHop, block: null}]
    case 'stopped': {
      const because = [fate.block.rule.source.text]
      const stopped = describe(packet, fate.block, nextHop)
      return [{because, stopped, why, nextHop, block: {...fate.block, discovery: stopped}}]
    }
  }
}

function describe({name, way}: Message, {rule}: Block, nextHop: string): StoppedDiscovery {
  return {nextHop, icmpv6Type: ICMPV6_TYPES[name], way, blocker: rule.source}
}

/** Of several next hops that may be taken, this one is not found. */
export function oneOfSeveral(block: DiscoveryBlock): OpenDiscovery {
  const {rule, discovery: stopped} = block
  return {because: [rule.source.text], stopped, why: 'one-of-several', nextHop: stopped.nextHop, block}
}

/**
 * What the cache holds for all of the addresses; where it differs among them, or nobody can tell, they may be cached.
 */
function acquaintanceOf(
  {known}: Neighbours,
  target: Interval,
  device: string | null,
  {partiality}: Shared,
): Acquaintance | 'open' {
  if (known === null || device === null) return 'open'
  const inside = known.filter(
    neighbour =>
      target.lo <= neighbour.address && neighbour.address <= target.hi && device === neighbour.interface,
  )
  const best = inside.find(({acquaintance}) => acquaintance !== 'none')
  if (!best) return 'none'
  if (target.lo === target.hi) return best.acquaintance
  partiality.seen = true
  return 'open'
}

/** The packet's own source where it is of that interface, else a link-local address (net/ipv6/ndisc.c). */
function solicitationSource({own}: Routing, device: string | null, source: Interval): Interval {
  const isOwn = own.some(
    ({interface: name, address}) => (device === null || name === device) && address.lo === source.lo,
  )
  if (source.lo === source.hi && isOwn) return source
  const locals = own.filter(({interface: name, address}) => name === device && isLinkLocal(6, address))
  const [local] = locals
  return typeof source.lo === 'number' && local && locals.length === 1 ? local.address : EVERYTHING[6]
}

/** Where a next hop solicits from: a router from its link-local address when it forwards. */
function soliciting(hop: NextHop | null, target: Interval): readonly Interval[] {
  if (!hop) return [EVERYTHING[6]]
  if (!hop.gateway || isLinkLocal(6, target)) return [target]
  return [target, LINK_LOCAL]
}

function nameOf(hop: NextHop | null, target: Interval): string {
  if (!hop) return 'a router that is not known'
  if (target.lo === target.hi) return formatAddress(6, target.lo)
  return formatInterval(6, hop.of)
}
