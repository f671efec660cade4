import type {Blocker} from '../contract/judgement.ts'
import type {Family, Interval} from './address.ts'
import type {KeyIndex} from './lookup/key-index.ts'
import type {Selector} from './lookup/selector.ts'
import type {AddressSet} from './sets/address-set.ts'
import type {Ternary} from './ternary.ts'

/** `ingress` and `egress` are where a device hands packets in and takes them. */
export type Hook = 'ingress' | 'prerouting' | 'input' | 'output' | 'postrouting' | 'egress'

/** Where a rule comes from; enough to name it as a blocker. */
export type RuleSource = Blocker

export type PortRange = {readonly lo: number; readonly hi: number}

/** Bits of a packet or connection mark; `unknown` holds the bits that cannot be known. */
export type Mark = {readonly value: number; readonly unknown: number}

export type AddressField = 'src' | 'dst'

/** The address or ports that connection tracking keeps: before (`orig`) and after (`repl`) translation. */
export type TupleField = 'orig-src' | 'orig-dst' | 'repl-src' | 'repl-dst'

/**
 * `moot` on a conntrack test: the same match also tests the state, and then a packet without a tracking entry is
 * judged by its state alone; otherwise such a packet never matches.
 *
 * One test that a rule makes on a packet. All of a rule's conditions must hold. Every rule engine is translated
 * into this closed union; what has no translation is `undecided`.
 */
export type Condition =
  | {
      readonly kind: 'address'
      readonly field: AddressField
      readonly within: Interval
      readonly negated: boolean
    }
  | {
      readonly kind: 'masked-address'
      readonly field: AddressField
      readonly mask: number
      readonly value: number
      readonly negated: boolean
    }
  | {
      readonly kind: 'ports'
      readonly of: 'src' | 'dst' | 'either'
      readonly ranges: readonly PortRange[]
      readonly negated: boolean
    }
  | {
      readonly kind: 'interface'
      readonly of: 'in' | 'out'
      readonly name: string
      /** `name` is the beginning of the interface's name. */
      readonly prefix: boolean
      readonly negated: boolean
    }
  | {readonly kind: 'tcp-flags'; readonly mask: number; readonly value: number; readonly negated: boolean}
  | {readonly kind: 'icmpv6-type'; readonly type: number; readonly negated: boolean}
  | {readonly kind: 'conntrack-state'; readonly states: number; readonly negated: boolean}
  | {readonly kind: 'conntrack-direction'; readonly reply: boolean; readonly moot: boolean}
  | {
      readonly kind: 'conntrack-tuple'
      readonly field: TupleField
      readonly within: Interval
      readonly negated: boolean
      readonly moot: boolean
    }
  | {
      readonly kind: 'conntrack-port'
      readonly field: TupleField
      readonly ports: PortRange
      readonly negated: boolean
      readonly moot: boolean
    }
  | {
      readonly kind: 'conntrack-status'
      readonly bits: number
      readonly negated: boolean
      readonly moot: boolean
    }
  | {readonly kind: 'conntrack-protocol'; readonly tcp: boolean; readonly moot: boolean}
  | {
      readonly kind: 'owner'
      readonly uid: {readonly range: PortRange; readonly negated: boolean} | null
      readonly gid: {readonly range: PortRange; readonly negated: boolean} | null
      readonly socket: {readonly negated: boolean} | null
    }
  | {
      readonly kind: 'address-type'
      readonly field: AddressField
      readonly types: readonly string[]
      readonly negated: boolean
    }
  | {
      readonly kind: 'mark'
      readonly of: 'packet' | 'connection'
      readonly value: number
      readonly mask: number
      readonly negated: boolean
    }
  | {
      readonly kind: 'set'
      readonly set: AddressSet
      readonly directions: readonly AddressField[]
      readonly negated: boolean
    }
  /** What is read from the packet, part by part, is a key among others. A part that cannot be read never matches. */
  | {
      readonly kind: 'lookup'
      readonly key: readonly Selector[]
      readonly among: KeyIndex<unknown>
      readonly negated: boolean
    }
  | {readonly kind: 'reverse-path'; readonly negated: boolean}
  | {readonly kind: 'bridge-port'; readonly negated: boolean}
  /** Total length of the IP packet in bytes. */
  | {readonly kind: 'length'; readonly bytes: PortRange; readonly negated: boolean}
  /** A pattern in the payload: the handshake carries none. */
  | {readonly kind: 'payload'; readonly negated: boolean}
  | {readonly kind: 'constant'; readonly value: Ternary}
  /** Depends on something that neither rules nor probe tell (a rate, a time, another table). */
  | {readonly kind: 'undecided'; readonly payload: boolean}

