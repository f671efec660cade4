import type {Fate} from './fate.ts'
import {lineKey} from './same-rule.ts'
import type {Visit, VisitedChain, VisitedRule} from './visit.ts'

/**
 * Makes one of all visits of a packet to a base chain: it comes by several times where it is open which of two chains
 * comes first, or what an earlier one has done. What happened on some of the ways only may happen.
 */
export function mergeVisits(visits: readonly Visit[]): Visit[] {
  const merged: Visit[] = []
  for (const visit of visits) {
    const at = merged.findIndex(known => isSamePlace(known, visit))
    const known = merged[at]
    if (known) merged[at] = merge(known, visit)
    else merged.push(visit)
  }
  return merged
}

function isSamePlace(a: Visit, b: Visit): boolean {
  return a.base.policy === b.base.policy && a.segment === b.segment && a.looped === b.looped
}

function merge(a: Visit, b: Visit): Visit {
  return {...a, root: mergeChains(a.root, b.root), fate: mergeFates(a.fate, b.fate)}
}

function mergeChains(a: VisitedChain, b: VisitedChain): VisitedChain {
  // What was told before says nothing of its own.
  if (a.again !== b.again) return a.again ? b : a
  const others = new Map(b.rules.map(rule => [lineKey(rule.rule), rule]))
  const rules = a.rules.map(rule => {
    const key = lineKey(rule.rule)
    const other = others.get(key)
    others.delete(key)
    return other ? mergeRules(rule, other) : onSomeWays(rule)
  })
  return {
    ...a,
    rules: [...rules, ...[...others.values()].map(onSomeWays)].sort((x, y) => number(x) - number(y)),
  }
}

function mergeRules(a: VisitedRule, b: VisitedRule): VisitedRule {
  const calls = a.calls.map(called => {
    const other = b.calls.find(({chain}) => chain === called.chain)
    return other ? mergeChains(called, other) : called
  })
  const more = b.calls.filter(called => !a.calls.some(({chain}) => chain === called.chain))
  return {rule: a.rule, matched: a.matched === b.matched ? a.matched : 'maybe', calls: [...calls, ...more]}
}

function onSomeWays(rule: VisitedRule): VisitedRule {
  return {...rule, matched: 'maybe'}
}

function number({rule: {source}}: VisitedRule): number {
  return typeof source.rule === 'number' ? source.rule : 0
}

function mergeFates(a: Fate, b: Fate): Fate {
  if (a.kind === 'given-up' || b.kind === 'given-up') return {kind: 'given-up', by: []}
  const alike = a.kind === b.kind
  const deciding = [a, b].filter(({kind}) => alike || kind !== 'passed')
  const by = new Map(deciding.flatMap(fate => fate.by).map(rule => [lineKey(rule), rule]))
  return {kind: alike ? a.kind : 'open', by: [...by.values()]}
}
