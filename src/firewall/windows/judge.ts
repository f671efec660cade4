import type {Answer, Probe} from '../../contract/judgement.ts'
import {type Grounded, withoutDoubt} from '../evaluate/grounds.ts'
import {judgeRange} from '../evaluate/range.ts'
import type {Family, FamilyInterval, Interval} from '../model/address.ts'
import {within} from '../model/address.ts'
import type {Transport} from '../model/protocol.ts'
import {NO, YES} from '../model/ternary.ts'
import {answerOf, LOOPBACK_ANSWER} from './answer.ts'
import {
  type Demand,
  demandOf,
  readSecurityRule,
  type SecurityCandidate,
  type SecurityRule,
  securityCandidate,
} from './connection-security.ts'
import {type Candidate, type Decision, decide} from './decide.ts'
import {cuts, matchesApartFromAddresses, type ResolvedAddresses, resolveAddresses} from './match.ts'
import {type Network, readNetwork} from './network.ts'
import {parseOsVersion} from './os-version.ts'
import {readRule, type WindowsRule} from './rule.ts'
import {type ProfileSettings, readSettings} from './settings.ts'
import {PROFILES, type Profile, STORES, type Store, type WindowsFirewallState} from './state.ts'

type Asked = Pick<Probe, 'port' | 'protocol' | 'program'>

export type WindowsJudge = {
  /** Its rules have no order and no chains: those on which an answer depends are not told. */
  judge(to: FamilyInterval, probe: Asked): Grounded
  /**
   * What becomes of a connection to one address in each profile that may be in force, with the rules that may matter.
   */
  examine(to: FamilyInterval, probe: Asked): Examined
  readonly rules: readonly WindowsRule[]
  readonly settings: Readonly<Record<Profile, ProfileSettings>>
}

export type Examined = {
  readonly loopback: boolean
  readonly decisions: readonly (Decision & {readonly demand: Demand})[]
  readonly candidates: readonly Candidate[]
}

