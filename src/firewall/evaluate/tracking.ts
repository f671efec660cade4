import {CT, CT_STATUS} from '../model/protocol.ts'
import {isFirst, isResolving, type Segment} from './segment.ts'
import {NO_MARK, type State, type StatePool} from './state.ts'

/**
 * What the connection tracking hook makes of a packet. It depends on which packets it has seen, as NOTRACK may hide
 * some (the tables of linux/net/netfilter/nf_conntrack_proto_tcp.c, with `nf_conntrack_tcp_loose` at its default of
 * 1). Neighbour discovery is never tracked (nf_conntrack_proto_icmpv6.c, `noct_valid_new`; since Linux 2.6.29).
 */
export function track(pool: StatePool, {name, outbound}: Segment, state: State): State {
  if (isResolving(name)) return pool.change(state, {tracking: 'untracked'})
  const {entry, tracking} = state
  if (tracking === 'untracked') {
    // What acknowledges data that was not seen is outside of the window.
    const escapes = entry === 'replied' && outbound && name === 'data'
    return escapes ? pool.change(state, {entry: 'behind'}) : state
  }
  if (tracking !== 'unseen') return state
  if (entry === 'murky') return pool.change(state, {tracking: 'murky'})
  const next = (outbound ? OUTBOUND : INBOUND)[kindOf(name)][entry]
  if (next === undefined) return pool.change(state, {entry: 'murky', tracking: 'murky'})
  if (next === 'invalid') return pool.change(state, {tracking: 'invalid'})
  const fresh = makesEntry(next) ? FRESH : {}
  return pool.change(state, {...fresh, entry: next, tracking: 'entry'})
}

/** A new entry asks the NAT rules again, and has no mark. */
const FRESH = {destinationBound: false, sourceBound: false, connectionMark: NO_MARK} as const

type Entry = State['entry']
type Kind = 'syn' | 'syn-ack' | 'ack' | 'request' | 'reply'
type Transitions = Readonly<Record<Kind, Readonly<Partial<Record<Entry, Entry | 'invalid'>>>>>

/** Data has its ACK flag set. */
function kindOf(name: 'data' | Kind): Kind {
  return name === 'data' ? 'ack' : name
}

const OUTBOUND: Transitions = {
  syn: {none: 'new'},
  request: {none: 'new'},
  'syn-ack': {},
  reply: {},
  ack: {none: 'picking-up', 'picked-up': 'picked-up', new: 'invalid', replied: 'replied'},
}

const INBOUND: Transitions = {
  syn: {},
  request: {},
  'syn-ack': {none: 'invalid', new: 'replied'},
  // To an entry of UDP every datagram belongs, and without one the answer begins its own.
  reply: {none: 'reversing', new: 'replied'},
  ack: {
    none: 'reversing',
    reversed: 'reversed',
    // Ignored, which counts as established.
    new: 'new',
    'picked-up': 'picked-up',
    replied: 'replied',
    behind: 'invalid',
  },
}

/** Whether the current packet is the entry's first, in the middle of the connection: NAT rules then see it. */
export function makesEntry(entry: Entry): boolean {
  return entry === 'picking-up' || entry === 'reversing'
}

/** The entry that the next packet finds. */
export function settledEntry(entry: Entry): Entry {
  if (entry === 'picking-up') return 'picked-up'
  return entry === 'reversing' ? 'reversed' : entry
}

/** Whether the server counts as the one who began. */
export function isReversed(entry: Entry): boolean {
  return entry === 'reversing' || entry === 'reversed'
}

/** Bits of `CT`: the states that the current packet may have. */
export function statesOf({entry, tracking}: State, segment: Segment): number {
  if (tracking === 'untracked') return CT.untracked
  if (tracking === 'murky') return CT.invalid | CT.new | CT.established
  if (tracking !== 'entry') return CT.invalid
  const pickedUp = entry === 'picking-up' || entry === 'picked-up'
  return isFirst(segment) || isReversed(entry) || (pickedUp && segment.outbound) ? CT.new : CT.established
}

export type Status = {readonly known: number; readonly unknown: number}

/** Bits of `CT_STATUS`; an entry is confirmed once its first packet has left, or has come in. */
export function statusOf({entry, tracking}: State, segment: Segment, looped: boolean): Status {
  const {name, outbound} = segment
  if (tracking === 'murky') return {known: 0, unknown: -1}
  if (isFirst(segment) || makesEntry(entry)) return certain(looped ? CT_STATUS.confirmed : 0)
  if (entry === 'reversed') return certain(CT_STATUS.confirmed)
  if (entry === 'picked-up' && outbound) return certain(CT_STATUS.confirmed)
  const replied = CT_STATUS.confirmed | CT_STATUS.seenReply
  // Assured by the second packet from the server, and the first may not be sent.
  if (entry === 'picked-up') return {known: replied, unknown: CT_STATUS.assured}
  return certain(
    name === 'syn-ack' || name === 'reply' || entry === 'new' ? replied : replied | CT_STATUS.assured,
  )
}

function certain(known: number): Status {
  return {known, unknown: 0}
}
