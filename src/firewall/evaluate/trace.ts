import type {Stage} from '../../contract/judgement.ts'
import type {Packet, Partiality} from '../model/packet.ts'
import type {BaseChain, Chain, Rule} from '../model/rules.ts'
import type {Ternary} from '../model/ternary.ts'
import type {Block, OpenDiscovery} from './block.ts'
import type {Segment} from './segment.ts'
import type {State, StatePool} from './state.ts'

/** What a walk through the rules brings together on its way. */
export type Trace = {
  readonly pool: StatePool
  readonly partiality: Partiality
  readonly blocks: Block[]
  /** Rules that were not decided and could have made a difference. */
  readonly doubts: Set<Rule>
  readonly warnings: Set<Rule>
  /** Orders of chains that are not known and make a difference, in words. */
  readonly ties: Set<string>
  /** What else leaves the outcome open, in words. */
  readonly unclear: Set<string>
  /** Routing rules in doubt that could have made a difference. */
  readonly routeDoubts: Set<string>
  /** Interfaces by which the connection request left. */
  readonly leftBy: Set<string>
  /** What may keep next hops from being found. */
  readonly openDiscoveries: OpenDiscovery[]
  /** Sets that packets of the question change, or may change. */
  readonly changedSets: Set<string>
  readonly rulesOf: (chain: Chain) => readonly Rule[]
  /** An answer that does not hold for the whole interval is of no use. */
  readonly wholeOnly: boolean
  /** Rules that may still be looked at before the question is given up; shared by all pieces of a range. */
  readonly work: {left: number}
  readonly record?: RecordWalk | undefined
}

/** The interval has to be split: thrown instead of an answer that would not hold for all of it. */
export class NotUniform extends Error {}

/** The question has more answers than can be followed. */
export class TooManyPaths extends Error {}

export type WalkOutcome = {
  /** States that left the base chain with an accept. */
  readonly accepted: Set<State>
  /** States that came to the end of the chain, or returned from it. */
  readonly returned: Set<State>
}

/** One packet's way through one base chain. */
export type Walk = {
  /** It is a chain of NAT. */
  readonly nat: boolean
  /** It is one of the hook that packets of this host begin with. */
  readonly outgoing: boolean
  readonly trace: Trace
  readonly stage: Stage
  readonly packetOf: (state: State) => Packet
  /** Chains that the packet is in. */
  readonly open: Set<Chain>
  /** Sends a state through a chain. */
  readonly enter: (chain: Chain, state: State) => WalkOutcome
}

/** What happens to a packet on its way through the rules, in order. Rules that do not match leave no event. */
export type WalkEvent =
  /** It comes to a base chain; `looped`: back in over `lo`. */
  | {readonly kind: 'base'; readonly base: BaseChain; readonly segment: Segment; readonly looped: boolean}
  /** It has been through; `passed`: it may have been let on. */
  | {readonly kind: 'base-end'; readonly passed: boolean}
  /** It enters a chain; `again`: it came by before, and everything went the same way. */
  | {readonly kind: 'chain'; readonly chain: Chain; readonly again: boolean}
  | {readonly kind: 'chain-end'}
  /** A rule matches or may match; with `match` NO a rule's remainder did not match after its beginning had acted. */
  | {readonly kind: 'rule'; readonly rule: Rule; readonly match: Ternary}
  /** A rule, or a policy, does what it does. */
  | {readonly kind: 'act'; readonly rule: Rule; readonly match: Ternary}

export type RecordWalk = (event: WalkEvent) => void
