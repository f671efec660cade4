import type {Family, Interval} from '../model/address.ts'
import {within} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {Groups, Packet, Partiality} from '../model/packet.ts'
import type {PortRange} from '../model/protocol.ts'
import type {Mark, Rule} from '../model/rules.ts'
import {and, definite, MAYBE, NO, negateIf, or, type Ternary, YES} from '../model/ternary.ts'
import {mayHaveChanged} from '../sets/changing-sets.ts'
import {isInSet} from '../sets/lookup.ts'
import {hasAddressType, SPECIAL_ADDRESSES} from './address-type.ts'
import {inside, matchTracking} from './match-tracking.ts'
import {reversePath} from './reverse-path.ts'
import {selectKey} from './select.ts'
import {hasSocket, isBound} from './views.ts'

/** Whether a rule's conditions hold for a packet: no as soon as one is no, else maybe as soon as one is maybe. */
export function matchRule({conditions}: Rule, packet: Packet, partiality: Partiality): Ternary {
  let match: Ternary = YES
  for (const condition of conditions) {
    const answer = matches(condition, packet, partiality)
    if (answer === NO) return NO
    if (answer < match) match = answer
  }
  return match
}

function matches(condition: Condition, packet: Packet, partiality: Partiality): Ternary {
  switch (condition.kind) {
    case 'address':
      return negateIf(condition.negated, inside(condition.within, packet[condition.field], partiality))
    case 'masked-address':
      return negateIf(condition.negated, masked(condition, packet[condition.field], partiality))
    case 'ports':
      return negateIf(condition.negated, ports(condition, packet))
    case 'interface':
      return negateIf(condition.negated, interfaceName(condition, packet))
    case 'tcp-flags':
      return definite(((packet.flags & condition.mask) === condition.value) !== condition.negated)
    case 'icmpv6-type':
      return definite((packet.icmpv6Type === condition.type) !== condition.negated)
    case 'owner':
      return owner(condition, packet)
    case 'address-type':
      return negateIf(
        condition.negated,
        hasAddressType(packet, packet[condition.field], condition.types, partiality),
      )
    case 'mark':
      return mark(condition, packet)
    case 'set':
      if (mayHaveChanged(condition.changing, packet.sets)) return MAYBE
      return negateIf(condition.negated, isInSet(condition.set, condition.directions, packet, partiality))
    case 'lookup':
      return lookup(condition, packet, partiality)
    case 'reverse-path':
      return negateIf(condition.negated, answerOf(reversePath(packet), partiality))
    case 'bridge-port':
      return packet.inInterface === 'none' ? definite(condition.negated) : MAYBE
    case 'length':
      return negateIf(condition.negated, within(condition.bytes, packet.length))
    case 'max-segment': {
      const {maxSegment} = packet.options
      return negateIf(condition.negated, maxSegment === null ? NO : within(condition.within, maxSegment))
    }
    case 'tcp-option':
      return negateIf(condition.negated, packet.options.has(condition.option))
    case 'socket':
      return condition.bound ? and(hasSocket(packet), isBound(packet)) : hasSocket(packet)
    case 'country':
      return negateIf(condition.negated, hasCountry(packet.family, packet[condition.field], partiality))
    case 'payload':
      return packet.hasPayload ? MAYBE : definite(condition.negated)
    case 'constant':
      return condition.value
    case 'undecided':
      return MAYBE
    default:
      return matchTracking(condition, packet.tracking, partiality)
  }
}

function lookup(
  {key, among, negated, changing}: Condition & {kind: 'lookup'},
  packet: Packet,
  partiality: Partiality,
): Ternary {
  const {query, present, varies} = selectKey(key, packet)
  if (present === NO) return NO
  if (mayHaveChanged(changing, packet.sets)) return MAYBE
  const answer = and(present, negateIf(negated, among.contains(query)))
  if (answer === MAYBE && varies) partiality.seen = true
  return answer
}

