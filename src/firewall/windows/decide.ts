import type {Interval} from '../model/address.ts'
import {and, MAYBE, NO, not, or, type Ternary, YES} from '../model/ternary.ts'
import type {Demand} from './connection-security.ts'
import {STORE_WORDS} from './describe.ts'
import {matchesAddresses, type ResolvedAddresses} from './match.ts'
import type {AdapterPath} from './network.ts'
import {type Adapters, isOfType, isOneOf} from './network.ts'
import type {WindowsRule} from './rule.ts'
import {APPLICATIONS, PORTS, type ProfileSettings} from './settings.ts'
import type {Profile} from './state.ts'

/** A rule that may be about the connection in question; what is left to ask are profile, adapter and addresses. */
export type Candidate = {
  readonly rule: WindowsRule
  /** The rule apart from profile, adapter and addresses. */
  readonly match: Ternary
  readonly remote: ResolvedAddresses | null
  readonly local: ResolvedAddresses | null
  /** A rule of the same id stands in a policy: whether both count, sources disagree. */
  readonly shadowed: boolean
}

/** What becomes of a connection in one profile. More than one of `allows` and `blocks`: it cannot be decided. */
export type Decision = {
  readonly profile: Profile
  readonly allows: boolean
  readonly blocks: boolean
  /** The rule that blocks; null where it is the default action. */
  readonly blockedBy: WindowsRule | null
  /** The rule that lets it out; null where it is the default action, or the firewall is off. */
  readonly allowedBy: WindowsRule | null
  /** The firewall is off in the profile, or leaves the adapter alone. */
  readonly off: 'profile' | 'adapter' | null
  /** What would decide it. */
  readonly because: readonly string[]
}

/** A connection on its way out. */
export type Outbound = {
  readonly to: Interval
  readonly path: AdapterPath
  readonly adapters: Adapters
  /** Whether it needs IPsec. */
  readonly demand: Demand
}

/**
 * Blocks win over allows, allows over the default action. An allow with IPsec lets out what IPsec has authenticated and
 * blocks the rest; one that bypasses blocks does so with IPsec only. Where the firewall is off, nothing is filtered.
 * Source: MS-FASP 2.2.34, 2.2.35, 2.2.38; Microsoft Learn, "Windows Firewall rules".
 */
export function decide(
  candidates: readonly Candidate[],
  profile: Profile,
  settings: ProfileSettings,
  outbound: Outbound,
): Decision {
  const none = {profile, blockedBy: null, allowedBy: null, off: null, because: []} as const
  if (settings.enabled === NO) return {...none, allows: true, blocks: false, off: 'profile'}
  const leftOut = isLeftOut(settings, outbound)
  const enabled = and(settings.enabled, not(leftOut))
  const found =
    enabled === NO
      ? []
      : candidates.flatMap(candidate => {
          const match = matchIn(candidate, profile, settings, outbound)
          return match === NO ? [] : [{rule: candidate.rule, match}]
        })
  const best = (...actions: readonly WindowsRule['action'][]) =>
    found.reduce<Ternary>(
      (most, {rule, match}) => (actions.includes(rule.action) ? or(most, match) : most),
      NO,
    )
  const first = (action: WindowsRule['action']) =>
    found.find(({rule, match}) => rule.action === action && match === YES)?.rule ?? null
  const byDefault = enabled === NO ? NO : settings.blocksByDefault
  const blocking = best('block', 'unknown')
  const bypassing = best('bypass', 'unknown')
  const allowing = best('allow')
  const securing = best('secure', 'bypass')
  const mayAllow = or(allowing, or(securing, bypassing)) !== NO || byDefault !== YES
  const lets = blocking === YES ? bypassing !== NO : mayAllow
  const stops = blocking !== NO || (allowing !== YES && or(securing, byDefault) !== NO)
  const allows = lets || enabled === MAYBE
  const decision = {
    ...none,
    allows,
    // Whatever the rules allow, what is not secured as it has to be does not leave; whether it is, they do not say.
    blocks: stops || (allows && outbound.demand.needed !== NO),
    blockedBy: first('block'),
    allowedBy: first('allow'),
    off: enabled === NO ? ('adapter' as const) : null,
  }
  if (!(decision.allows && decision.blocks)) return decision
  const open = found.filter(({rule, match}) => {
    if (rule.action === 'bypass') return true
    if (rule.action === 'secure') return blocking !== YES && allowing !== YES
    if (match === YES) return false
    return blocking !== YES || rule.action === 'unknown'
  })
  return {
    ...decision,
    because: doubts(
      open.map(({rule}) => rule),
      {...settings, enabled, leftOut},
      outbound,
    ),
  }
}