/** Of what is null nothing is changed. A port that is in `ports` already stays, unless it is chosen at random. */
export type Translation = {
  readonly address: Interval | null
  readonly ports: PortRange | null
  readonly random?: boolean
}

/** What NAT chooses from for a port of its own choice (linux/net/netfilter/nf_nat_core.c). */
export const UNPRIVILEGED_PORTS: PortRange = {lo: 1024, hi: 65535}

export type Action =
  | {readonly kind: 'continue'}
  | {readonly kind: 'accept'}
  | {readonly kind: 'drop'}
  | {readonly kind: 'reject'}
  | {readonly kind: 'return'}
  | {readonly kind: 'call'; readonly chain: Chain; readonly goto: boolean}
  | {
      readonly kind: 'set-mark'
      readonly of: 'packet' | 'connection'
      readonly value: number
      readonly mask: number
    }
  | {readonly kind: 'forget-mark'; readonly of: 'packet' | 'connection'}
  /** Copies bits between the packet's and the connection's mark. */
  | {
      readonly kind: 'copy-mark'
      readonly to: 'packet' | 'connection'
      readonly packetMask: number
      readonly connectionMask: number
    }
  | {readonly kind: 'notrack'}
  /** Changes how connection tracking sees the connection in a way that is not modelled (zones). */
  | {readonly kind: 'disturb-tracking'}
  | {readonly kind: 'destination-nat'; readonly to: Translation; readonly toThisHost: boolean}
  | {readonly kind: 'source-nat'; readonly to: Translation; readonly masquerade: boolean}
  /** Does what a map holds for the key, as the rule found there; nothing when it holds none. */
  | {readonly kind: 'choose'; readonly key: readonly Selector[]; readonly from: KeyIndex<Rule>}
  /** Anything might happen to the packet. */
  | {readonly kind: 'unknown'}

export type Rule = {
  readonly source: RuleSource
  readonly conditions: readonly Condition[]
  readonly action: Action
  /** Goes on here, after an action that lets it: the rest of the same rule. */
  readonly next?: Rule
}

export type Chain = {
  readonly name: string
  rules: readonly Rule[]
}

export type BaseChain = {
  readonly chain: Chain
  readonly hook: Hook
  readonly priority: number
  readonly nat: boolean
  /** Order among NAT chains of a hook, which all run where NAT does; `priority` unless given. */
  readonly natPriority?: number
  /** Place in the order in which chains were made, as far as it is known. Later ones run first at one priority. */
  readonly made?: number
  /** What happens to a packet that reaches the end. */
  readonly policy: Rule
}

/** Everything that filters one address family, from all engines. */
export type RuleSet = {
  readonly family: Family
  readonly bases: readonly BaseChain[]
  readonly chains: readonly Chain[]
}

/** Numeric priorities of the netfilter hooks (linux/netfilter_ipv4.h). */
export const PRIORITY = {
  raw: -300,
  conntrack: -200,
  mangle: -150,
  destinationNat: -100,
  filter: 0,
  security: 50,
  sourceNat: 100,
} as const

/** Bits of a connection tracking state match. */
export const CT = {invalid: 1, established: 2, related: 4, new: 8, untracked: 16, snat: 32, dnat: 64} as const

/** Bits of a connection tracking status match (linux/netfilter/nf_conntrack_common.h). */
export const CT_STATUS = {expected: 1, seenReply: 2, assured: 4, confirmed: 8} as const

export const TCP_FLAGS = {fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32} as const

/** The rules that one rule leads to by itself: its own continuation and what its map holds. */
export function* partsOf(rule: Rule): Generator<Rule> {
  yield rule
  if (rule.next) yield* partsOf(rule.next)
  if (rule.action.kind === 'choose')
    for (const chosen of new Set(rule.action.from.values())) yield* partsOf(chosen)
}
