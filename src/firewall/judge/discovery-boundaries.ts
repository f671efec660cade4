import type {Interval} from '../address.ts'
import type {RuleSet} from '../model.ts'
import {neighbourBoundaries} from '../neighbours.ts'
import {collectBoundaries} from './boundaries.ts'
import type {DiscoveryRules} from './discovery.ts'

/**
 * Intervals at whose ends it may change whether a next hop is found: those that rules and cache name, where
 * destinations are next hops themselves. Beyond a router all have the same.
 */
export function discoveryBoundaries(
  {chains, family}: RuleSet,
  {routing, neighbours}: DiscoveryRules,
): Interval[] {
  const onLink = [...routing.tables.values()]
    .flat()
    .filter(({kind, nextHops}) => kind === 'unicast' && nextHops.some(({gateway}) => gateway === null))
  if (onLink.length === 0) return []
  const rules = chains.flatMap(chain => chain.rules)
  const named = [...collectBoundaries(family, rules, routing), ...neighbourBoundaries(neighbours)]
  return named.filter(({lo, hi}) => onLink.some(route => lo <= route.hi && route.lo <= hi))
}