function masked(
  {mask, value}: Condition & {kind: 'masked-address'},
  query: Interval,
  partiality: Partiality,
): Ternary {
  if (query.lo === query.hi) return definite(((Number(query.lo) & mask) ^ value) === 0)
  partiality.seen = true
  return MAYBE
}

function ports(condition: Condition & {kind: 'ports'}, packet: Packet): Ternary {
  const inRanges = (query: Interval) =>
    condition.ranges.reduce<Ternary>((found, range) => or(found, within(range, query)), NO)
  if (condition.of === 'src') return inRanges(packet.srcPorts)
  if (condition.of === 'dst') return inRanges(packet.dstPorts)
  return or(inRanges(packet.srcPorts), inRanges(packet.dstPorts))
}

function interfaceName(condition: Condition & {kind: 'interface'}, packet: Packet): Ternary {
  const names = condition.of === 'in' ? packet.inInterface : packet.outInterface
  const {name, prefix} = condition
  const fits = (candidate: string) => (prefix ? candidate.startsWith(name) : candidate === name)
  if (prefix && name === '') return YES
  if (names === 'none') return definite(fits(''))
  if (names === null) return fits('lo') && !prefix ? NO : MAYBE
  const fitting = names.filter(fits).length
  return fitting === 0 ? NO : fitting === names.length ? YES : MAYBE
}

const OPEN = {negated: true}

function owner({uid, gid, socket}: Condition & {kind: 'owner'}, {owner: of, inInterface}: Packet): Ternary {
  // The kernel's own sockets exist, and belong to nobody (net/netfilter/xt_owner.c).
  if (inInterface === 'none' && of.kind === 'kernel')
    return definite([uid ?? OPEN, gid ?? OPEN].every(({negated}) => negated) && !socket?.negated)
  if (inInterface !== 'none' || of.kind !== 'process') return MAYBE
  const uidMatches = uid === null ? YES : definite(lies(uid.range, of.uid) !== uid.negated)
  const gidMatches = gid === null ? YES : negateIf(gid.negated, isInGroup(gid, of.groups))
  return and(and(uidMatches, gidMatches), definite(socket === null || !socket.negated))
}

function lies({lo, hi}: PortRange, value: number): boolean {
  return lo <= value && value <= hi
}

/** One group in the range is enough. */
function isInGroup({range, others}: {range: PortRange; others: boolean}, groups: Groups): Ternary {
  const own = groups.own === null ? MAYBE : definite(lies(range, groups.own))
  if (!others) return own
  if (groups.others.some(group => lies(range, group))) return YES
  const perhaps = groups.perhaps === null || groups.perhaps.some(group => lies(range, group))
  return or(own, perhaps ? MAYBE : NO)
}

function mark(condition: Condition & {kind: 'mark'}, packet: Packet): Ternary {
  if (condition.of === 'packet') return negateIf(condition.negated, markEquals(condition, packet.mark))
  const {entry, mark: connectionMark} = packet.tracking
  return and(entry, negateIf(condition.negated, markEquals(condition, connectionMark)))
}

function markEquals({value, mask}: {value: number; mask: number}, of: Mark): Ternary {
  if ((((of.value & mask) ^ value) & ~of.unknown) !== 0) return NO
  return (of.unknown & mask) === 0 ? YES : MAYBE
}

/** Where neither end of the connection is in a country, nor part of it is: it may be any. */
function hasCountry(family: Family, query: Interval, partiality: Partiality): Ternary {
  const nowhere = SPECIAL_ADDRESSES[family].reduce<Ternary>(
    (found, special) => or(found, within(special, query)),
    NO,
  )
  if (nowhere === MAYBE) partiality.seen = true
  return nowhere === YES ? NO : MAYBE
}

function answerOf({answer, varies}: ReturnType<typeof reversePath>, partiality: Partiality): Ternary {
  if (varies) partiality.seen = true
  return answer
}
