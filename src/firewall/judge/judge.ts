import type {Answer, Judgement} from '../../contract/judgement.ts'
import type {Interval} from '../address.ts'
import type {PortRange} from '../fields.ts'
import type {Listeners} from '../listeners.ts'
import type {Rewritten, RuleSet} from '../model.ts'
import type {Partiality, SocketOwner} from '../packet.ts'
import {reachableActions} from '../reachable.ts'
import {type Routing, routeTo} from '../routes.ts'
import {ANY_SET, NOTHING_KNOWN, type SetKnowledge, settled} from '../sets/changing-sets.ts'
import {MAYBE} from '../ternary.ts'
import type {Traits} from '../traits.ts'
import {answerOf, tooComplex} from './answer.ts'
import {followConnection} from './connection.ts'
import type {FindNextHop} from './discovery.ts'
import {hooksOf} from './hooks.ts'
import {ALL_RULES, createNarrower, type Narrowed} from './narrow.ts'
import {judgeRange} from './range.ts'
import {StatePool} from './state.ts'
import {NotUniform, TooManyPaths, type Trace} from './trace.ts'
import type {Connection} from './views.ts'
import type {RecordWalk} from './walk-event.ts'

/** Rules that one probe may look at: some seconds of work, and many times what 100,000 rules need. */
const BUDGET = 200_000_000

/** `record` is told of the walk to a single address; ranges are not recorded. */
export type Judge = (to: Interval, port: number, owner: SocketOwner, record?: RecordWalk) => Judgement

/** What decides besides the rules for a connection's own packets. */
export type Surroundings = {
  readonly findNextHop: FindNextHop
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
  {findNextHop, discoveryBoundaries, listeners, changedSets, traits}: Surroundings,
): Judge {
  const hooks = hooksOf(ruleSet)
  const own = {traits, rewritten: rewrittenBy(ruleSet)}
  let narrower: ReturnType<typeof createNarrower> | null = null

  const askOnce = (
    connection: Connection,
    narrowed: Narrowed,
    wholeOnly: boolean,
    work: Trace['work'],
    record?: RecordWalk,
  ): {readonly answer: Answer; readonly changedSets: ReadonlySet<string>} | null => {
    const partiality: Partiality = {seen: false}
    const trace: Trace = {
      pool: new StatePool(),
      partiality,
      blocks: [],
      doubts: new Set(),
      warnings: new Set(),
      unclear: new Set(),
      openDiscoveries: [],
      changedSets: new Set(),
      rulesOf: chain => narrowed.get(chain) ?? chain.rules,
      wholeOnly,
      work,
      record,
    }
    try {
      const passed = followConnection({hooks, connection, trace, findNextHop, listeners})
      if (wholeOnly && partiality.seen) return null
      return {answer: answerOf(connection, {passed, ...trace}, listeners), changedSets: trace.changedSets}
    } catch (error) {
      if (error instanceof NotUniform) return null
      if (error instanceof TooManyPaths) return {answer: tooComplex(), changedSets: new Set([ANY_SET])}
      throw error
    }
  }

  /**
   * Sets that rules change while packets pass are open at first. Those that none of the connection's own packets may
   * have changed then are as captured; with these known, there may be more of them.
   */
  const ask = (
    connection: Connection,
    narrowed: Narrowed,
    wholeOnly: boolean,
    work: Trace['work'],
    record?: RecordWalk,
  ): Answer | null => {
    let sets: SetKnowledge = {open: null, asked: new Set()}
    for (;;) {
      const asked = askOnce({...connection, sets}, narrowed, wholeOnly, work)
      if (asked === null) return null
      const known = settled(sets, asked.changedSets, changedSets)
      if (asked.answer.verdict !== 'unknown' || known === null) {
        if (record) askOnce({...connection, sets}, narrowed, wholeOnly, work, record)
        return asked.answer
      }
      sets = known
    }
  }

  return (to, port, owner, record) => {
    const work = {left: BUDGET}
    const connect = (address: Interval) => connectionTo(routing, address, port, owner, localPorts, own)
    const askPiece = (address: Interval, narrowed: Narrowed): Answer =>
      ask(connect(address).connection, narrowed, false, work, to.lo === to.hi ? record : undefined) ??
      tooComplex()
    if (to.lo === to.hi) return {...askPiece(to, ALL_RULES), parts: []}
    narrower ??= createNarrower(ruleSet, routing, localPorts)
    const {boundaries, rules, narrow} = narrower(port)
    return judgeRange(ruleSet.family, to, boundaries, rules, {
      narrow,
      askPiece,
      askWhole: (address, narrowed) => {
        const {connection, uniform} = connect(address)
        return uniform ? ask(connection, narrowed, true, work) : null
      },
      alsoCutAt: discoveryBoundaries(),
    })
  }
}

function rewrittenBy(ruleSet: RuleSet): ReadonlySet<Rewritten> {
  const fields = [...reachableActions(ruleSet)].flatMap(action =>
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
  own: Pick<Connection, 'traits' | 'rewritten'>,
): {connection: Connection; uniform: boolean} {
  const route = routeTo(routing, address)
  return {
    uniform: !route.partial && route.local !== MAYBE,
    connection: {
      family: routing.family,
      client: {address: route.source, ports: localPorts},
      server: {address, ports: {lo: port, hi: port}},
      owner,
      routing,
      outInterface: route.interfaces,
      sets: NOTHING_KNOWN,
      ...own,
    },
  }
}
