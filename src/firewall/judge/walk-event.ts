import type {BaseChain, Chain, Rule} from '../model.ts'
import type {Ternary} from '../ternary.ts'
import type {Segment} from './segment.ts'

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
