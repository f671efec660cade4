import type {Condition} from '../model/condition.ts'
import type {PortRange} from '../model/protocol.ts'
import {partsOf, type Rule, type RuleSet} from '../model/rules.ts'
import type {Selector} from '../model/selector.ts'
import type {KeyIndex} from '../sets/key-index.ts'

/** What the rules make of who owns a connecting socket. */
export type OwnerRules = {
  /** Whether any rule asks for the owner: otherwise all users fare alike. */
  readonly tellApart: boolean
  /** Whether any rule asks for a group. */
  readonly toldByGroup: boolean
  /** The uids that a rule names singly, not as part of a range. */
  readonly named: ReadonlySet<number>
  /** The same for gids. */
  readonly namedGroups: ReadonlySet<number>
}

/** Looks through the rules for matches of the owner: uid, gid, or whether there is a socket at all. */
export function readOwnerRules(ruleSets: readonly RuleSet[]): OwnerRules {
  const named = {uid: new Set<number>(), gid: new Set<number>()}
  let tellApart = false
  let toldByGroup = false
  const addKeys = (key: readonly Selector[], {entries}: KeyIndex<unknown>) => {
    for (const [part, {source}] of key.entries()) {
      if (source.of !== 'uid' && source.of !== 'gid') continue
      tellApart = true
      toldByGroup ||= source.of === 'gid'
      for (const entry of entries) {
        const within = entry.key[part]
        if (within && within.lo === within.hi) named[source.of].add(Number(within.lo))
      }
    }
  }
  const addRange = (of: 'uid' | 'gid', {range}: {readonly range: PortRange}) => {
    if (range.lo === range.hi) named[of].add(range.lo)
  }
  const addCondition = (condition: Condition) => {
    if (condition.kind === 'lookup') addKeys(condition.key, condition.among)
    if (condition.kind !== 'owner') return
    tellApart = true
    if (condition.uid) addRange('uid', condition.uid)
    if (!condition.gid) return
    toldByGroup = true
    addRange('gid', condition.gid)
  }
  const addRule = ({conditions, action}: Rule) => {
    for (const condition of conditions) addCondition(condition)
    if (action.kind === 'choose') addKeys(action.key, action.from)
  }
  for (const {chains} of ruleSets)
    for (const {rules} of chains) for (const rule of rules) for (const part of partsOf(rule)) addRule(part)
  return {tellApart, toldByGroup, named: named.uid, namedGroups: named.gid}
}
