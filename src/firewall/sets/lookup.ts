import {type Interval, next, previous, type Value, within} from '../model/address.ts'
import type {Packet, Partiality} from '../model/packet.ts'
import type {AddressField} from '../model/protocol.ts'
import {MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import type {AddressSet, Dimension, Element} from './address-set.ts'

type Index =
  | {readonly kind: 'addresses'; readonly spans: Spans}
  | {
      readonly kind: 'by-port'
      /** By transport and number, `tcp 443`. */
      readonly elements: ReadonlyMap<string, Element[]>
      readonly spans: Map<string, Spans>
    }
  | {readonly kind: 'scan'}

const indexes = new WeakMap<AddressSet, Index>()

/** Whether a packet is in a set, its dimensions taken from the packet's source or destination as `directions` say. */
export function isInSet(
  set: AddressSet,
  directions: readonly AddressField[],
  packet: Packet,
  partiality: Partiality,
): Ternary {
  if (set.members.length > 0)
    return set.members.reduce<Ternary>((found, member) => {
      if (found === YES) return found
      const answer = isInSet(member, directions, packet, partiality)
      return answer > found ? answer : found
    }, NO)
  if (directions.length < set.dimensions) return NO
  if (set.family !== null && set.family !== packet.family) return NO
  // A set of ports alone is asked for TCP and UDP only (net/netfilter/ipset/ip_set_bitmap_port.c), any other with ports for
  // the protocol as well; of ICMPv6 it holds types where it holds ports of TCP.
  if (packet.icmpv6Type !== null && hasPorts(set)) return set.elements.some(mayBeOther) ? MAYBE : NO
  const index = indexOf(set)
  if (index.kind === 'addresses') return inSpans(index.spans, addressOf(packet, directions[0]), partiality)
  const ports = directions[1] === 'src' ? packet.srcPorts : packet.dstPorts
  if (index.kind === 'by-port' && ports.lo === ports.hi)
    return inSpans(
      spansOfPort(index, `${packet.protocol} ${ports.lo}`),
      addressOf(packet, directions[0]),
      partiality,
    )
  return scan(set, directions, packet, partiality)
}

function hasPorts({elements}: AddressSet): boolean {
  return elements.some(({dimensions}) => dimensions.some(({kind}) => kind === 'ports' || kind === 'opaque'))
}

function mayBeOther({dimensions}: Element): boolean {
  return dimensions.some(one => one.kind === 'opaque' || (one.kind === 'ports' && one.of === 'other'))
}

function addressOf(packet: Packet, direction: AddressField | undefined): Interval {
  return direction === 'src' ? packet.src : packet.dst
}

function indexOf(set: AddressSet): Index {
  const known = indexes.get(set)
  if (known) return known
  const built = buildIndex(set)
  indexes.set(set, built)
  return built
}

/** Builds a set's index ahead of the first question. */
export function prepareSet(set: AddressSet): void {
  for (const member of set.members) prepareSet(member)
  indexOf(set)
}

function buildIndex({elements}: AddressSet): Index {
  const kinds = elements[0]?.dimensions.map(({kind}) => kind).join() ?? ''
  if (kinds === 'address') return {kind: 'addresses', spans: flatten(elements)}
  if (kinds !== 'address,ports') return {kind: 'scan'}
  const byPort = new Map<string, Element[]>()
  for (const element of elements) {
    const ports = element.dimensions[1]
    if (ports?.kind !== 'ports') continue
    if (ports.range.lo !== ports.range.hi || ports.of === null) return {kind: 'scan'}
    const port = `${ports.of} ${ports.range.lo}`
    const group = byPort.get(port)
    if (group) group.push(element)
    else byPort.set(port, [element])
  }
  return {kind: 'by-port', elements: byPort, spans: new Map()}
}

function spansOfPort(index: Index & {kind: 'by-port'}, port: string): Spans {
  const known = index.spans.get(port)
  if (known) return known
  const built = flatten(index.elements.get(port) ?? [])
  index.spans.set(port, built)
  return built
}

function scan(
  set: AddressSet,
  directions: readonly AddressField[],
  packet: Packet,
  partiality: Partiality,
): Ternary {
  const found: {readonly element: Element; readonly match: Ternary}[] = []
  for (const element of set.elements) {
    const match = matchElement(element, directions, packet, partiality)
    if (match !== NO) found.push({element, match})
  }
  found.sort((a, b) => b.element.specificity - a.element.specificity)
  let possible: boolean | null = null
  for (const {element, match} of found) {
    const inside = !element.nomatch
    if (possible !== null && possible !== inside) return MAYBE
    if (match === YES) return inside ? YES : NO
    possible = inside
  }
  return possible ? MAYBE : NO
}

function matchElement(
  element: Element,
  directions: readonly AddressField[],
  packet: Packet,
  partiality: Partiality,
): Ternary {
  let match: Ternary = YES
  for (const [index, dimension] of element.dimensions.entries()) {
    const answer = matchDimension(dimension, directions[index] ?? 'dst', packet)
    if (answer === NO) return NO
    if (answer === MAYBE && dimension.kind === 'address') partiality.seen = true
    if (answer < match) match = answer
  }
  return match
}

function matchDimension(dimension: Dimension, direction: AddressField, packet: Packet): Ternary {
  switch (dimension.kind) {
    case 'address':
      return within(dimension.within, addressOf(packet, direction))
    case 'ports': {
      if (dimension.of !== null && dimension.of !== packet.protocol) return NO
      return within(dimension.range, direction === 'src' ? packet.srcPorts : packet.dstPorts)
    }
    case 'interface': {
      const names = direction === 'src' ? packet.inInterface : packet.outInterface
      if (names === 'none') return NO
      if (names === null) return dimension.name === 'lo' ? NO : MAYBE
      return names.includes(dimension.name) ? (names.length === 1 ? YES : MAYBE) : NO
    }
    case 'mark':
      if ((packet.mark.value ^ dimension.value) & ~packet.mark.unknown) return NO
      return packet.mark.unknown === 0 ? YES : MAYBE
    case 'opaque':
      return MAYBE
  }
}

/** Sorted, disjoint intervals of the addresses that a set holds. */
type Spans = readonly Interval[]

/** Resolves nested elements, of which the most specific decides, into disjoint intervals. */
function flatten(elements: readonly Element[]): Spans {
  const nested = elements.flatMap(({dimensions, nomatch}) => {
    const dimension = dimensions[0]
    return dimension?.kind === 'address' ? [{...dimension.within, nomatch}] : []
  })
  nested.sort((a, b) => (a.lo < b.lo ? -1 : a.lo > b.lo ? 1 : a.hi > b.hi ? -1 : a.hi < b.hi ? 1 : 0))
  const spans: Interval[] = []
  const open: {hi: Value; nomatch: boolean}[] = []
  let at = nested[0]?.lo ?? 0
  const emit = (hi: Value) => {
    const top = open.at(-1)
    if (top && !top.nomatch && at <= hi) push(spans, {lo: at, hi})
  }
  const closeBefore = (limit: Value | null) => {
    for (let top = open.at(-1); top && (limit === null || top.hi < limit); top = open.at(-1)) {
      emit(top.hi)
      if (at <= top.hi) at = next(top.hi)
      open.pop()
    }
  }
  for (const element of nested) {
    closeBefore(element.lo)
    if (open.length > 0 && at < element.lo) emit(previous(element.lo))
    at = element.lo
    open.push(element)
  }
  closeBefore(null)
  return spans
}

function push(spans: Interval[], span: Interval): void {
  const last = spans.at(-1)
  if (last && next(last.hi) === span.lo) spans[spans.length - 1] = {lo: last.lo, hi: span.hi}
  else spans.push(span)
}

/** Whether the addresses of `query` are in the set. */
function inSpans(spans: Spans, query: Interval, partiality: Partiality): Ternary {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const span = spans[middle]
    if (span && span.hi < query.lo) low = middle + 1
    else high = middle
  }
  const span = spans[low]
  if (!span || span.lo > query.hi) return NO
  if (span.lo <= query.lo && query.hi <= span.hi) return YES
  partiality.seen = true
  return MAYBE
}
