import type {Chain, Rule} from '../model/rules.ts'
import {isSameRule} from './same-rule.ts'
import type {Matched, VisitedChain} from './visit.ts'

/** A line of a chain's listing: a rule, or a gap. */
export type Listed =
  | {
      readonly kind: 'rule'
      readonly rule: Rule
      /** Null for a neighbour of the deciding rule: one that did not match, or was not reached. */
      readonly matched: Matched | null
      readonly deciding: boolean
      readonly reached: boolean
      readonly calls: readonly VisitedChain[]
    }
  /** Rules in between that did not match. */
  | {readonly kind: 'gap'; readonly rules: number}
  /** None that comes after matches; `all`: none of the whole chain. */
  | {readonly kind: 'rest'; readonly all: boolean}
  /** Rules that matched and are left out, since there are too many. */
  | {readonly kind: 'left-out'; readonly rules: number}

/** Matching rules of one chain that are listed. */
const MOST = 40

/**
 * The rules of a chain worth showing: those that matched or may have, and the neighbours of the one that decided.
 *
 * @param toEnd the packet came to the end of the chain, or may have
 */
export function listChain(
  visited: VisitedChain,
  decides: (rule: Rule) => boolean,
  toEnd: boolean,
): readonly Listed[] {
  const {shown, leftOut} = withinLimit(visited.rules)
  const listed: Listed[] = []
  let last = 0
  const show = (line: Listed & {kind: 'rule'}) => {
    const number = numberOf(line.rule)
    if (number > last + 1) listed.push({kind: 'gap', rules: number - last - 1})
    listed.push(line)
    last = Math.max(last, number)
  }
  for (const [index, {rule, matched, calls}] of shown.entries()) {
    if (leftOut > 0 && index === MOST / 2) {
      listed.push({kind: 'left-out', rules: leftOut})
      last = numberOf(rule) - 1
    }
    const deciding = decides(rule)
    const {before, after} = deciding ? neighbours(visited.chain, rule) : NO_NEIGHBOURS
    const isShown = (other: Rule) => shown.some(line => isSameRule(line.rule, other))
    if (before && !isShown(before) && numberOf(before) > last) {
      show({kind: 'rule', rule: before, matched: null, deciding: false, reached: true, calls: []})
    }
    show({kind: 'rule', rule, matched, deciding, reached: true, calls})
    if (after && !isShown(after)) {
      show({kind: 'rule', rule: after, matched: null, deciding: false, reached: false, calls: []})
    }
  }
  if (toEnd && numberOf(visited.chain.rules.at(-1)) > last) listed.push({kind: 'rest', all: last === 0})
  return listed
}

type Neighbours = {readonly before: Rule | undefined; readonly after: Rule | undefined}

const NO_NEIGHBOURS: Neighbours = {before: undefined, after: undefined}

function neighbours({rules}: Chain, rule: Rule): Neighbours {
  const at = rules.findIndex(other => isSameRule(other, rule))
  return at < 0 ? NO_NEIGHBOURS : {before: rules[at - 1], after: rules[at + 1]}
}

/** From 1; 0 for what stands for rules that nobody could read. */
function numberOf(rule: Rule | undefined): number {
  return typeof rule?.source.rule === 'number' ? rule.source.rule : 0
}

function withinLimit<T>(rules: readonly T[]): {shown: readonly T[]; leftOut: number} {
  if (rules.length <= MOST) return {shown: rules, leftOut: 0}
  return {shown: [...rules.slice(0, MOST / 2), ...rules.slice(-MOST / 2)], leftOut: rules.length - MOST}
}
