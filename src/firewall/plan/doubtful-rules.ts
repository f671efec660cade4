import type {Blocker, Judgement} from '../../contract/judgement.ts'
import {readTraits} from '../host/traits.ts'
import type {Family} from '../model/address.ts'
import {readNftables} from '../nft/read.ts'
import {buildRuleSet, readSets} from '../rule-set.ts'
import type {FirewallState} from '../state/state.ts'

/** Each costs some judgements. */
const MOST = 4

/** Where the rules are on which an answer depends that the rules alone do not give. */
export function doubtfulRules(
  state: FirewallState,
  family: Family,
  {unknownBecause}: Pick<Judgement, 'unknownBecause'>,
): readonly Blocker[] {
  if (state.platform !== 'linux') return []
  const {bases, chains} = buildRuleSet(
    state,
    family,
    readSets(state),
    readNftables(state),
    readTraits(state, family),
  )
  const sources = [
    ...chains.flatMap(({rules}) => rules.map(({source}) => source)),
    ...bases.map(({policy}) => policy.source),
  ]
  // A rule that nobody could read has the number 0.
  const named = sources.filter(({text, rule}) => rule !== 0 && unknownBecause.includes(text))
  return [...new Map(named.map(source => [JSON.stringify(source), source])).values()].slice(0, MOST)
}
