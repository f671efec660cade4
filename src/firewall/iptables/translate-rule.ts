import type {Condition} from '../condition.ts'
import type {Rule, RuleSource} from '../model.ts'
import {MAYBE, NO} from '../ternary.ts'
import {constantOf, type RuleContext} from './context.ts'
import {coreCondition} from './core-matches.ts'
import {matchConditions} from './matches.ts'
import type {SavedRule} from './save.ts'
import {type Extension, parseRuleSpec, type RuleSpec} from './spec.ts'
import {targetAction} from './targets.ts'

/** `target`: the chain that it calls, which may be declared further down. */
export type DraftRule = {readonly rule: Rule; readonly target: string | null; readonly goto: boolean}

/** A rule of a dump; null for one that no packet in question can match. */
export function translateRule(
  saved: SavedRule,
  source: RuleSource,
  chains: ReadonlySet<string>,
  context: RuleContext,
): DraftRule | null {
  const spec = parseRuleSpec(saved.text)
  if (!spec) return {rule: {source, conditions: [], action: {kind: 'unknown'}}, target: null, goto: false}
  const conditions = ruleConditions(spec, context)
  if (!conditions) return null
  const {target} = spec
  if (spec.matches.some(restoresMark))
    return {rule: {source, conditions, action: {kind: 'unknown'}}, target: null, goto: false}
  if (!target) return {rule: {source, conditions, action: {kind: 'continue'}}, target: null, goto: false}
  if (chains.has(target.name))
    return {rule: {source, conditions, action: {kind: 'continue'}}, target: target.name, goto: target.goto}
  const action = target.goto ? null : targetAction(target, context)
  return {rule: {source, conditions, action: action ?? {kind: 'unknown'}}, target: null, goto: false}
}

/** A match that gives the packet its socket's mark. */
function restoresMark({name, options}: Extension): boolean {
  return name === 'socket' && options.some(option => option.name === '--restore-skmark')
}

function ruleConditions(spec: RuleSpec, context: RuleContext): Condition[] | null {
  const conditions: Condition[] = []
  const add = (condition: Condition): boolean => {
    const constant = constantOf(condition)
    if (constant === NO) return false
    if (constant === null || constant === MAYBE) conditions.push(condition)
    return true
  }
  for (const option of spec.core) if (!add(coreCondition(option, context))) return null
  for (const match of spec.matches)
    for (const condition of matchConditions(match, context)) if (!add(condition)) return null
  return conditions
}
