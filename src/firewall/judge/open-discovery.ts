import type {StoppedDiscovery} from '../../contract/judgement.ts'
import type {Block} from './block.ts'

/** Something that may keep a next hop from being found, or this host from being found by it. */
export type OpenDiscovery = {
  /** Texts of the rules that it depends on. */
  readonly because: readonly string[]
  /** Null where those rules are not decided. */
  readonly stopped: StoppedDiscovery | null
  readonly why: 'undecided' | 'cached' | 'may-be-cached' | 'may-be-told' | 'peer' | 'one-of-several'
  readonly nextHop: string
  /** What stops the message; null where that is not decided. */
  readonly block: DiscoveryBlock | null
}

export type DiscoveryBlock = Block & {readonly discovery: StoppedDiscovery}
