import type {Probe} from '../../../src/contract/judgement.ts'
import {hasIpv6} from '../lib/topology.ts'
import type {RealRuleSet} from './real-rule-set.ts'
import {PEERS} from './world.ts'

const {internet, staging} = PEERS

const DESTINATIONS = [
  `${internet.ipv4} 443`,
  `${internet.ipv4} 1500`,
  `${internet.ipv4} 80`,
  `${staging.ipv4} 1500`,
  `${staging.otherIpv4} 1500`,
  `${staging.ipv4} 443`,
  ...(hasIpv6() ? [`${internet.ipv6} 443`, `${staging.ipv6} 1500`] : []),
  // A socket of IPv6 that sends IPv4.
  ...(hasIpv6() ? [`::ffff:${internet.ipv4} 443`, `::ffff:${staging.ipv4} 1500`] : []),
]

/** What every rule set is asked about, as each of the users. */
export function questionsTo(
  {alsoAsk = []}: RealRuleSet,
  uids: readonly number[],
): Required<Pick<Probe, 'to' | 'port' | 'uid'>>[] {
  return [...DESTINATIONS, ...alsoAsk].flatMap(destination => {
    const [to = '', port] = destination.split(' ')
    return uids.map(uid => ({to, port: Number(port), uid}))
  })
}
