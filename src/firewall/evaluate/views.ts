import {ANY_HOP_LIMIT, type Traits} from '../host/traits.ts'
import type {Family, Interval} from '../model/address.ts'
import type {Packet, SocketOwner, Tracking} from '../model/packet.ts'
import {
  ARP_OPERATIONS,
  DISCOVERY_HOP_LIMIT,
  ICMPV6_TYPES,
  type PortRange,
  PRIORITY,
  TCP_FLAGS,
  type Transport,
} from '../model/protocol.ts'
import type {Hook, Rewritten} from '../model/rules.ts'
import {tcpOptions} from '../model/tcp-options.ts'
import {definite, MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import type {Interfaces, Routing} from '../routing/routes.ts'
import type {SetKnowledge} from '../sets/changing-sets.ts'
import {isArp, isResolving, type Segment} from './segment.ts'
import type {Endpoint, State} from './state.ts'
import {isReversed, statesOf, statusOf} from './tracking.ts'

/** The connection that is judged, before anybody translates it. */
export type Connection = {
  readonly family: Family
  readonly protocol: Transport
  readonly client: Endpoint
  readonly server: Endpoint
  readonly owner: SocketOwner
  readonly routing: Routing
  readonly outInterface: Interfaces
  readonly sets: SetKnowledge
  readonly traits: Traits
  /** What rules may change of a packet. */
  readonly rewritten: ReadonlySet<Rewritten>
}

const FLAGS: Readonly<Record<Segment['name'], number>> = {
  syn: TCP_FLAGS.syn,
  'syn-ack': TCP_FLAGS.syn | TCP_FLAGS.ack,
  ack: TCP_FLAGS.ack,
  data: TCP_FLAGS.ack | TCP_FLAGS.psh,
  request: 0,
  reply: 0,
  solicitation: 0,
  advertisement: 0,
  'arp-request': 0,
  'arp-reply': 0,
}

/** With or without a link-layer address (RFC 4861, 4.3, 4.4 and 4.6.1), of 20 bytes at the most. */
const DISCOVERY_LENGTH = {lo: 64, hi: 88}

/** Over Ethernet (RFC 826). */
const ARP_LENGTH = {lo: 28, hi: 28}

/** Where on its way through this host a packet is. */
export type PacketPosition = {
  readonly hook: Hook
  readonly priority: number
  /** The packet has come back in over `lo`. */
  readonly looped: boolean
  readonly inInterface: Interfaces | 'none'
  readonly outInterface: Interfaces | 'none'
}

/** What the rules of one hook see of a segment: addresses are rewritten between hooks, not within one. */
export function viewPacket(
  connection: Connection,
  segment: Segment,
  place: PacketPosition,
  state: State,
): Packet {
  const {family, protocol, routing, sets, traits, rewritten, outInterface} = connection
  const own = place.looped || SENDING.has(place.hook)
  const opening = segment.name === 'syn' || segment.name === 'syn-ack'
  const {source, destination} = endpoints(connection, segment, place, state)
  return {
    family,
    protocol: isResolving(segment.name) ? null : protocol,
    routing,
    sets,
    src: source.address,
    dst: destination.address,
    srcPorts: source.ports,
    dstPorts: destination.ports,
    inInterface: place.inInterface,
    outInterface: place.outInterface,
    flags: FLAGS[segment.name],
    icmpv6Type: icmpv6Type(segment),
    arpOperation: arpOperation(segment),
    length: packetLength(family, segment),
    hasPayload: segment.name === 'data' || protocol === 'udp',
    hopLimit: hopLimit(segment, own, connection),
    options: tcpOptions({family, opening, own, outInterface, traits, rewritten}),
    devices: traits.devices,
    mark: state.mark,
    tracking: viewTracking(connection, segment, place, state),
    owner: ownerOf(connection, segment, place),
    earlySocket: earlySocket(connection, place, state),
  }
}

/** Hooks that only packets of this host come by. */
const SENDING: ReadonlySet<Hook> = new Set<Hook>(['output', 'postrouting', 'egress'])

function hopLimit(segment: Segment, own: boolean, {traits, rewritten}: Connection): PortRange {
  if (isResolving(segment.name)) return {lo: DISCOVERY_HOP_LIMIT, hi: DISCOVERY_HOP_LIMIT}
  if (rewritten.has('hop-limit')) return {lo: 0, hi: 255}
  return own ? traits.hopLimit : ANY_HOP_LIMIT
}

/**
 * What comes back over `lo`, and what is sent there in reply, belongs to the listener on this host. The kernel looks
 * for the socket of what arrives after PREROUTING (early demultiplexing), and takes it from what leaves over `lo`. Of UDP
 * it finds only sockets that are connected (`udp_v4_early_demux`), which this one need not be.
 */
function ownerOf(
  {protocol, owner}: Connection,
  {outbound}: Segment,
  {hook, looped, inInterface}: PacketPosition,
): SocketOwner {
  if (hook === 'ingress' || hook === 'prerouting') return {kind: 'none'}
  const found = outbound || (protocol === 'tcp' && inInterface !== 'none')
  return found && !looped ? owner : {kind: 'unknown'}
}

/**
 * It is looked for by the addresses that the packet has after PREROUTING (`tcp_v4_early_demux`): those of the connection
 * unless NAT has changed them.
 */
function earlySocket(
  {protocol, traits, client, server}: Connection,
  {hook, looped}: PacketPosition,
  {to, from}: State,
): Ternary {
  if (hook !== 'input' || protocol !== 'tcp' || looped) return MAYBE
  return differs(server, to) === NO && differs(client, from) === NO ? traits.earlySocket : MAYBE
}

function icmpv6Type({name}: Segment): number | null {
  return name === 'solicitation' || name === 'advertisement' ? ICMPV6_TYPES[name] : null
}

function arpOperation({name}: Segment): number | null {
  if (!isArp(name)) return null
  return name === 'arp-request' ? ARP_OPERATIONS.request : ARP_OPERATIONS.reply
}

function packetLength(family: Family, segment: Segment) {
  const {name} = segment
  if (isArp(name)) return ARP_LENGTH
  if (isResolving(name)) return DISCOVERY_LENGTH
  const header = family === 4 ? 20 : 40
  if (name === 'request' || name === 'reply') return {lo: header + 8, hi: 65575}
  return name === 'data' ? {lo: header + 21, hi: 65575} : {lo: header + 20, hi: header + 60}
}

/**
 * Destination NAT happens at OUTPUT −100 for our packets and is undone at INPUT 100 for the replies; source NAT at
 * POSTROUTING 100, undone at PREROUTING −100. On `lo` a reply passes OUTPUT and POSTROUTING first and is restored
 * there.
 */
function endpoints(
  {client, server}: Connection,
  {outbound}: Segment,
  {hook, priority, looped}: PacketPosition,
  {to, from}: State,
): {source: Endpoint; destination: Endpoint} {
  const early = hook === 'ingress' || (hook !== 'egress' && priority <= PRIORITY.destinationNat)
  const late = hook === 'egress' || priority > PRIORITY.sourceNat
  if (outbound) {
    if (looped) return {source: from, destination: to}
    if (hook === 'output') return {source: client, destination: early ? server : to}
    return {source: late ? from : client, destination: to}
  }
  if (looped) return {source: server, destination: client}
  if (hook !== 'input') return {source: to, destination: early ? from : client}
  return {source: late ? server : to, destination: client}
}

function viewTracking(
  {client, server}: Connection,
  segment: Segment,
  {looped}: PacketPosition,
  state: State,
): Tracking {
  const {entry, tracking, to, from, connectionMark} = state
  const reversed = isReversed(entry)
  const {known, unknown} = statusOf(state, segment, looped)
  const request = tuple(client, server)
  const answer = tuple(to, from)
  return {
    states: statesOf(state, segment),
    entry: tracking === 'murky' ? MAYBE : definite(tracking === 'entry'),
    reply: segment.outbound === reversed,
    status: known,
    statusUnknown: unknown,
    destinationTranslated: differs(server, to),
    sourceTranslated: differs(client, from),
    original: reversed ? answer : request,
    replied: reversed ? request : answer,
    mark: connectionMark,
  }
}

function tuple(source: Endpoint, destination: Endpoint) {
  return {
    src: source.address,
    dst: destination.address,
    srcPorts: source.ports,
    dstPorts: destination.ports,
  }
}

function differs(a: Endpoint, b: Endpoint): Ternary {
  return compare(a.address, b.address) > compare(a.ports, b.ports)
    ? compare(a.address, b.address)
    : compare(a.ports, b.ports)
}

/** A range that NAT has left alone is the same range. */
function compare(a: Interval, b: Interval): Ternary {
  if (a.lo === b.lo && a.hi === b.hi) return NO
  return a.hi < b.lo || b.hi < a.lo ? YES : MAYBE
}

/**
 * Whether the kernel finds the packet's socket: that of the process which connects, by the addresses that the packet
 * has at this point (net/ipv4/netfilter/nf_socket_ipv4.c). Translated ones may lead to none, or to another.
 */
export function hasSocket({protocol, icmpv6Type, owner, inInterface, tracking}: Packet): Ternary {
  if (inInterface === 'none') return owner.kind === 'process' ? YES : MAYBE
  // Of ICMPv6 only errors have one, that of the packet that they are about (`extract_icmp6_fields`).
  if (icmpv6Type !== null) return NO
  if (protocol === null || inInterface === null || inInterface.includes('lo')) return MAYBE
  const untouched = tracking.destinationTranslated === NO && tracking.sourceTranslated === NO
  return untouched ? YES : MAYBE
}

/** Whether it is bound to an address: one of UDP need not be. */
export function isBound({protocol}: Packet): Ternary {
  return protocol === 'tcp' ? YES : MAYBE
}