/** Whether the firewall leaves the adapter alone that the connection leaves by. */
function isLeftOut({disabledAdapters}: ProfileSettings, {path, adapters}: Outbound): Ternary {
  if (disabledAdapters === null) return MAYBE
  return disabledAdapters.length === 0 ? NO : isOneOf(disabledAdapters, path.interfaces, adapters)
}

function matchIn(
  {rule, match, remote, local, shadowed}: Candidate,
  profile: Profile,
  settings: ProfileSettings,
  {to, path, adapters}: Outbound,
): Ternary {
  const counts = rule.store === 'local' ? countsHere(rule, settings) : YES
  const known = and(and(match, rule.active), and(rule.profiles[profile], counts))
  if (known === NO) return NO
  const addresses = and(matchesAddresses(remote, to), matchesAddresses(local, path.source))
  if (addresses === NO) return NO
  const byAdapter = and(
    isOneOf(rule.adapters, path.interfaces, adapters),
    isOfType(rule.adapterTypes, path.interfaces, adapters),
  )
  return and(and(known, shadowed ? MAYBE : YES), and(addresses, byAdapter))
}

/**
 * Whether a rule of the host itself counts. What the specification calls an authorized application or a global port may
 * be ignored; that it does not except outbound rules may be an oversight, so that these are in doubt only.
 * Source: MS-FASP 2.2.38 (FW_PROFILE_CONFIG_AUTH_APPS_ALLOW_USER_PREF_MERGE, …_GLOBAL_PORTS_…).
 */
function countsHere(rule: WindowsRule, settings: ProfileSettings): Ternary {
  if (settings.mergesLocalRules === NO) return NO
  const kept = preferenceOf(rule, settings) === null ? YES : MAYBE
  return and(settings.mergesLocalRules, kept)
}

/** The setting that may have such a rule ignored; null where none does. */
function preferenceOf(rule: WindowsRule, settings: ProfileSettings): string | null {
  const {store, namesProtocol, apps, services, localPorts} = rule
  if (store !== 'local' || !namesProtocol || services.length > 0) return null
  if (apps.length > 0) return localPorts === null && settings.mergesApplications !== YES ? APPLICATIONS : null
  const isOnePort = localPorts !== null && !localPorts.others && localPorts.ranges.length === 1
  return isOnePort && settings.mergesPorts !== YES ? PORTS : null
}

/** What leaves a decision open, in words: rules by their text, settings by what is known of them. */
function doubts(
  open: readonly WindowsRule[],
  settings: ProfileSettings & {readonly leftOut: Ternary},
  {demand}: Outbound,
): readonly string[] {
  const {enabled, leftOut, blocksByDefault, defaultFrom, mergesLocalRules} = settings
  return [
    ...(leftOut === MAYBE ? ['whether the firewall ignores the adapter (DisabledInterfaces)'] : []),
    ...(enabled === MAYBE && leftOut !== MAYBE ? ['whether the firewall is on for this connection'] : []),
    ...(mergesLocalRules === MAYBE ? ['AllowLocalPolicyMerge, which is not clear'] : []),
    ...(blocksByDefault === MAYBE ? [defaultFrom?.text ?? 'DefaultOutboundAction, which is not clear'] : []),
    ...demand.because.map(
      ({id, store, text}) =>
        `IPsec, required by the ${STORE_WORDS[store]} connection security rule ${id}: ${text}`,
    ),
    ...open.map(rule => doubtOf(rule, settings)),
  ]
}

function doubtOf(rule: WindowsRule, settings: ProfileSettings): string {
  const [broken] = rule.broken
  const preference = preferenceOf(rule, settings)
  if (broken !== undefined) return `${rule.text} (may not be in force: it ${broken})`
  if (preference !== null) return `${rule.text} (may be ignored: ${preference})`
  const isSecure = rule.action === 'secure' || rule.action === 'bypass'
  return isSecure ? `${rule.text} (allows only traffic authenticated by IPsec)` : rule.text
}
