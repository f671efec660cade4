import type {Interval} from '../model/address.ts'
import type {Packet, Tracking} from '../model/packet.ts'
import type {TupleField} from '../model/protocol.ts'
import {CT} from '../model/protocol.ts'
import type {Mark} from '../model/rules.ts'
import {
  CT_STATE_VALUES,
  type KeyInterval,
  type KeyValue,
  type Operation,
  type Selector,
  type Source,
} from '../model/selector.ts'
import {and, definite, MAYBE, NO, not, type Ternary, YES} from '../model/ternary.ts'
import type {Query} from '../sets/key-index.ts'
import {addressTypes} from './address-type.ts'
import {reversePath} from './reverse-path.ts'
import {operateOn, operateOnBits} from './select-operations.ts'
import {hasSocket, isBound} from './views.ts'

/** What a selector may read from a packet. */
type Selected = {
  /** Null: anything. */
  readonly values: readonly KeyInterval[] | null
  /** There is nothing to read; then the rule does not match, whatever it compares with. */
  readonly absent: Ternary
  /** Depends on which address of an interval is meant. */
  readonly varies: boolean
}

/** Reads all parts of a key. `present`: whether there is something to read for each of them. */
export function selectKey(
  key: readonly Selector[],
  packet: Packet,
): {readonly query: Query; readonly present: Ternary; readonly varies: boolean} {
  const parts = key.map(selector => select(selector, packet))
  return {
    query: parts.map(({values}) => values),
    present: parts.reduce<Ternary>((present, {absent}) => and(present, not(absent)), YES),
    varies: parts.some(({varies}) => varies),
  }
}

const ANYTHING: Selected = {values: null, absent: NO, varies: false}

const PERHAPS_ANYTHING: Selected = {values: null, absent: MAYBE, varies: false}

const ABSENT: Selected = {values: [], absent: YES, varies: false}

const HIGHEST_ID = 0xffffffff

function select({source, operations}: Selector, packet: Packet): Selected {
  if (source.of === 'bits') return ofBits(source, operations)
  if (source.of === 'mark') return ofBits(packet.mark, operations)
  if (source.of === 'ct-mark' || source.of === 'ct-status') {
    const {tracking} = packet
    if (tracking.entry !== YES) return tracking.entry === NO ? ABSENT : PERHAPS_ANYTHING
    return ofBits(source.of === 'ct-mark' ? tracking.mark : statusBits(tracking), operations)
  }
  const read = readSource(source, packet)
  if (operations.length === 0 || !read.values) return read
  const values = read.values.map(value => operateOn(value, operations))
  const known = values.filter(value => value !== null)
  return {...read, values: known.length === values.length ? known : null}
}

function readSource(source: Source, packet: Packet): Selected {
  switch (source.of) {
    case 'address':
      return ofAddress(packet[source.field])
    case 'port':
      return known(source.field === 'src' ? packet.srcPorts : packet.dstPorts)
    case 'address-type':
      return ofAddressType(packet, packet[source.field])
    case 'interface':
      return interfaceName(source.side === 'in' ? packet.inInterface : packet.outInterface)
    case 'tcp-flags':
      return known(exactly(packet.flags))
    case 'icmpv6-type':
      return packet.icmpv6Type === null ? ABSENT : known(exactly(packet.icmpv6Type))
    case 'arp-operation':
      return packet.arpOperation === null ? ABSENT : known(exactly(packet.arpOperation))
    case 'uid':
    case 'gid':
      return owner(source.of, packet)
    case 'ct-state':
      return known(...stateValues(packet.tracking))
    case 'length':
      return known({lo: packet.length.lo - source.less, hi: packet.length.hi - source.less})
    case 'hop-limit':
      return known(packet.hopLimit)
    case 'packet-type':
      return packetType(packet)
    case 'max-segment':
      return packet.options.maxSegment === null ? ABSENT : known(packet.options.maxSegment)
    case 'device':
      return ofDevice(source, packet)
    case 'ether-type':
      return {...known(exactly(source.value)), absent: not(isEthernet(packet))}
    case 'socket':
      return ofSocket(source, packet)
    case 'reverse-path': {
      const {answer, varies} = reversePath(packet)
      return {...(answer === MAYBE ? ANYTHING : known(exactly(answer === YES ? 1 : 0))), varies}
    }
    case 'constant':
      return {...known(exactly(source.value)), absent: source.tracked ? not(packet.tracking.entry) : NO}
    case 'ct-direction':
    case 'ct-address':
    case 'ct-port':
      return ofConnection(source, packet.tracking)
    default:
      return PERHAPS_ANYTHING
  }
}

/** No ordinary socket is transparent. */
function ofSocket({flag}: Source & {of: 'socket'}, packet: Packet): Selected {
  const isZero = flag === 'transparent' || isBound(packet) === YES
  return {...known(isZero ? exactly(0) : {lo: 0, hi: 1}), absent: not(hasSocket(packet))}
}

function known(...values: readonly KeyInterval[]): Selected {
  return {values, absent: NO, varies: false}
}

function exactly(value: KeyValue): KeyInterval {
  return {lo: value, hi: value}
}

function ofAddress(address: Interval): Selected {
  return {values: [address], absent: NO, varies: address.lo !== address.hi}
}

function ofAddressType(packet: Packet, address: Interval): Selected {
  const types = addressTypes(packet, address)
  return {values: types?.map(exactly) ?? null, absent: NO, varies: address.lo !== address.hi}
}

