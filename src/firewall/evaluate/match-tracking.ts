import {type Interval, within} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {Partiality, Tracking, Tuple} from '../model/packet.ts'
import {CT, type TupleField} from '../model/protocol.ts'
import {and, definite, MAYBE, NO, negateIf, or, type Ternary, YES} from '../model/ternary.ts'

type ConntrackCondition = Extract<Condition, {kind: `conntrack-${string}`}>

/**
 * Whether a packet is tracked as a condition wants it. Follows net/netfilter/xt_conntrack.c: without an entry, a match
 * that names states is decided by the state alone.
 */
export function matchTracking(
  condition: ConntrackCondition,
  tracking: Tracking,
  partiality: Partiality,
): Ternary {
  if (condition.kind === 'conntrack-state') return conntrackState(condition, tracking)
  const withEntry = conntrackEntry(condition, tracking, partiality)
  if (tracking.entry === YES) return withEntry
  const withoutEntry = definite(condition.moot)
  if (tracking.entry === NO) return withoutEntry
  return withEntry === withoutEntry ? withEntry : MAYBE
}

function conntrackState(
  {states, negated}: Condition & {kind: 'conntrack-state'},
  {states: possible, destinationTranslated, sourceTranslated, entry}: Tracking,
): Ternary {
  const byState: Ternary = (possible & states) === 0 ? NO : (possible & ~states) === 0 ? YES : MAYBE
  const byTranslation = or(
    states & CT.dnat ? destinationTranslated : NO,
    states & CT.snat ? sourceTranslated : NO,
  )
  return negateIf(negated, or(byState, and(entry, byTranslation)))
}

function conntrackEntry(
  condition: Exclude<ConntrackCondition, {kind: 'conntrack-state'}>,
  tracking: Tracking,
  partiality: Partiality,
): Ternary {
  switch (condition.kind) {
    case 'conntrack-direction':
      return definite(tracking.reply === condition.reply)
    case 'conntrack-protocol':
      return definite(condition.same)
    case 'conntrack-tuple':
      return negateIf(
        condition.negated,
        inside(condition.within, tupleAddress(condition.field, tracking), partiality),
      )
    case 'conntrack-port':
      return negateIf(condition.negated, within(condition.ports, tuplePorts(condition.field, tracking)))
    case 'conntrack-status': {
      const known = tracking.status & ~tracking.statusUnknown & condition.bits
      const possible = tracking.statusUnknown & condition.bits
      return negateIf(condition.negated, known !== 0 ? YES : possible !== 0 ? MAYBE : NO)
    }
  }
}

function tupleOf(field: TupleField, {original, replied}: Tracking): Tuple {
  return field.startsWith('orig') ? original : replied
}

function tupleAddress(field: TupleField, tracking: Tracking): Interval {
  const tuple = tupleOf(field, tracking)
  return field.endsWith('src') ? tuple.src : tuple.dst
}

function tuplePorts(field: TupleField, tracking: Tracking): Interval {
  const tuple = tupleOf(field, tracking)
  return field.endsWith('src') ? tuple.srcPorts : tuple.dstPorts
}

/** Whether addresses are in an interval; where some are and some are not, that is noted. */
export function inside(interval: Interval, query: Interval, partiality: Partiality): Ternary {
  const answer = within(interval, query)
  if (answer === MAYBE) partiality.seen = true
  return answer
}
