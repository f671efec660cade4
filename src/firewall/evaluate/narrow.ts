import type {Interval} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {PortRange} from '../model/protocol.ts'
import {type Chain, type Hook, partsOf, type Rule, type RuleSet} from '../model/rules.ts'
import {NO} from '../model/ternary.ts'
import {isLocal, type Routing} from '../routing/routes.ts'
import {boundariesOnThisHost, collectBoundaries} from './boundaries.ts'
import {
  mayMatchPorts,
  type Peer,
  type PossiblePorts,
  possiblePorts,
  translationsOf,
} from './possible-ports.ts'

/**
 * The rules of each chain that may concern the addresses in question; a chain that is missing keeps all of its rules.
 */
export type Narrowed = ReadonlyMap<Chain, readonly Rule[]>

export const ALL_RULES: Narrowed = new Map()

/** What a question for a range of addresses and one port leaves to be looked at. */
export type Narrowing = {
  /** Without the rules that no port of the connection matches. */
  readonly rules: Narrowed
  /** Intervals at whose ends the answer may change. */
  readonly boundaries: readonly Interval[]
  /** Without the rules whose conditions exclude all servers of an interval, or all ports. */
  readonly narrow: (interval: Interval, outer: Narrowed) => Narrowed
}

/** Below this many rules, walking all of them costs less than choosing. */
const WORTHWHILE = 64

/** Prepares leaving out rules that cannot concern a question, by its port and then by its addresses. */
export function createNarrower(
  ruleSet: RuleSet,
  routing: Routing,
  localPorts: PortRange,
): (port: number) => Narrowing {
  const peers = peersByChain(ruleSet)
  const translations = translationsOf(ruleSet, routing)
  const large = ruleSet.chains.filter(({rules}) => rules.length > WORTHWHILE)
  let last: (Narrowing & {readonly port: number}) | null = null
  const prepare = (port: number): Narrowing => {
    const possible = possiblePorts(port, localPorts, translations)
    // What comes home is at both ends of the connection.
    const portsIn = (peer: Peer) => possible[translations.home ? 'both' : peer]
    return {
      ...divideByPorts(ruleSet, routing, peers, portsIn),
      narrow: (interval, outer) => {
        if (large.length === 0 || mayBeLocal(routing, interval)) return outer
        const candidates = [interval, ...translations.peers]
        return new Map(
          large.map(chain => {
            const peer = peers.get(chain) ?? 'both'
            const ports = portsIn(peer)
            const rules = outer.get(chain) ?? chain.rules
            return [
              chain,
              rules.filter(rule => mayConcern(rule, peer, candidates) && mayMatchPorts(rule, ports)),
            ]
          }),
        )
      },
    }
  }
  return port => {
    if (last?.port !== port) last = {...prepare(port), port}
    return last
  }
}

/** Rules that only match the ports of the other direction cut what is local alone: there, packets of both come by. */
function divideByPorts(
  {chains, family}: RuleSet,
  routing: Routing,
  peers: ReadonlyMap<Chain, Peer>,
  portsIn: (peer: Peer) => PossiblePorts,
): Pick<Narrowing, 'rules' | 'boundaries'> {
  const rules = new Map<Chain, readonly Rule[]>()
  const concerned: Rule[] = []
  const onThisHost: Rule[] = []
  for (const chain of chains) {
    const peer = peers.get(chain)
    if (peer === undefined) continue
    const [ports, all] = [portsIn(peer), portsIn('both')]
    const possible = chain.rules.filter(rule => mayMatchPorts(rule, all))
    rules.set(chain, possible)
    for (const rule of possible) (mayMatchPorts(rule, ports) ? concerned : onThisHost).push(rule)
  }
  const boundaries = collectBoundaries(family, concerned, routing)
  return {rules, boundaries: [...boundaries, ...boundariesOnThisHost(family, onThisHost, routing)]}
}

/** On the way over `lo` both addresses are this host's, and chains of both directions see both packets. */
function mayBeLocal(routing: Routing, interval: Interval): boolean {
  return isLocal(routing, interval) !== NO
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
  // Without recursion: calls of iptables may be nested more deeply than the stack is.
  const open = bases.map(({chain, hook}): [Chain, Peer] => [chain, OUTWARD.has(hook) ? 'dst' : 'src'])
  for (let next = open.pop(); next; next = open.pop()) {
    const [chain, peer] = next
    const known = peers.get(chain)
    if (known === peer || known === 'both') continue
    peers.set(chain, known === undefined ? peer : 'both')
    for (const rule of chain.rules)
      for (const {action} of partsOf(rule)) if (action.kind === 'call') open.push([action.chain, peer])
  }
  return peers
}

const OUTWARD: ReadonlySet<Hook> = new Set<Hook>(['output', 'postrouting', 'egress'])
