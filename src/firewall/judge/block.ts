import type {Stage, StoppedByRouting} from '../../contract/judgement.ts'
import type {Rule} from '../model.ts'
import type {State} from './state.ts'
import type {StoppedMessage} from './stopped-message.ts'

type Stopped = {
  readonly stage: Stage
  readonly how: 'drop' | 'reject'
  /** Every packet that came there was stopped. */
  readonly certain: boolean
  readonly state: State
}

/** A rule, or a policy, that stops a packet. */
export type RuleBlock = Stopped & {
  readonly rule: Rule
  /** It is not the connection's own packet that is stopped. */
  readonly discovery?: StoppedMessage
  /** Where on this host the rule leads the connection to, and nothing listens. */
  readonly deadEnd?: string
}

/** What of this host's routing stops it. */
export type RoutingBlock = Stopped & {readonly rule: null; readonly routing: StoppedByRouting}

export type Block = RuleBlock | RoutingBlock

/** What stops it, as its tool prints it. */
export function textOf(block: Block): string {
  return block.rule === null ? block.routing.text : block.rule.source.text
}
