import type {BaseChain, Rule, RuleSource} from './model.ts'
import {PRIORITY} from './netfilter.ts'

/** A rule that stands for rules which nobody could read. */
export function unknownRule(source: Omit<RuleSource, 'rule'>): Rule {
  return {source: {...source, rule: 0}, conditions: [], action: {kind: 'unknown'}}
}

/** A base chain that may do anything to every packet that leaves. */
export function unknownBase(source: Omit<RuleSource, 'rule'>): BaseChain {
  const rule = unknownRule(source)
  return {
    chain: {name: source.chain, rules: [rule]},
    hook: 'output',
    priority: PRIORITY.security + 1,
    nat: false,
    policy: {source: rule.source, conditions: [], action: {kind: 'accept'}},
  }
}
