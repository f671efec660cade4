import {EVERYTHING, type Interval, parseInterval} from '../address.ts'
import type {Query} from '../lookup/key-index.ts'
import {
  ADDRESS_TYPE_VALUES,
  CT_STATE_VALUES,
  type KeyInterval,
  type KeyValue,
  type Operation,
  type Selector,
  type Source,
} from '../lookup/selector.ts'
import {CT, type Mark, type TupleField} from '../model.ts'
import type {Packet, Tracking} from '../packet.ts'
import {routeTo} from '../routes.ts'
import {and, MAYBE, NO, not, type Ternary, YES} from '../ternary.ts'
import {broadcastAddresses} from './address-type.ts'

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
  if (source.of === 'mark') return bits(packet.mark, operations)
  if (source.of === 'ct-mark' || source.of === 'ct-status') {
    const {tracking} = packet
    if (tracking.entry !== YES) return tracking.entry === NO ? ABSENT : PERHAPS_ANYTHING
    return bits(source.of === 'ct-mark' ? tracking.mark : statusBits(tracking), operations)
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
      return addressType(packet, packet[source.field])
    case 'interface':
      return interfaceName(source.side === 'in' ? packet.inInterface : packet.outInterface)
    case 'tcp-flags':
      return known(exactly(packet.flags))
    case 'uid':
    case 'gid':
      return owner(source.of, packet)
    case 'ct-state':
      return known(...stateValues(packet.tracking))
    case 'length':
      return known({lo: packet.length.lo - source.less, hi: packet.length.hi - source.less})
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

function known(...values: readonly KeyInterval[]): Selected {
  return {values, absent: NO, varies: false}
}

function exactly(value: KeyValue): KeyInterval {
  return {lo: value, hi: value}
}

function ofAddress(address: Interval): Selected {
  return {values: [address], absent: NO, varies: address.lo !== address.hi}
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

/** Packets that arrive may find the socket that they belong to, or none. */
function owner(of: 'uid' | 'gid', {owner: whose, inInterface}: Packet): Selected {
  if (whose.kind === 'unknown') return PERHAPS_ANYTHING
  const id = of === 'uid' ? whose.uid : whose.gid
  const absent = inInterface === 'none' ? NO : MAYBE
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

function bits(mark: Mark, operations: readonly Operation[]): Selected {
  let {value, unknown} = mark
  for (const {kind, by} of operations) {
    const operand = Number(by)
    switch (kind) {
      case 'and':
        value &= operand
        unknown &= operand
        break
      case 'or':
        value |= operand
        unknown &= ~operand
        break
      case 'xor':
        value ^= operand
        break
      case 'shift-left':
        value <<= operand
        unknown <<= operand
        break
      case 'shift-right':
        value >>>= operand
        unknown >>>= operand
    }
    value >>>= 0
    unknown >>>= 0
  }
  return unknown === 0 ? known(exactly((value & ~unknown) >>> 0)) : ANYTHING
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

/** As `fib … type` looks an address up, without regard to an interface (nft_fib_ipv4.c, nft_fib_ipv6.c). */
function addressType(packet: Packet, address: Interval): Selected {
  const {routing, family} = packet
  const varies = address.lo !== address.hi
  const route = routeTo(routing, address)
  if (route.local === MAYBE) return {...ANYTHING, varies}
  if (route.local === YES) return {...known(exactly(ADDRESS_TYPE_VALUES.local)), varies}
  const types = new Set<number>()
  const special = family === 4 ? specialV4(packet) : SPECIAL_V6
  let plain = true
  for (const {within, type, sure} of special) {
    if (within.lo > address.hi || within.hi < address.lo) continue
    types.add(type)
    if (sure && within.lo <= address.lo && address.hi <= within.hi) plain = false
  }
  if (plain) {
    types.add(ADDRESS_TYPE_VALUES.unicast)
    if (!hasRoute(packet, address)) for (const type of UNROUTED) types.add(type)
  }
  return {values: [...types].map(exactly), absent: NO, varies}
}

const UNROUTED = [
  ADDRESS_TYPE_VALUES.unspec,
  ADDRESS_TYPE_VALUES.blackhole,
  ADDRESS_TYPE_VALUES.unreachable,
  ADDRESS_TYPE_VALUES.prohibit,
]

function hasRoute({routing}: Packet, address: Interval): boolean {
  return routing.entries.some(({lo, hi}) => lo <= address.lo && address.hi <= hi)
}

type Special = {readonly within: Interval; readonly type: number; readonly sure: boolean}

function special(text: string, type: number): Special {
  const within = parseInterval(text) ?? EVERYTHING[4]
  return {within, type, sure: true}
}

const SPECIAL_V6 = [
  special('ff00::/8', ADDRESS_TYPE_VALUES.multicast),
  special('::', ADDRESS_TYPE_VALUES.unspec),
]

const SPECIAL_V4 = [
  special('224.0.0.0/4', ADDRESS_TYPE_VALUES.multicast),
  special('0.0.0.0/8', ADDRESS_TYPE_VALUES.broadcast),
  special('255.255.255.255', ADDRESS_TYPE_VALUES.broadcast),
]

/** Older kernels take a subnet's first address for broadcast, too. */
function specialV4(packet: Packet): readonly Special[] {
  const type = ADDRESS_TYPE_VALUES.broadcast
  return [
    ...SPECIAL_V4,
    ...broadcastAddresses(packet).map(within => ({
      within,
      type,
      sure: packet.routing.own.some(({subnet}) => subnet.hi === within.hi),
    })),
  ]
}

/** Null when the operations do not keep an interval together. */
function operateOn({lo, hi}: KeyInterval, operations: readonly Operation[]): KeyInterval | null {
  let [first, last] = [lo, hi]
  for (const operation of operations) {
    if (first !== last && !keepsOrder(operation)) return null
    const low = operate(first, operation)
    const high = operate(last, operation)
    if (low === null || high === null) return null
    first = low
    last = high
  }
  return {lo: first, hi: last}
}

/** Clearing the lowest bits keeps smaller values smaller. */
function keepsOrder({kind, by}: Operation): boolean {
  if (kind !== 'and') return false
  const width = typeof by === 'bigint' ? 128 : 32
  return /^1*0*$/.test(BigInt(by).toString(2).padStart(width, '0'))
}

function operate(value: KeyValue, {kind, by}: Operation): KeyValue | null {
  if (typeof value === 'string' || typeof value !== typeof by) return null
  const [a, b] = [BigInt(value), BigInt(by)]
  const result = calculate(a, b, kind)
  return typeof value === 'bigint' ? BigInt.asUintN(128, result) : Number(BigInt.asUintN(32, result))
}

function calculate(a: bigint, b: bigint, kind: Operation['kind']): bigint {
  switch (kind) {
    case 'and':
      return a & b
    case 'or':
      return a | b
    case 'xor':
      return a ^ b
    case 'shift-left':
      return b > 128n ? 0n : a << b
    case 'shift-right':
      return a >> b
  }
}
