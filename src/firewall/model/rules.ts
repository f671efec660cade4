import type {Blocker} from '../../contract/judgement.ts'
import type {ChangingSets} from '../sets/changing-sets.ts'
import type {KeyIndex} from '../sets/key-index.ts'
import type {Family, Interval} from './address.ts'
import type {Condition} from './condition.ts'
import {type PortRange, PRIORITY} from './protocol.ts'
import type {Selector} from './selector.ts'

/** `ingress` and `egress` are where a device hands packets in and takes them. */
export type Hook = 'ingress' | 'prerouting' | 'input' | 'output' | 'postrouting' | 'egress'

/** Where a rule comes from; enough to name it as a blocker. */
export type RuleSource = Blocker

/** Bits of a packet or connection mark; `unknown` holds the bits that cannot be known. */
export type Mark = {readonly value: number; readonly unknown: number}

/** Of what is null nothing is changed. A port that is in `ports` already stays, unless it is chosen at random. */
export type Translation = {
  readonly address: Interval | null
  readonly ports: PortRange | null
  readonly random?: boolean
}

/** What rules may change of a packet: its hop limit, the segment size it announces, or other options of TCP. */
export type Rewritten = 'hop-limit' | 'max-segment' | 'tcp-options'

export type Action =
  | {readonly kind: 'continue'}
  /** `unread`: by a queue that nobody reads, which also leaves the NAT chains that would come after it. */
  | {readonly kind: 'accept'; readonly unread?: boolean}
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
  /** Changes something of the packet that later rules may test. */
  | {readonly kind: 'rewrite'; readonly field: Rewritten}
  /** Adds to a set, or takes from it. */
  | {readonly kind: 'change-set'; readonly set: string}
  /** Changes how connection tracking sees the connection in a way that is not modelled (zones). */
  | {readonly kind: 'disturb-tracking'}
  | {readonly kind: 'destination-nat'; readonly to: Translation; readonly toThisHost: boolean}
  | {readonly kind: 'source-nat'; readonly to: Translation; readonly masquerade: boolean}
  /** Does what a map holds for the key, as the rule found there; nothing when it holds none. */
  | {
      readonly kind: 'choose'
      readonly key: readonly Selector[]
      readonly from: KeyIndex<Rule>
      readonly changing?: ChangingSets
    }
  /** Anything might happen to the packet; `why`, as a clause, where more can be said than the rule's text. */
  | {readonly kind: 'unknown'; readonly why?: string}

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
  /** A packet whose mark it changes is routed once more when it is through (mangle OUTPUT, `type route`). */
  readonly reroutes?: boolean
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

/** The rules that one rule itself leads to: its own continuation and what its map holds. */
export function* partsOf(rule: Rule): Generator<Rule> {
  yield rule
  if (rule.next) yield* partsOf(rule.next)
  if (rule.action.kind === 'choose')
    for (const chosen of new Set(rule.action.from.values())) yield* partsOf(chosen)
}

/** A placeholder for rules that nobody could read. */
export function unknownRule(source: Omit<RuleSource, 'rule'>): Rule {
  return {source: {...source, rule: 0}, conditions: [], action: {kind: 'unknown'}}
}

/** A base chain that may do anything to every packet that leaves. */
export function unknownBase(source: Omit<RuleSource, 'rule'>): BaseChain {
  const rule = unknownRule(source)
  return {
    chain: {name: source.chain, rules: [rule]},
    hook: 'output',
    priority: PRIORITY.security + 1,
    nat: false,
    policy: {source: rule.source, conditions: [], action: {kind: 'accept'}},
  }
}
