import type {Stage} from '../../contract/judgement.ts'
import type {Rule} from '../model.ts'
import type {State} from './state.ts'
import type {StoppedMessage} from './stopped-message.ts'

/** A rule, or a policy, that stops a packet. */
export type Block = {
  readonly rule: Rule
  readonly stage: Stage
  readonly how: 'drop' | 'reject'
  /** Every packet that came to the rule was stopped. */
  readonly certain: boolean
  readonly state: State
  /** It is not the connection's own packet that is stopped. */
  readonly discovery?: StoppedMessage
  /** Where on this host the rule leads the connection to, and nothing listens. */
  readonly deadEnd?: string
}
