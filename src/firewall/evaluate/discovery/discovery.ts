import {type Acquaintance, type Neighbours, neighbourBoundaries} from '../../host/neighbour-cache.ts'
import type {Traits} from '../../host/traits.ts'
import {EVERYTHING, type Family, formatAddress, formatInterval, type Interval} from '../../model/address.ts'
import type {RuleSet} from '../../model/rules.ts'
import type {HostAddress, NextHop, Routing} from '../../routing/routes.ts'
import type {DiscoveryBlock, OpenDiscovery, RuleBlock, StoppedMessage} from '../block.ts'
import {collectBoundaries} from '../boundaries.ts'
import {ofRule} from '../grounds.ts'
import type {Hooks} from '../hooks.ts'
import {METHODS, type Method} from './methods.ts'
import {type DiscoveryPacket, type Fate, type Shared, walkDiscovery} from './walk.ts'

/** Whether a next hop is found. `block` is null unless it surely is not. */
type Finding = {
  readonly block: DiscoveryBlock | null
  readonly open: readonly OpenDiscovery[]
}

type FindNextHop = (hop: NextHop | null, destination: Interval, source: Interval, shared: Shared) => Finding

/** What may keep routers from finding this host at an address by whose interface the connection does not go out. */
type FindHome = (home: HostAddress, shared: Shared) => readonly OpenDiscovery[]

const FOUND: Finding = {block: null, open: []}

/** All that the search for next hops of one address family is judged by. */
export type DiscoveryRules = {
  readonly hooks: Hooks
  readonly routing: Routing
  readonly traits: Traits
  readonly neighbours: Neighbours
  /** Whether the routes could be read. */
  readonly routed: boolean
}

export type Finder = {readonly findNextHop: FindNextHop; readonly findHome: FindHome}

/** Judges whether a packet's next hop is found: an IPv4 next hop by ARP, an IPv6 one by neighbour discovery. */
export function createFinder(rulesOf: (family: Family) => DiscoveryRules): Finder {
  const finders = {4: createDiscovery(() => rulesOf(4), 4), 6: createDiscovery(() => rulesOf(6), 6)}
  return {
    findNextHop: (hop, destination, source, shared) => {
      const family = hop?.gateway?.family ?? familyOf(destination)
      return finders[family](hop, destination, source, shared)
    },
    findHome: (home, shared) => {
      const family = familyOf(home.address)
      return isFree(rulesOf(family)) ? [] : findHome(rulesOf(family), METHODS[family], home, shared)
    },
  }
}

function familyOf({lo}: Interval): Family {
  return typeof lo === 'number' ? 4 : 6
}

/** Most hosts have no rules for ARP at all. */
function isFree({hooks}: DiscoveryRules): boolean {
  return Object.values(hooks).every(({orders}) => orders.every(order => order.length === 0))
}

/**
 * A question goes out to the next hop, an answer comes back (RFC 4861, 7.2; RFC 826). Who is in the cache is not asked
 * for again until it has been silent for some seconds. A next hop that does not know this host asks for it in turn. Each
 * learns from the other's question as well, so that it depends on what came before whether all four messages are needed.
 */
function createDiscovery(rules: () => DiscoveryRules, family: Family): FindNextHop {
  const method = METHODS[family]
  const known = new Map<string, Finding>()
  return (hop, destination, source, shared) => {
    if (isFree(rules())) return FOUND
    const target: Interval = hop ? (hop.gateway ?? destination) : EVERYTHING[family]
    const alone = target.lo === target.hi || hop === null
    // Nothing about one next hop can differ within a range of destinations.
    const mine: Shared = alone ? {...shared, partiality: {seen: false}, wholeOnly: false} : shared
    const findIt = (sharing: Shared) => find(rules(), method, hop, target, source, sharing)
    if (!alone) return findIt(mine)
    const key = `${hop?.interface} ${target.lo} ${target.hi} ${source.lo} ${source.hi}`
    const before = shared.record ? undefined : known.get(key)
    if (before) return before
    const {record: _, ...silent} = mine
    const found = findIt({...silent, record: undefined})
    known.set(key, found)
    // Told only where there is something to tell.
    return found === FOUND || !shared.record ? found : findIt(mine)
  }
}

function find(
  {hooks, routing, traits, neighbours, routed}: DiscoveryRules,
  method: Method,
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
  const {question, answer, askedAt} = method
  const source = method.sourceOf(routing, device, packetSource, target)
  const about = {nextHop: nameOf(hop, target, method.family), by: method.name}
  const walk = (packet: Message): Walked => ({
    packet,
    fate: walkDiscovery(hooks, routing, traits, {...packet, interfaces}, shared),
  })
  const ours = [
    walk({name: question, way: 'out', from: source, to: askedAt(target)}),
    walk({name: answer, way: 'in', from: target, to: source}),
  ]
  const theirs = method
    .askers(hop, target)
    .flatMap(peer => [
      walk({name: question, way: 'in', from: peer, to: askedAt(source)}),
      walk({name: answer, way: 'out', from: source, to: peer}),
    ])
  const [stop] = ours.flatMap(({packet, fate}) => (fate.kind === 'stopped' ? {packet, ...fate} : []))
  if (stop && acquaintance === 'none' && isHopeless(method, [...ours, ...theirs]))
    return {block: {...stop.block, discovery: describe(stop.packet, stop.block, about)}, open: []}
  const open = [
    ...ours.flatMap(({packet, fate}) => openOf(packet, fate, about, WHY[acquaintance])),
    ...theirs.flatMap(({packet, fate}) => openOf(packet, fate, about, 'peer')),
  ]
  return open.length === 0 ? FOUND : {block: null, open}
}