function ofBits(mark: Mark, operations: readonly Operation[]): Selected {
  const value = operateOnBits(mark, operations)
  return value === null ? ANYTHING : known(exactly(value))
}

/** Names that sort before and after `lo`: any interface but the loopback. */
const NOT_LOOPBACK: readonly KeyInterval[] = [
  {lo: '\u0001', hi: 'ln\uffff'},
  {lo: 'lo\u0001', hi: '\uffff'},
]

/** A packet that has no such interface has one with an empty name. */
function interfaceName(names: Packet['inInterface']): Selected {
  if (names === 'none') return known(exactly(''))
  return names === null ? known(...NOT_LOOPBACK) : known(...names.map(exactly))
}

/**
 * A packet that has no such interface has nothing to read; but for the type of the incoming one Linux 6.18 reads that of
 * the outgoing one once the packet is on its way (measured in POSTROUTING, and of what the kernel sends in OUTPUT).
 */
function ofDevice({side, what}: Source & {of: 'device'}, packet: Packet): Selected {
  const names = side === 'in' ? packet.inInterface : packet.outInterface
  if (names === 'none') {
    const mayRead = side === 'in' && what === 'type' && packet.outInterface !== 'none'
    return mayRead ? {...ofDevice({of: 'device', side: 'out', what}, packet), absent: MAYBE} : ABSENT
  }
  const values = names?.map(name => packet.devices.get(name)?.[what] ?? null) ?? [null]
  const all = values.filter(value => value !== null)
  return all.length === values.length ? known(...all.map(exactly)) : ANYTHING
}

/** As ARP has it (linux/if_arp.h). */
const ETHERNET = 1

/** Of the interface that a chain of a device hangs on, on the way in and on the way out (`nf_hook_egress`). */
function isEthernet({inInterface, outInterface, devices}: Packet): Ternary {
  const names = inInterface === 'none' ? outInterface : inInterface
  if (names === 'none' || names === null || names.length === 0) return MAYBE
  const types = names.map(name => devices.get(name)?.type ?? null)
  const isOne = types.map(type => (type === null ? MAYBE : definite(type === ETHERNET)))
  return isOne.reduce((all, one) => (all === one ? all : MAYBE))
}

const SOLICITATION = 135

/**
 * For one host (`PACKET_HOST`, 0), also a solicitation that goes out to a group (measured on 6.18); one that comes in is
 * for a group where the other host does not know this one yet.
 */
function packetType({icmpv6Type, outInterface}: Packet): Selected {
  return icmpv6Type === SOLICITATION && outInterface === 'none' ? ANYTHING : known(exactly(0))
}

/** Packets that arrive may find the socket that they belong to early, or not. */
function owner(of: 'uid' | 'gid', {owner: whose, inInterface, earlySocket}: Packet): Selected {
  if (whose.kind === 'none' || whose.kind === 'kernel') return ABSENT
  if (whose.kind === 'unknown') return PERHAPS_ANYTHING
  // Of the groups nft knows the process's own alone (net/netfilter/nft_meta.c).
  const id = of === 'uid' ? whose.uid : whose.groups.own
  const absent = inInterface === 'none' ? NO : not(earlySocket)
  return {...known(id === null ? {lo: 0, hi: HIGHEST_ID} : exactly(id)), absent}
}

const STATE_BITS = [
  [CT.invalid, CT_STATE_VALUES.invalid],
  [CT.established, CT_STATE_VALUES.established],
  [CT.related, CT_STATE_VALUES.related],
  [CT.new, CT_STATE_VALUES.new],
  [CT.untracked, CT_STATE_VALUES.untracked],
] as const

function stateValues({states}: Tracking): KeyInterval[] {
  return STATE_BITS.flatMap(([bit, value]) => (states & bit ? [exactly(value)] : []))
}

const SOURCE_TRANSLATED = 16
const DESTINATION_TRANSLATED = 32
/** Bits of the status above these tell how far NAT and offloading have come. */
const FORESEEABLE = 63

function statusBits({status, statusUnknown, sourceTranslated, destinationTranslated}: Tracking): Mark {
  const bit = (translated: Ternary, value: number) => ({
    value: translated === YES ? value : 0,
    unknown: translated === MAYBE ? value : 0,
  })
  const source = bit(sourceTranslated, SOURCE_TRANSLATED)
  const destination = bit(destinationTranslated, DESTINATION_TRANSLATED)
  const unknown = (statusUnknown | source.unknown | destination.unknown | ~FORESEEABLE) >>> 0
  return {value: ((status | source.value | destination.value) & ~unknown) >>> 0, unknown}
}

function ofConnection(
  source: Source & {of: 'ct-direction' | 'ct-address' | 'ct-port'},
  tracking: Tracking,
): Selected {
  // An entry that began with a later packet may have the connection the other way round.
  if (tracking.entry !== YES) return tracking.entry === NO ? ABSENT : PERHAPS_ANYTHING
  if (source.of === 'ct-direction') return known(exactly(tracking.reply ? 1 : 0))
  const {address, ports} = endpointOf(source.field, tracking)
  return source.of === 'ct-address' ? ofAddress(address) : known(ports)
}

function endpointOf(field: TupleField, {original, replied}: Tracking) {
  const tuple = field === 'orig-src' || field === 'orig-dst' ? original : replied
  return field === 'orig-src' || field === 'repl-src'
    ? {address: tuple.src, ports: tuple.srcPorts}
    : {address: tuple.dst, ports: tuple.dstPorts}
}
