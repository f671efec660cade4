import {type Family, type Interval, next, single, type Value} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import {partsOf, type Rule} from '../model/rules.ts'
import type {Selector} from '../model/selector.ts'
import {NO} from '../model/ternary.ts'
import {isLocal, type Routing} from '../routing/routes.ts'
import type {AddressSet} from '../sets/address-set.ts'
import type {KeyIndex} from '../sets/key-index.ts'
import {ADDRESS_TYPE_BOUNDARIES, broadcastAddresses, SPECIAL_ADDRESSES} from './address-type.ts'

/** Intervals at whose ends the answer may change: those that the rules and their sets name, and those of the routes. */
export function collectBoundaries(family: Family, rules: readonly Rule[], routing: Routing): Interval[] {
  const found: Interval[] = []
  const seenSets = new Set<AddressSet>()
  let typed = false
  let countries = false
  const addKeys = (key: readonly Selector[], {entries}: KeyIndex<unknown>) => {
    for (const [part, selector] of key.entries()) {
      const {source} = selector
      if (source.of === 'address-type') typed = true
      if (source.of !== 'address' && source.of !== 'ct-address') continue
      for (const entry of entries) {
        const within = entry.key[part]
        if (within) found.push(unmasked(within as Interval, selector))
      }
    }
  }
  const addRule = (rule: Rule) => {
    for (const condition of rule.conditions) {
      if (condition.kind === 'address-type') typed = true
      else if (condition.kind === 'country') countries = true
      else if (condition.kind === 'set') addSet(condition.set, family, seenSets, found)
      else if (condition.kind === 'lookup') addKeys(condition.key, condition.among)
      else addCondition(condition, found)
    }
    if (rule.action.kind === 'choose') addKeys(rule.action.key, rule.action.from)
  }
  for (const rule of rules) for (const part of partsOf(rule)) addRule(part)
  if (typed) found.push(...ADDRESS_TYPE_BOUNDARIES[family], ...broadcastAddresses({routing}))
  if (countries) found.push(...SPECIAL_ADDRESSES[family])
  return [...found, ...routing.boundaries]
}

/** Of these, the ones that cut what is local to this host. */
export function boundariesOnThisHost(family: Family, rules: readonly Rule[], routing: Routing): Interval[] {
  const isHere = (value: Value) => isLocal(routing, single(value)) !== NO
  return collectBoundaries(family, rules, routing).filter(({lo, hi}) => isHere(lo) || isHere(next(hi)))
}

function addCondition(condition: Condition, found: Interval[]): void {
  if (condition.kind === 'address' || condition.kind === 'conntrack-tuple') found.push(condition.within)
}

function addSet(set: AddressSet, family: Family, seen: Set<AddressSet>, found: Interval[]): void {
  if (seen.has(set)) return
  seen.add(set)
  for (const member of set.members) addSet(member, family, seen, found)
  if (set.family !== null && set.family !== family) return
  for (const {dimensions} of set.elements)
    for (const dimension of dimensions) if (dimension.kind === 'address') found.push(dimension.within)
}

/** The addresses that a mask over their lowest bits turns into those of the interval. */
function unmasked({lo, hi}: Interval, {operations}: Selector): Interval {
  const [first] = operations
  if (!first || operations.length > 1 || first.kind !== 'and') return {lo, hi}
  const {by} = first
  if (typeof hi === 'bigint') return {lo, hi: hi | BigInt.asUintN(128, ~BigInt(by))}
  return {lo, hi: (hi | ~Number(by)) >>> 0}
}
