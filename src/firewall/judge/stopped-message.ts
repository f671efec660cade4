import type {Answer, Blocker} from '../../contract/judgement.ts'
import {ICMPV6_TYPES} from '../protocol.ts'
import {isArp, type ResolvingName} from './segment.ts'

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
