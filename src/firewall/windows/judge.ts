import type {Answer, Judgement, Probe} from '../../contract/judgement.ts'
import type {Family, FamilyInterval, Interval} from '../address.ts'
import {judgeRange} from '../judge/range.ts'
import {NO} from '../ternary.ts'
import {within} from '../within.ts'
import {answerOf, LOOPBACK_ANSWER} from './answer.ts'
import {type Candidate, type Decision, decide} from './decide.ts'
import {cuts, matchesApartFromAddresses, type ResolvedAddresses, resolveAddresses} from './match.ts'
import {type Network, readNetwork} from './network.ts'
import {parseOsVersion} from './os-version.ts'
import {readRule, type WindowsRule} from './rule.ts'
import {type ProfileSettings, readSettings} from './settings.ts'
import {PROFILES, type Profile, STORES, type Store, type WindowsFirewallState} from './state.ts'

export type WindowsJudge = {
  judge(to: FamilyInterval, probe: Pick<Probe, 'port' | 'program'>): Judgement
  /**
   * What becomes of a connection to one address in each profile that may be in force, with the rules that may matter.
   */
  examine(to: FamilyInterval, probe: Pick<Probe, 'port' | 'program'>): Examined
  readonly rules: readonly WindowsRule[]
  readonly settings: Readonly<Record<Profile, ProfileSettings>>
}

export type Examined = {
  readonly loopback: boolean
  readonly decisions: readonly Decision[]
  readonly candidates: readonly Candidate[]
}

/** Prepares a captured state for judging. What could not be read leaves every answer open that it may concern. */
export function createWindowsJudge(state: WindowsFirewallState): WindowsJudge {
  const unreadable = state.unreadable ?? {}
  const rules = readRules(state, unreadable)
  const inPolicies = new Set(rules.filter(({store}) => store !== 'local').map(({id}) => id.toLowerCase()))
  const settings = record(profile => readSettings(state, profile, unreadable))
  const networks: Readonly<Record<Family, Network>> = {4: readNetwork(state, 4), 6: readNetwork(state, 6)}
  const environment = state.environment ?? {}

  const candidatesFor = (family: Family, {port, program}: Pick<Probe, 'port' | 'program'>): Candidate[] => {
    const {subnets} = networks[family]
    return rules.flatMap(rule => {
      const match = matchesApartFromAddresses(rule, {family, port, program: program ?? null, environment})
      if (match === NO) return []
      const [remote, local] = [rule.remote, rule.local].map(side => resolveAddresses(side, family, subnets))
      const shadowed = rule.store === 'local' && inPolicies.has(rule.id.toLowerCase())
      return [{rule, match, remote: remote ?? null, local: local ?? null, shadowed}]
    })
  }
  const known = new Map<string, Answer>()
  const ask = (network: Network, to: Interval, candidates: readonly Candidate[]): Answer => {
    const path = network.path(to)
    if (path.loopback) return LOOPBACK_ANSWER
    const decisions = path.profiles.map(profile =>
      decide(candidates, profile, settings[profile], to, path.source),
    )
    const key = keyOf(decisions)
    const answer = (key === null ? undefined : known.get(key)) ?? answerOf(decisions, settings)
    if (key !== null) known.set(key, answer)
    return answer
  }

  return {
    rules,
    settings,
    judge(to, probe) {
      const network = networks[to.family]
      const candidates = candidatesFor(to.family, probe).filter(({rule}) => rule.active !== NO)
      if (to.lo === to.hi) return {...ask(network, to, candidates), parts: []}
      const boundaries = [...network.boundaries, ...candidates.flatMap(({remote}) => remote?.intervals ?? [])]
      return judgeRange<readonly Candidate[]>(to.family, to, boundaries, candidates, {
        narrow: (interval, outer) => outer.flatMap(candidate => narrowed(candidate, interval)),
        askPiece: (interval, inner) => ask(network, interval, inner),
        askWhole: (interval, inner) => {
          if (network.path(interval).partial || inner.some(({remote}) => cuts(remote, interval))) return null
          return ask(network, interval, inner)
        },
      })
    },
    examine(to, probe) {
      const path = networks[to.family].path(to)
      const candidates = candidatesFor(to.family, probe)
      const enabled = candidates.filter(({rule}) => rule.active !== NO)
      return {
        loopback: path.loopback,
        candidates,
        decisions: path.profiles.map(profile => decide(enabled, profile, settings[profile], to, path.source)),
      }
    },
  }
}

/** Equal for decisions that get the same answer; null where that is not known. */
function keyOf(decisions: readonly Decision[]): string | null {
  if (decisions.some(({because}) => because.length > 0)) return null
  const ruleKey = (rule: WindowsRule | null) => rule && [rule.store, rule.id]
  return JSON.stringify(
    decisions.map(({profile, allows, blocks, blockedBy, allowedBy}) => [
      ...[profile, allows, blocks],
      ...[ruleKey(blockedBy), ruleKey(allowedBy)],
    ]),
  )
}

function record<T>(of: (profile: Profile) => T): Readonly<Record<Profile, T>> {
  const [domain, ofPrivate, ofPublic] = PROFILES.map(of)
  return {domain, private: ofPrivate, public: ofPublic} as Readonly<Record<Profile, T>>
}

/** A rule without those of its addresses that are outside; none where nothing is left. */
function narrowed(candidate: Candidate, to: Interval): Candidate[] {
  const {remote} = candidate
  if (remote === null) return [candidate]
  const intervals = remote.intervals.filter(interval => within(interval, to) !== NO)
  if (intervals.length === 0 && !remote.others) return []
  if (intervals.length === remote.intervals.length) return [candidate]
  const rest: ResolvedAddresses = {...remote, intervals}
  return [{...candidate, remote: rest}]
}

function readRules(
  state: WindowsFirewallState,
  unreadable: Readonly<Record<string, string>>,
): readonly WindowsRule[] {
  const os = parseOsVersion(state.osVersion)
  return STORES.flatMap(store => [
    ...Object.entries(state.rules[store] ?? {}).map(([id, text]) => readRule(id, store, text, os)),
    ...hiddenRules(store, unreadable),
  ])
}

/** Stand for what a store may hold and nobody could read. */
function hiddenRules(store: Store, unreadable: Readonly<Record<string, string>>): WindowsRule[] {
  return Object.entries(unreadable).flatMap(([field, reason]) => {
    if (field !== `rules.${store}` && !field.startsWith(`rules.${store}.`)) return []
    const text = `${field} could not be read: ${reason}`
    return [{...readRule(field, store, 'Dir=Out|Active=TRUE|', null), text}]
  })
}
