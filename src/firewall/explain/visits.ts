import type {RecordWalk, WalkEvent} from '../judge/walk-event.ts'
import type {Chain, Rule} from '../model.ts'
import {PRIORITY} from '../netfilter.ts'
import {MAYBE, NO} from '../ternary.ts'
import {type Act, fateOf} from './fate.ts'
import {mergeVisits} from './merge-visits.ts'
import {lineKey} from './same-rule.ts'
import type {Matched, Visit, VisitedChain} from './visit.ts'

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
