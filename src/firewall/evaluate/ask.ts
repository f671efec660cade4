import type {Answer} from '../../contract/judgement.ts'
import {ANY_SET, type SetKnowledge, settled} from '../sets/changing-sets.ts'
import {answerOf, dependsOnOrder, tooComplex} from './answer.ts'
import {followConnection} from './connection.ts'
import type {Grounded} from './grounds.ts'
import {type Hooks, orderings} from './hooks.ts'
import type {Surroundings} from './judge.ts'
import type {Narrowed} from './narrow.ts'
import {StatePool} from './state.ts'
import type {RecordWalk} from './trace.ts'
import {NotUniform, TooManyPaths, type Trace} from './trace.ts'
import type {Connection} from './views.ts'

/** One question: a connection, to one address or to all of an interval. */
export type Query = {
  readonly connection: Connection
  readonly narrowed: Narrowed
  /** An answer that does not hold for the whole interval is of no use. */
  readonly wholeOnly: boolean
  readonly work: Trace['work']
  readonly record?: RecordWalk | undefined
}

/** Null where the answer is not the same for the whole interval. */
export type Ask = (question: Query) => Grounded<Answer> | null

type Asked = {readonly answer: Grounded<Answer>} & Pick<Trace, 'ties' | 'changedSets'>

/** Prepares questions to rules whose base chains are in these hooks. */
export function createAsk(
  hooks: Hooks,
  around: Pick<Surroundings, 'finder' | 'listeners' | 'changedSets'>,
): Ask {
  const [likely = hooks, ...others] = orderings(hooks) ?? []
  return question => {
    const silent = {...question, record: undefined}
    const asked = knowingSets(hooks, around, silent)
    if (asked === null) return null
    const {answer, ties, sets} = asked
    // Within one question the order is always the same, so that one after the other may say more than all at once.
    const open = answer.told.verdict === 'unknown' && ties.size > 0 && others.length > 0
    const apart = open ? [...others, likely].map(order => knowingSets(order, around, silent)) : []
    const answers = apart.flatMap(one => one?.answer ?? [])
    if (answers.length < apart.length) return null
    const final = answers.length === 0 ? answer : dependsOnOrder(answers, ties)
    if (question.record) {
      const connection = {...question.connection, sets}
      askOnce(open && final.told.verdict !== 'unknown' ? likely : hooks, around, {...question, connection})
    }
    return final
  }
}

/**
 * Sets that rules change while packets pass are open at first. Those that none of the connection's own packets may have
 * changed then are as captured; with these known, there may be more of them.
 */
function knowingSets(
  hooks: Hooks,
  around: Parameters<typeof createAsk>[1],
  question: Query,
): (Asked & {readonly sets: SetKnowledge}) | null {
  let sets: SetKnowledge = {open: null, asked: new Set()}
  for (;;) {
    const connection = {...question.connection, sets}
    const asked = askOnce(hooks, around, {...question, connection})
    if (asked === null) return null
    const known = settled(sets, asked.changedSets, around.changedSets)
    if (asked.answer.told.verdict !== 'unknown' || known === null) return {...asked, sets}
    sets = known
  }
}

function askOnce(
  hooks: Hooks,
  {finder, listeners}: Parameters<typeof createAsk>[1],
  {connection, narrowed, wholeOnly, work, record}: Query,
): Asked | null {
  const trace: Trace = {
    pool: new StatePool(),
    partiality: {seen: false},
    blocks: [],
    doubts: new Set(),
    warnings: new Set(),
    ties: new Set(),
    unclear: new Set(),
    routeDoubts: new Set(),
    leftBy: new Set(),
    openDiscoveries: [],
    changedSets: new Set(),
    rulesOf: chain => narrowed.get(chain) ?? chain.rules,
    wholeOnly,
    work,
    record,
  }
  try {
    const passed = followConnection({hooks, connection, trace, listeners, ...finder})
    if (wholeOnly && trace.partiality.seen) return null
    return {...trace, answer: answerOf(connection, {passed, ...trace}, listeners)}
  } catch (error) {
    if (error instanceof NotUniform) return null
    if (error instanceof TooManyPaths)
      return {answer: tooComplex(), ties: new Set(), changedSets: new Set([ANY_SET])}
    throw error
  }
}
