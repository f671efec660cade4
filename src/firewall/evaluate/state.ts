import {type Family, formatAddress, formatInterval, type Interval} from '../model/address.ts'
import type {PortRange} from '../model/protocol.ts'
import type {Mark, Rule} from '../model/rules.ts'

export type Endpoint = {readonly address: Interval; readonly ports: PortRange}

/** One way in which the connection may have gone so far. States are interned: equal ones are the same object. */
export type State = {
  /**
   * What connection tracking holds. `new`: our request; `replied`: the answer as well; `behind`: it has missed data of
   * ours since. `picking-up`: the current packet, one of ours in the middle of the connection, was its first; then
   * `picked-up`. `reversing`, `reversed`: the same with a packet of the server's. `murky`: that is not known.
   */
  readonly entry:
    | 'none'
    | 'new'
    | 'replied'
    | 'behind'
    | 'picking-up'
    | 'picked-up'
    | 'reversing'
    | 'reversed'
    | 'murky'
  readonly connectionMark: Mark
  /** The server, as addressed after destination NAT. */
  readonly to: Endpoint
  /** This host, as the server sees it after source NAT. */
  readonly from: Endpoint
  /** The mark by which the current packet was routed once more; null: it goes the way of its socket. */
  readonly reroutedBy: Mark | null
  /** The rule that made `to` of the server's address and port. */
  readonly redirectedBy: Rule | null
  readonly destinationBound: boolean
  readonly sourceBound: boolean
  /** The current packet's mark. */
  readonly mark: Mark
  /** What connection tracking has made of the current packet. */
  readonly tracking: 'unseen' | 'untracked' | 'entry' | 'invalid' | 'murky'
}

export const NO_MARK: Mark = {value: 0, unknown: 0}
export const UNKNOWN_MARK: Mark = {value: 0, unknown: 0xffffffff}

/** Keeps one object per distinct state, so that sets of states merge paths that have become the same. */
export class StatePool {
  /** A question rarely has more than a handful, so looking through them is faster than hashing. */
  readonly #known: State[] = []

  intern(state: State): State {
    for (const known of this.#known) if (isSame(known, state)) return known
    this.#known.push(state)
    return state
  }

  change(state: State, changes: Partial<State>): State {
    return this.intern({...state, ...changes})
  }
}

function isSame(a: State, b: State): boolean {
  return (
    a.tracking === b.tracking &&
    a.entry === b.entry &&
    a.destinationBound === b.destinationBound &&
    a.sourceBound === b.sourceBound &&
    a.redirectedBy === b.redirectedBy &&
    isSameOrNull(a.reroutedBy, b.reroutedBy) &&
    isSameMark(a.mark, b.mark) &&
    isSameMark(a.connectionMark, b.connectionMark) &&
    sameEndpoint(a.to, b.to) &&
    sameEndpoint(a.from, b.from)
  )
}

function isSameOrNull(a: Mark | null, b: Mark | null): boolean {
  return a === b || (a !== null && b !== null && isSameMark(a, b))
}

export function isSameMark(a: Mark, b: Mark): boolean {
  return a.value === b.value && a.unknown === b.unknown
}

/** `mark = (mark & ~mask) ^ value`, as xt_mark and xt_connmark compute it. */
export function changeMark(mark: Mark, value: number, mask: number): Mark {
  return {
    value: ((mark.value & ~mask) ^ value) >>> 0,
    unknown: (mark.unknown & ~mask) >>> 0,
  }
}

/** The same with a value of which some bits are unknown. */
export function mixMark(mark: Mark, keep: number, other: Mark, take: number): Mark {
  const unknown = ((mark.unknown & ~keep) | (other.unknown & take)) >>> 0
  return {value: (((mark.value & ~keep) ^ (other.value & take)) & ~unknown) >>> 0, unknown}
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  if (a === b) return true
  return (
    a.address.lo === b.address.lo &&
    a.address.hi === b.address.hi &&
    a.ports.lo === b.ports.lo &&
    a.ports.hi === b.ports.hi
  )
}

/** `address:port`, or `[address]:port` for IPv6; a CIDR or a range of ports where it is not known which. */
export function formatEndpoint(family: Family, {address: {lo, hi}, ports}: Endpoint): string {
  const address = lo === hi ? formatAddress(family, lo) : formatInterval(family, {lo, hi})
  const port = ports.lo === ports.hi ? `${ports.lo}` : `${ports.lo}-${ports.hi}`
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}
