import type {Answer, Blocker, Stage, StoppedByRouting} from '../../contract/judgement.ts'
import {ICMPV6_TYPES} from '../model/protocol.ts'
import type {Rule} from '../model/rules.ts'
import {type Ground, inWords, ofRule} from './grounds.ts'
import {isArp, type ResolvingName} from './segment.ts'
import type {State} from './state.ts'

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
type RoutingBlock = Stopped & {readonly rule: null; readonly routing: StoppedByRouting}

export type Block = RuleBlock | RoutingBlock

/** What stops it, where it is not known whether it does. */
export function groundOf(block: Block): Ground {
  return block.rule === null ? inWords(block.routing.text) : ofRule(block.rule)
}

/** A message by which a next hop is found, and a rule of this host that stops it. */
export type StoppedMessage = {
  /** Address of the next hop; a CIDR for every neighbour in it. */
  readonly nextHop: string
  readonly name: ResolvingName
  readonly way: 'out' | 'in'
  readonly blocker: Blocker
}

/** The same as an answer tells it. */
export function publish({
  nextHop,
  name,
  way,
  blocker,
}: StoppedMessage): Pick<Answer, 'neighbourDiscovery' | 'arp'> {
  if (isArp(name))
    return {arp: {nextHop, operation: name === 'arp-request' ? 'request' : 'reply', way, blocker}}
  return {neighbourDiscovery: {nextHop, icmpv6Type: ICMPV6_TYPES[name], way, blocker}}
}

/** Something that may keep a next hop from being found, or this host from being found by it. */
export type OpenDiscovery = {
  readonly because: readonly Ground[]
  /** Null where those rules are not decided. */
  readonly stopped: StoppedMessage | null
  readonly why: 'undecided' | 'cached' | 'may-be-cached' | 'may-be-told' | 'peer' | 'one-of-several'
  readonly nextHop: string
  readonly by: 'IPv6 neighbor discovery' | 'ARP'
  /** What stops the message; null where that is not decided. */
  readonly block: DiscoveryBlock | null
}

export type DiscoveryBlock = RuleBlock & {readonly discovery: StoppedMessage}
