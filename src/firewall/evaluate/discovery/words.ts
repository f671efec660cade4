import {ENGINE_NAMES} from '../../../contract/engines.ts'
import type {Blocker} from '../../../contract/judgement.ts'
import {ICMPV6_TYPES} from '../../model/protocol.ts'
import type {OpenDiscovery, StoppedMessage} from '../block.ts'
import {isArp} from '../segment.ts'

/** Where a rule stands: `nftables: rule 3 of chain output in table filter`. */
export function describePlace({engine, family, chain, table, rule}: Blocker): string {
  const name = `${ENGINE_NAMES[engine]}${family === 'ip6' && engine !== 'nft' ? ' for IPv6' : ''}`
  const what = rule === 'policy' ? 'the policy' : `rule ${rule}`
  return `${name}: ${what} of chain ${chain} in table ${table}`
}

/** What is stopped, as the object of a sentence. */
export function describeDiscovery({nextHop, name, way}: StoppedMessage): string {
  const asks = name === 'solicitation' || name === 'arp-request'
  const side = asks === (way === 'out') ? 'of' : 'of this host by'
  const direction = way === 'out' ? 'going out' : 'coming in'
  if (isArp(name))
    return `ARP ${side} the next hop ${nextHop} (${asks ? 'requests' : 'replies'} ${direction})`
  const message = `neighbor ${asks ? 'solicitations' : 'advertisements'} ${direction}`
  return `IPv6 neighbor discovery ${side} the next hop ${nextHop} (${message}, ICMPv6 type ${ICMPV6_TYPES[name]})`
}

const FOR_NOW: Readonly<Record<OpenDiscovery['why'], string>> = {
  undecided: '',
  cached: 'for now the next hop is still in the neighbor cache',
  'may-be-cached': 'it is not known whether the next hop is in the neighbor cache',
  'may-be-told': 'it works only after the next hop has looked up this host',
  peer: 'it works only as long as the next hop remembers this host',
  'one-of-several': 'it is one of several next hops, and the others are found',
}

/** The sentence for an answer that hangs on nothing else. */
export function describeOpenDiscovery({stopped, why, because, nextHop, by}: OpenDiscovery): string {
  if (!stopped)
    return `The rules alone do not decide whether ${by} finds the next hop ${nextHop}; it depends on: ${because[0]?.text ?? ''}`
  const {blocker} = stopped
  return `${describePlace(blocker)} blocks ${describeDiscovery(stopped)}; ${FOR_NOW[why]}: ${blocker.text}`
}
