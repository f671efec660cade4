import type {Family, Interval} from '../address.ts'
import type {Condition, RuleSet} from '../model.ts'
import type {Routing} from '../routes.ts'
import type {AddressSet} from '../sets/address-set.ts'
import {ADDRESS_TYPE_BOUNDARIES, broadcastAddresses} from './address-type.ts'

/** Intervals at whose ends the answer may change: those that conditions and sets name, and those of the routes. */
export function collectBoundaries({chains, family}: RuleSet, routing: Routing): Interval[] {
  const found: Interval[] = []
  const seenSets = new Set<AddressSet>()
  let typed = false
  for (const {rules} of chains)
    for (const {conditions} of rules)
      for (const condition of conditions) {
        if (condition.kind === 'address-type') typed = true
        else if (condition.kind === 'set') addSet(condition.set, family, seenSets, found)
        else addCondition(condition, found)
      }
  if (typed) found.push(...ADDRESS_TYPE_BOUNDARIES[family], ...broadcastAddresses({routing}))
  return [...found, ...routing.boundaries]
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
