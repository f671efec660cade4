import type {RuleBlock} from './block.ts'
import type {StoppedMessage} from './stopped-message.ts'

/** Something that may keep a next hop from being found, or this host from being found by it. */
export type OpenDiscovery = {
  /** Texts of the rules that it depends on. */
  readonly because: readonly string[]
  /** Null where those rules are not decided. */
  readonly stopped: StoppedMessage | null
  readonly why: 'undecided' | 'cached' | 'may-be-cached' | 'may-be-told' | 'peer' | 'one-of-several'
  readonly nextHop: string
  readonly by: 'IPv6 neighbor discovery' | 'ARP'
  /** What stops the message; null where that is not decided. */
  readonly block: DiscoveryBlock | null
}

export type DiscoveryBlock = RuleBlock & {readonly discovery: StoppedMessage}
