import type {Answer} from '../../contract/judgement.ts'
import type {Listeners} from '../host/listeners.ts'
import type {Traits} from '../host/traits.ts'
import type {Interval} from '../model/address.ts'
import type {SocketOwner} from '../model/packet.ts'
import type {PortRange, Transport} from '../model/protocol.ts'
import {reachableActions} from '../model/reachable.ts'
import type {Rewritten, RuleSet} from '../model/rules.ts'
import {MAYBE} from '../model/ternary.ts'
import type {Routing} from '../routing/routes.ts'
import {NOTHING_KNOWN} from '../sets/changing-sets.ts'
import {tooComplex} from './answer.ts'
import {createAsk} from './ask.ts'
import type {Finder} from './discovery/discovery.ts'
import {type Grounded, sorter} from './grounds.ts'
import {hooksOf} from './hooks.ts'
import {ALL_RULES, createNarrower, type Narrowed} from './narrow.ts'
import {judgeRange} from './range.ts'
import type {RecordWalk} from './trace.ts'
import type {Connection} from './views.ts'
import {interfacesOf, openWay} from './ways.ts'

/** Rules that one probe may look at: some seconds of work, and many times what 100,000 rules need. */
const BUDGET = 200_000_000

/** `record` is called with the walk to a single address; ranges are not recorded. */
export type Judge = (to: Interval, port: number, owner: SocketOwner, record?: RecordWalk) => Grounded

/** What decides besides the rules for a connection's own packets. */
export type Surroundings = {
  readonly finder: Finder
  /** The addresses at which it may change whether a next hop is found. */
  readonly discoveryBoundaries: () => readonly Interval[]
  readonly listeners: Listeners
  readonly traits: Traits
  /** Sets that packets which find next hops may change. */
  readonly changedSets: () => ReadonlySet<string>
}

/** Prepares one address family's rules for any number of probes. */
export function createJudge(
  ruleSet: RuleSet,
  routing: Routing,
  localPorts: PortRange,
  protocol: Transport,
  {finder, discoveryBoundaries, listeners, changedSets, traits}: Surroundings,
): Judge {
  const hooks = hooksOf(ruleSet)
  const own = {protocol, traits, rewritten: rewrittenBy(ruleSet)}
  let narrower: ReturnType<typeof createNarrower> | null = null
  let sort: ReturnType<typeof sorter> | null = null
  const sorted = <Told>({told, doubtful}: Grounded<Told>): Grounded<Told> => {
    if (doubtful.length === 0) return {told, doubtful}
    sort ??= sorter(ruleSet)
    return {told, doubtful: sort(doubtful)}
  }

  const ask = createAsk(hooks, {finder, listeners, changedSets})

  return (to, port, owner, record) => {
    const work = {left: BUDGET}
    const connect = (address: Interval) => connectionTo(routing, address, port, owner, localPorts, own)
    const askPiece = (address: Interval, narrowed: Narrowed): Grounded<Answer> =>
      ask({
        ...{connection: connect(address).connection, narrowed, wholeOnly: false, work},
        record: to.lo === to.hi ? record : undefined,
      }) ?? tooComplex()
    if (to.lo === to.hi) {
      const {told, doubtful} = sorted(askPiece(to, ALL_RULES))
      return {told: {...told, parts: []}, doubtful}
    }
    narrower ??= createNarrower(ruleSet, routing, localPorts)
    const {boundaries, rules, narrow} = narrower(port)
    const judged = judgeRange(ruleSet.family, to, boundaries, rules, {
      narrow,
      askPiece,
      askWhole: (address, narrowed) => {
        const {connection, uniform} = connect(address)
        return uniform ? ask({connection, narrowed, wholeOnly: true, work}) : null
      },
      alsoCutAt: discoveryBoundaries(),
    })
    return sorted(judged)
  }
}

function rewrittenBy(ruleSet: RuleSet): ReadonlySet<Rewritten> {
  const fields = [...reachableActions(ruleSet.bases.map(({chain}) => chain))].flatMap(action =>
    action.kind === 'rewrite' ? [action.field] : [],
  )
  return new Set(fields)
}

function connectionTo(
  routing: Routing,
  address: Interval,
  port: number,
  owner: SocketOwner,
  localPorts: PortRange,
  own: Pick<Connection, 'protocol' | 'traits' | 'rewritten'>,
): {connection: Connection; uniform: boolean} {
  const {source, routes} = openWay(routing, address, {
    ...{port, protocol: own.protocol, owner, localPorts},
  })
  return {
    uniform: routes.every(({partial, local}) => !partial && local !== MAYBE),
    connection: {
      family: routing.family,
      client: {address: source, ports: localPorts},
      server: {address, ports: {lo: port, hi: port}},
      owner,
      routing,
      outInterface: interfacesOf(routes),
      sets: NOTHING_KNOWN,
      ...own,
    },
  }
}
