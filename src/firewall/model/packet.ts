import type {Traits} from '../host/traits.ts'
import type {Interfaces, Routing} from '../routing/routes.ts'
import type {SetKnowledge} from '../sets/changing-sets.ts'
import type {Family, Interval} from './address.ts'
import type {PortRange, Transport} from './protocol.ts'
import type {Mark} from './rules.ts'
import type {TcpOptions} from './tcp-options.ts'
import type {Ternary} from './ternary.ts'

/** What connection tracking knows of the packet at the point where a rule sees it. */
export type Tracking = {
  /** Bits of `CT` that the packet may have: several when it cannot be known which one. */
  readonly states: number
  /** Whether the packet belongs to a tracked connection. */
  readonly entry: Ternary
  readonly reply: boolean
  /** Bits of `CT_STATUS`. */
  readonly status: number
  readonly statusUnknown: number
  readonly destinationTranslated: Ternary
  readonly sourceTranslated: Ternary
  readonly original: Tuple
  readonly replied: Tuple
  readonly mark: Mark
}

export type Tuple = {
  readonly src: Interval
  readonly dst: Interval
  readonly srcPorts: PortRange
  readonly dstPorts: PortRange
}

/** The groups of a process. */
export type Groups = {
  /** Null: not known. */
  readonly own: number | null
  /** Further groups that it surely has. */
  readonly others: readonly number[]
  /** Further groups that it may have; null: any. */
  readonly perhaps: readonly number[] | null
}

/**
 * Who owns the socket of a packet: the probe's process, somebody unknown, nobody, since none is looked for yet, or the
 * kernel, which is no user.
 */
export type SocketOwner =
  | {readonly kind: 'process'; readonly uid: number; readonly groups: Groups}
  | {readonly kind: 'unknown'}
  | {readonly kind: 'none'}
  | {readonly kind: 'kernel'}

/**
 * One packet of the probed connection, or of those that make it possible, as the rules of one hook see it. What is
 * not known exactly is a range.
 */
export type Packet = Tuple & {
  readonly family: Family
  /** Null for what finds a next hop. */
  readonly protocol: Transport | null
  /** `none`: there is no such interface at this hook, whose name then is empty. */
  readonly inInterface: Interfaces | 'none'
  readonly outInterface: Interfaces | 'none'
  readonly flags: number
  /** Null unless it is ICMPv6. */
  readonly icmpv6Type: number | null
  /** Null unless it is ARP, whose sender and target are `src` and `dst`. */
  readonly arpOperation: number | null
  /** Total length in bytes of the IP packet. */
  readonly length: PortRange
  readonly hasPayload: boolean
  /** Time to live, or hop limit. */
  readonly hopLimit: PortRange
  readonly options: TcpOptions
  readonly devices: Traits['devices']
  readonly mark: Mark
  readonly tracking: Tracking
  readonly owner: SocketOwner
  /** Whether a packet that comes in has found its socket by now. */
  readonly earlySocket: Ternary
  readonly routing: Routing
  readonly sets: SetKnowledge
}

/** Takes note when an answer would not be the same for every address of an interval. */
export type Partiality = {seen: boolean}
