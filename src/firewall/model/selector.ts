import type {Value} from './address.ts'
import type {AddressField, TupleField} from './protocol.ts'

/** What a key is compared with: addresses, ports, marks and numbers of all kinds, or names of interfaces. */
export type KeyValue = Value | string

/** Inclusive at both ends; names are ordered as strings. */
export type KeyInterval = {readonly lo: KeyValue; readonly hi: KeyValue}

/** What a rule reads from a packet or its connection. */
export type Source =
  | {readonly of: 'address' | 'port' | 'address-type'; readonly field: AddressField}
  | {readonly of: 'interface'; readonly side: 'in' | 'out'}
  | {readonly of: 'mark' | 'tcp-flags' | 'icmpv6-type' | 'arp-operation' | 'uid' | 'gid'}
  | {readonly of: 'ct-mark' | 'ct-state' | 'ct-status'}
  | {readonly of: 'ct-direction'}
  | {readonly of: 'ct-address'; readonly field: TupleField}
  | {readonly of: 'ct-port'; readonly field: TupleField}
  /** Total length of the IP packet, less a header of this many bytes. */
  | {readonly of: 'length'; readonly less: number}
  /** `tracked`: only packets of a tracked connection have it. */
  | {readonly of: 'constant'; readonly value: number; readonly tracked: boolean}
  /** Bits of which some may be unknown, the same for all packets in question. */
  | {readonly of: 'bits'; readonly value: number; readonly unknown: number}
  | {readonly of: 'hop-limit' | 'max-segment' | 'packet-type'}
  /** Of the interface that the packet comes in or goes out by. */
  | {readonly of: 'device'; readonly side: 'in' | 'out'; readonly what: 'group' | 'type'}
  /** Of the frame, whose header is only read of an interface of Ethernet. */
  | {readonly of: 'ether-type'; readonly value: number}
  /** A flag of the packet's socket; a packet without a socket has nothing to read. */
  | {readonly of: 'socket'; readonly flag: 'transparent' | 'wildcard'}
  /** 1 where a route leads back to the source by the interface that the packet came by, else 0. */
  | {readonly of: 'reverse-path'}
  /** Cannot be known from rules and probe. */
  | {readonly of: 'unknown'}

export type Operation = {
  readonly kind: 'and' | 'or' | 'xor' | 'shift-left' | 'shift-right'
  readonly by: Value
}

export type Selector = {
  readonly source: Source
  /** Applied in this order before the comparison. */
  readonly operations: readonly Operation[]
}

/** Bits of `ct state` as rules of nf_tables write them (linux/netfilter/nf_conntrack_common.h). */
export const CT_STATE_VALUES = {invalid: 1, established: 2, related: 4, new: 8, untracked: 64} as const

/** Address types as `fib … type` gives them (linux/rtnetlink.h). */
export const ADDRESS_TYPE_VALUES = {
  unspec: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
} as const