/**
 * The router that brings the replies to that address looks for this host there, unless it has it cached: of it nothing is known
 * but the subnet.
 */
function findHome(
  {hooks, routing, traits, neighbours}: DiscoveryRules,
  {family, name, question, answer, askedAt, askers}: Method,
  {interface: device, address, subnet}: HostAddress,
  shared: Shared,
): readonly OpenDiscovery[] {
  if (neighbours.exempt.has(device)) return []
  const of = subnet.lo === subnet.hi ? EVERYTHING[family] : subnet
  const about = {nextHop: formatInterval(family, of), by: name}
  // Nothing about it can differ within a range of destinations.
  const mine: Shared = {...shared, partiality: {seen: false}, wholeOnly: false}
  return askers({gateway: {family, ...of}, of, interface: device}, of)
    .flatMap((peer): Message[] => [
      {name: question, way: 'in', from: peer, to: askedAt(address)},
      {name: answer, way: 'out', from: address, to: peer},
    ])
    .flatMap(packet => {
      const fate = walkDiscovery(hooks, routing, traits, {...packet, interfaces: [device]}, mine)
      return openOf(packet, fate, about, 'peer')
    })
}

type Message = Omit<DiscoveryPacket, 'interfaces'>
type Walked = {readonly packet: Message; readonly fate: Fate}
type About = Pick<OpenDiscovery, 'nextHop' | 'by'>

const WHY = {cached: 'cached', open: 'may-be-cached', none: 'may-be-told'} as const

/**
 * Either end learns of the other by an answer that it has asked for, or from the other's own question (RFC 4861, 7.2.3;
 * RFC 826, "Packet Reception"). It is hopeless where one of them can do neither.
 */
function isHopeless({question, answer}: Method, walked: readonly Walked[]): boolean {
  const stopped = (name: Message['name'], way: Message['way']) =>
    walked.every(({packet, fate}) => packet.name !== name || packet.way !== way || fate.kind === 'stopped')
  const [ours, theirs] = [stopped(question, 'out'), stopped(question, 'in')]
  const weCannot = theirs && (ours || stopped(answer, 'in'))
  const theyCannot = ours && (theirs || stopped(answer, 'out'))
  return weCannot || theyCannot
}

function openOf(packet: Message, fate: Fate, about: About, why: OpenDiscovery['why']): OpenDiscovery[] {
  switch (fate.kind) {
    case 'passes':
      return []
    case 'open':
      return [{because: fate.because, stopped: null, why: 'undecided', block: null, ...about}]
    case 'stopped': {
      const because = [ofRule(fate.block.rule)]
      const stopped = describe(packet, fate.block, about)
      return [{because, stopped, why, block: {...fate.block, discovery: stopped}, ...about}]
    }
  }
}

function describe({name, way}: Message, {rule}: RuleBlock, {nextHop}: About): StoppedMessage {
  return {nextHop, name, way, blocker: rule.source}
}

/** Of several next hops that may be taken, this one is not found. */
export function oneOfSeveral(block: DiscoveryBlock): OpenDiscovery {
  const {rule, discovery: stopped} = block
  const by = stopped.name.startsWith('arp') ? METHODS[4].name : METHODS[6].name
  return {
    because: [ofRule(rule)],
    ...{stopped, why: 'one-of-several', nextHop: stopped.nextHop, by, block},
  }
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

function nameOf(hop: NextHop | null, target: Interval, family: Family): string {
  if (!hop) return 'a router that is not known'
  if (target.lo === target.hi) return formatAddress(family, target.lo)
  return formatInterval(family, hop.of)
}

/**
 * Intervals at whose ends it may change whether a next hop is found: those that rules and cache name, where
 * destinations are next hops themselves. Beyond a router all have the same.
 */
export function discoveryBoundaries(
  {chains, family}: RuleSet,
  {routing, neighbours}: DiscoveryRules,
): Interval[] {
  const onLink = [...routing.tables.values()]
    .flat()
    .filter(({kind, nextHops}) => kind === 'unicast' && nextHops.some(({gateway}) => gateway === null))
  if (onLink.length === 0) return []
  const rules = chains.flatMap(chain => chain.rules)
  const named = [...collectBoundaries(family, rules, routing), ...neighbourBoundaries(neighbours)]
  return named.filter(({lo, hi}) => onLink.some(route => lo <= route.hi && route.lo <= hi))
}
