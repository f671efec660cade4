import type {Interval} from '../address.ts'
import {type Chain, type Condition, type Hook, partsOf, type Rule, type RuleSet} from '../model.ts'
import {LOOPBACK_ADDRESS, type Routing, routeTo} from '../routes.ts'
import {NO} from '../ternary.ts'

/** The rules of each chain that may concern the addresses in question; a chain that is missing keeps all of its rules. */
export type Narrowed = ReadonlyMap<Chain, readonly Rule[]>

export const ALL_RULES: Narrowed = new Map()

/** Which of a packet's two addresses is the server's in a chain: both when packets of either direction come by. */
type Peer = 'src' | 'dst' | 'both'

export type Narrower = (interval: Interval, outer: Narrowed) => Narrowed

/** Below this many rules, walking all of them costs less than choosing. */
const WORTHWHILE = 64

/** Prepares leaving out rules whose address conditions exclude all servers of an interval. */
export function createNarrower(ruleSet: RuleSet, routing: Routing): Narrower {
  const peers = peersByChain(ruleSet)
  const translations = translationTargets(ruleSet)
  const large = ruleSet.chains.filter(({rules}) => rules.length > WORTHWHILE)
  return (interval, outer) => {
    if (large.length === 0 || mayBeLocal(routing, interval)) return outer
    const candidates = [interval, ...translations]
    return new Map(
      large.map(chain => {
        const peer = peers.get(chain) ?? 'both'
        const rules = outer.get(chain) ?? chain.rules
        return [chain, rules.filter(rule => mayConcern(rule, peer, candidates))]
      }),
    )
  }
}

/** On the way over `lo` both addresses are this host's, and chains of both directions see both packets. */
function mayBeLocal(routing: Routing, interval: Interval): boolean {
  return routeTo(routing, interval).local !== NO
}

function mayConcern({conditions}: Rule, peer: Peer, candidates: readonly Interval[]): boolean {
  return conditions.every(
    condition =>
      condition.kind !== 'address' ||
      condition.negated ||
      condition.field !== peer ||
      touches(condition, candidates),
  )
}

function touches({within}: Condition & {kind: 'address'}, candidates: readonly Interval[]): boolean {
  return candidates.some(({lo, hi}) => within.lo <= hi && lo <= within.hi)
}

function peersByChain({bases}: RuleSet): ReadonlyMap<Chain, Peer> {
  const peers = new Map<Chain, Peer>()
  const visit = (chain: Chain, peer: Peer): void => {
    const known = peers.get(chain)
    if (known === peer || known === 'both') return
    peers.set(chain, known === undefined ? peer : 'both')
    for (const rule of chain.rules)
      for (const {action} of partsOf(rule)) if (action.kind === 'call') visit(action.chain, peer)
  }
  for (const {chain, hook} of bases) visit(chain, OUTWARD.has(hook) ? 'dst' : 'src')
  return peers
}

const OUTWARD: ReadonlySet<Hook> = new Set<Hook>(['output', 'postrouting', 'egress'])

function translationTargets({chains, family}: RuleSet): Interval[] {
  return chains.flatMap(({rules}) =>
    rules
      .flatMap(rule => [...partsOf(rule)])
      .flatMap(({action}) => {
        if (action.kind !== 'destination-nat') return []
        const address = action.toThisHost ? LOOPBACK_ADDRESS[family] : action.to.address
        return address ? [address] : []
      }),
  )
}
