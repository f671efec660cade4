import type {RecordWalk, WalkEvent} from '../evaluate/trace.ts'
import {PRIORITY} from '../model/protocol.ts'
import type {Chain, Rule} from '../model/rules.ts'
import {MAYBE, NO} from '../model/ternary.ts'
import {lineKey} from './same-rule.ts'
import {
  type Act,
  type Fate,
  fateOf,
  type Matched,
  type Visit,
  type VisitedChain,
  type VisitedRule,
} from './visit.ts'

type DraftRule = {readonly rule: Rule; matched: Matched; readonly calls: DraftChain[]}
type DraftChain = {
  readonly chain: Chain
  readonly again: boolean
  readonly rules: Map<string, DraftRule>
  /** The rule noted last: the one that sends the packet on. */
  last?: DraftRule
}
type Draft = {
  readonly start: WalkEvent & {kind: 'base'}
  readonly root: DraftChain
  /** Chains that the packet is in, outermost first. */
  readonly stack: DraftChain[]
  readonly acts: Act[]
  /** Null while it is in the base chain. */
  passed: boolean | null
}

/** Collects what the judge reports on a walk, base chain by base chain. */
export function createVisitRecorder(): {
  readonly record: RecordWalk
  /** In the order in which the packets came by; a chain that was met on several ways stands once for a packet. */
  visits(): readonly Visit[]
} {
  const drafts: Draft[] = []
  return {
    record(event) {
      if (event.kind === 'base') {
        const {chain} = event.base
        const root = {chain, again: false, rules: new Map()}
        drafts.push({start: event, root, stack: [], acts: [], passed: null})
      } else {
        const draft = drafts.at(-1)
        if (draft) add(draft, event)
      }
    },
    visits: () => mergeVisits(drafts.map(visitOf)),
  }
}

function add(draft: Draft, event: Exclude<WalkEvent, {kind: 'base'}>): void {
  const {root, stack, acts} = draft
  const inner = stack.at(-1)
  switch (event.kind) {
    case 'base-end':
      draft.passed = event.passed
      return
    case 'chain':
      stack.push(inner ? calledFrom(inner, event.chain, event.again) : root)
      return
    case 'chain-end':
      stack.pop()
      return
    case 'rule':
      // A policy stands outside of its chain's rules.
      if (inner) noteRule(inner, event.rule, event.match === NO ? 'part' : matchedOf(event.match))
      return
    case 'act':
      acts.push(event)
  }
}

const matchedOf = (match: number): Matched => (match === MAYBE ? 'maybe' : 'yes')

function calledFrom(inner: DraftChain, chain: Chain, again: boolean): DraftChain {
  const caller = inner.last
  const known = caller?.calls.find(called => called.chain === chain)
  if (known) return known
  const called = {chain, again, rules: new Map()}
  caller?.calls.push(called)
  return called
}

/** On several paths a rule may match for sure on one and maybe on another. */
function noteRule(inner: DraftChain, rule: Rule, matched: Matched): void {
  const key = lineKey(rule)
  const known = inner.rules.get(key) ?? {rule, matched, calls: []}
  if (known.matched === 'yes') known.matched = matched
  inner.rules.set(key, known)
  inner.last = known
}

function visitOf({start: {base, segment, looped}, root, acts, passed}: Draft): Visit {
  return {
    base,
    priority: wholePriority(base.priority),
    segment,
    looped,
    root: inOrder(root),
    fate: fateOf(acts, passed),
  }
}

function inOrder({chain, again, rules}: DraftChain): VisitedChain {
  const number = ({rule: {source}}: DraftRule) => (typeof source.rule === 'number' ? source.rule : 0)
  const sorted = [...rules.values()].sort((a, b) => number(a) - number(b))
  return {chain, again, rules: sorted.map(rule => ({...rule, calls: rule.calls.map(inOrder)}))}
}

/** Where it is open whether a chain comes before or after the kernel's own work, its priority was moved by a half. */
function wholePriority(priority: number): number {
  return Object.values(PRIORITY).find(own => Math.abs(own - priority) === 0.5) ?? priority
}

/** What happened in a visit, apart from which packet it was. */
export function visitKey({base, looped, root, fate}: Visit): string {
  const {engine, family, table} = base.policy.source
  return JSON.stringify([
    engine,
    family,
    table,
    base.hook,
    looped,
    chainKey(root),
    fate.kind,
    fate.by.map(ruleKey),
  ])
}

const ruleKey = ({source: {chain, rule}}: Rule) => [chain, rule]

function chainKey({chain, rules}: VisitedChain): unknown {
  return [chain.name, rules.map(({rule, matched, calls}) => [rule.source.rule, matched, calls.map(chainKey)])]
}

/**
 * Makes one of all visits of a packet to a base chain: it comes by several times where it is open which of two chains
 * comes first, or what an earlier one has done. What happened on some of the ways only may happen.
 */
function mergeVisits(visits: readonly Visit[]): Visit[] {
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