/** Prepares a captured state for judging. What could not be read leaves every answer open that it may concern. */
export function createWindowsJudge(state: WindowsFirewallState): WindowsJudge {
  const unreadable = state.unreadable ?? {}
  const rules = readRules(state, unreadable)
  const securityRules = readSecurityRules(state, unreadable)
  const inPolicies = new Set(rules.filter(({store}) => store !== 'local').map(({id}) => id.toLowerCase()))
  const settings = record(profile => readSettings(state, profile, unreadable))
  const networks: Readonly<Record<Family, Network>> = {4: readNetwork(state, 4), 6: readNetwork(state, 6)}
  const environment = state.environment ?? {}
  const {adapters} = state

  // Those of UDP are not captured.
  const dynamicPortsOf = (family: Family, protocol: Transport) =>
    protocol === 'tcp' ? networks[family].dynamicPorts : null
  const candidatesFor = (family: Family, {port, protocol = 'tcp', program}: Asked): Candidate[] => {
    const {known} = networks[family]
    const dynamicPorts = dynamicPortsOf(family, protocol)
    const asked = {family, port, protocol, program: program ?? null, environment, dynamicPorts}
    return rules.flatMap(rule => {
      const match = matchesApartFromAddresses(rule, asked)
      if (match === NO) return []
      const [remote, local] = [rule.remote, rule.local].map(side => resolveAddresses(side, family, known))
      const shadowed = rule.store === 'local' && inPolicies.has(rule.id.toLowerCase())
      return [{rule, match, remote: remote ?? null, local: local ?? null, shadowed}]
    })
  }
  const securityFor = (family: Family, {port, protocol = 'tcp'}: Asked): SecurityCandidate[] => {
    const {known} = networks[family]
    const around = {known, dynamicPorts: dynamicPortsOf(family, protocol)}
    return securityRules.flatMap(rule => securityCandidate(rule, {family, port, protocol}, around) ?? [])
  }
  const decideAll = (
    {path: find}: Network,
    to: Interval,
    candidates: readonly Candidate[],
    security: readonly SecurityCandidate[],
  ): Examined['decisions'] => {
    const path = find(to)
    return path.profiles.map(profile => {
      const {mergesLocalSecurity} = settings[profile]
      const counts = (store: Store) => (store === 'local' ? mergesLocalSecurity : YES)
      const demand = demandOf(security, profile, counts, {to, path, adapters})
      return {...decide(candidates, profile, settings[profile], {to, path, adapters, demand}), demand}
    })
  }
  const known = new Map<string, Grounded<Answer>>()
  const answer = (decisions: readonly Decision[]): Grounded<Answer> => {
    const key = keyOf(decisions)
    const found = (key === null ? undefined : known.get(key)) ?? withoutDoubt(answerOf(decisions, settings))
    if (key !== null) known.set(key, found)
    return found
  }

  return {
    rules,
    settings,
    judge(to, probe) {
      const network = networks[to.family]
      const candidates = candidatesFor(to.family, probe).filter(({rule}) => rule.active !== NO)
      const security = securityFor(to.family, probe)
      const ask = (interval: Interval, inner: readonly Candidate[]) =>
        network.path(interval).loopback
          ? withoutDoubt(LOOPBACK_ANSWER)
          : answer(decideAll(network, interval, inner, security))
      if (to.lo === to.hi) return withoutDoubt({...ask(to, candidates).told, parts: []})
      const sides = security.flatMap(({ways}) => ways.map(({remote}) => remote))
      const boundaries = [
        ...network.boundaries,
        ...[...candidates.map(({remote}) => remote), ...sides].flatMap(side => side?.intervals ?? []),
      ]
      return judgeRange<readonly Candidate[]>(to.family, to, boundaries, candidates, {
        narrow: (interval, outer) => outer.flatMap(candidate => narrowed(candidate, interval)),
        askPiece: ask,
        askWhole: (interval, inner) => {
          if (network.path(interval).partial) return null
          const isCut = [...inner.map(({remote}) => remote), ...sides].some(side => cuts(side, interval))
          return isCut ? null : ask(interval, inner)
        },
      })
    },
    examine(to, probe) {
      const network = networks[to.family]
      const candidates = candidatesFor(to.family, probe)
      const enabled = candidates.filter(({rule}) => rule.active !== NO)
      return {
        loopback: network.path(to).loopback,
        candidates,
        decisions: decideAll(network, to, enabled, securityFor(to.family, probe)),
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
  return hiddenFields(`rules.${store}`, unreadable).map(({field, text}) => ({
    ...readRule(field, store, 'v2.0|Dir=Out|Active=TRUE|', null),
    text,
    broken: [],
  }))
}

function readSecurityRules(
  {connectionSecurityRules = {}, osVersion}: WindowsFirewallState,
  unreadable: Readonly<Record<string, string>>,
): readonly SecurityRule[] {
  const os = parseOsVersion(osVersion)
  return STORES.flatMap(store => [
    ...Object.entries(connectionSecurityRules[store] ?? {}).flatMap(
      ([id, text]) => readSecurityRule(id, store, text, os) ?? [],
    ),
    ...hiddenFields(`connectionSecurityRules.${store}`, unreadable).flatMap(({field, text}) => {
      const rule = readSecurityRule(field, store, 'v2.0|Active=TRUE|', null)
      return rule === null ? [] : [{...rule, text}]
    }),
  ])
}

/** What could not be read of a store, with the reason as the text of what stands for it. */
function hiddenFields(
  field: string,
  unreadable: Readonly<Record<string, string>>,
): readonly {readonly field: string; readonly text: string}[] {
  return Object.entries(unreadable).flatMap(([name, reason]) =>
    name === field || name.startsWith(`${field}.`)
      ? [{field: name, text: `${name} could not be read: ${reason}`}]
      : [],
  )
}
