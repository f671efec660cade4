import type {WalkEvent} from '../judge/walk-event.ts'
import type {BaseChain, Chain, Rule} from '../model.ts'
import type {Fate} from './fate.ts'

type Segment = (WalkEvent & {kind: 'base'})['segment']

/** How a rule took the packet. `part`: its first statements acted, the rest did not match. */
export type Matched = 'yes' | 'maybe' | 'part'

export type VisitedRule = {
  readonly rule: Rule
  readonly matched: Matched
  /** The chains that it sent the packet to. */
  readonly calls: readonly VisitedChain[]
}

export type VisitedChain = {
  readonly chain: Chain
  /** The packet came by before on this way: what happened is not told twice. */
  readonly again: boolean
  /** Those that matched, or may have, in their order. */
  readonly rules: readonly VisitedRule[]
}

/** One packet of the connection in one base chain. */
export type Visit = {
  readonly base: BaseChain
  /** Numeric priority of the chain in its hook. */
  readonly priority: number
  readonly segment: Segment
  /** The packet has come back in over `lo`. */
  readonly looped: boolean
  readonly root: VisitedChain
  readonly fate: Fate
}
