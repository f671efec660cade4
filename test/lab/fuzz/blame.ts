import type {Judgement} from '../../../src/contract/judgement.ts'
import {type Counters, placeOf} from './counters.ts'

/**
 * Whether the counters of one attempt agree with the blocker: its rule has seen a packet, and no other rule that stops
 * packets outright has. Null when they do, else what is wrong. Every rule counts what passes its matches.
 */
export function complaintAbout(
  {blocker, stage, how, neighbourDiscovery, arp}: Judgement,
  before: Counters,
  after: Counters,
): string | null {
  if (!blocker) return 'nobody is blamed'
  const moved = [...after].filter(([place, {packets}]) => packets > (before.get(place)?.packets ?? 0))
  const blamed = placeOf(blocker)
  const others = moved.filter(([place, {stops}]) => stops && place !== blamed).map(([place]) => place)
  const counts = blocker.rule !== 'policy' || after.has(blamed)
  if (counts && !moved.some(([place]) => place === blamed)) return `${blamed} has seen nothing, but ${others}`
  // Data is sent in several packets, a reject sends one of its own, neighbours look for one another both ways, and that
  // one is not found the kernel tells this host itself by ICMP: other rules may stop those.
  const resolving = neighbourDiscovery ?? arp
  const early = !resolving && how === 'drop' && (stage === 'out-syn' || stage === 'in-synack')
  return early && others.length > 0 ? `instead of ${blamed} it was ${others}` : null
}
