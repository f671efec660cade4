import {ALWAYS, NEVER} from '../iptables/context.ts'
import type {Condition} from '../model/condition.ts'
import type {Action, Rule, RuleSource} from '../model/rules.ts'
import type {KeyIndex} from '../sets/key-index.ts'
import {tagged} from './document.ts'
import type {Reading} from './reading.ts'
import {readKey} from './selectors.ts'
import {readStatement} from './statements.ts'
import {CONTINUE, type Effect, type RuleContext, UNKNOWN} from './steps.ts'
import {mapOf} from './tables.ts'
import {NUMBER, type ValueType} from './values.ts'

/** Translates the statements of a rule, in their order; null when no packet in question gets through its tests. */
export function translateRule(statements: readonly unknown[], context: RuleContext): Rule | null {
  return translateFrom(statements, 0, context)
}

function translateFrom(statements: readonly unknown[], from: number, context: RuleContext): Rule | null {
  const {source} = context
  const conditions: Condition[] = []
  const add = (found: readonly Condition[]) => {
    conditions.push(...found.filter(condition => condition !== ALWAYS))
    return !found.includes(NEVER)
  }
  for (let at = from; at < statements.length; at++) {
    const step = readStatement(statements[at], context)
    if (step.kind === 'chooses') {
      const rest = translateFrom(statements, at + 1, context)
      const choice = readChoice(step, rest ?? {source, conditions: [], action: CONTINUE}, context)
      return choice && {source, conditions, ...choice}
    }
    if (!add(step.conditions)) return null
    if (step.kind === 'ends') return {source, conditions, action: step.action}
    if (step.kind === 'acts') {
      const rest = translateFrom(statements, at + 1, context)
      return inSteps(step.actions, source, conditions, rest)
    }
  }
  return {source, conditions, action: CONTINUE}
}

function inSteps(
  [action = CONTINUE, ...more]: readonly Action[],
  source: RuleSource,
  conditions: readonly Condition[],
  rest: Rule | null,
): Rule {
  const next = more.length > 0 ? inSteps(more, source, [], rest) : rest
  return next ? {source, conditions, action, next} : {source, conditions, action}
}

/** A key that may be anything: the map may lead to whatever it holds. */
const UNKNOWN_KEY: readonly Reading[] = [{selector: {source: {of: 'unknown'}, operations: []}, type: NUMBER}]

/** Null when no packet in question has the key. */
function readChoice(
  {key, data, actionOf}: Effect & {kind: 'chooses'},
  rest: Rule,
  context: RuleContext,
): {readonly action: Action} | null {
  const read = readKey(key, context)
  if (read === 'never') return null
  const readings = read ?? UNKNOWN_KEY
  const {source} = context
  const rules = new Map<string, Rule>()
  const ruleOf = (value: unknown): Rule => {
    const id = JSON.stringify(value)
    const known = rules.get(id)
    if (known) return known
    const action = actionOf(value)
    const goesOn = action.kind === 'continue' || action.kind === 'set-mark' || action.kind === 'forget-mark'
    const rule = {source, conditions: [], action, ...(goesOn && {next: rest})}
    rules.set(id, rule)
    return rule
  }
  const types = readings.map(({type}) => type)
  const map = readMap(data, types, ruleOf, context)
  if (!map) return {action: UNKNOWN}
  const changing = typeof data === 'string' ? context.sets.changing(data.replace(/^@/, '')) : {}
  return {action: {kind: 'choose', key: readings.map(({selector}) => selector), from: map, ...changing}}
}

function readMap(
  data: unknown,
  types: readonly ValueType[],
  ruleOf: (value: unknown) => Rule,
  {sets}: RuleContext,
): KeyIndex<Rule> | null {
  if (typeof data === 'string') return sets.map(data.replace(/^@/, ''), types, ruleOf)
  const [tag, body] = tagged(data) ?? []
  return tag === 'set' && Array.isArray(body) ? mapOf(body, types, ruleOf, false) : null
}
