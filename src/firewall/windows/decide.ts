import type {Interval} from '../address.ts'
import {and, MAYBE, NO, or, type Ternary, YES} from '../ternary.ts'
import {matchesAddresses, type ResolvedAddresses} from './match.ts'
import type {WindowsRule} from './rule.ts'
import type {ProfileSettings} from './settings.ts'
import type {Profile} from './state.ts'

/** A rule that may be about the connection in question; what is left to ask are profile and addresses. */
export type Candidate = {
  readonly rule: WindowsRule
  /** The rule apart from profile and addresses. */
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
  readonly off: boolean
  /** What would decide it. */
  readonly because: readonly string[]
}

/**
 * Blocks win over allows, allows over the default action; an allow that bypasses blocks does so with IPsec only. Where
 * the firewall is off, nothing is filtered. Source: MS-FASP 2.2.34; Microsoft Learn, "Windows Firewall rules".
 */
export function decide(
  candidates: readonly Candidate[],
  profile: Profile,
  settings: ProfileSettings,
  to: Interval,
  source: Interval,
): Decision {
  const none = {profile, blockedBy: null, allowedBy: null, off: false, because: []}
  if (settings.enabled === NO) return {...none, allows: true, blocks: false, off: true}
  const found = candidates.flatMap(candidate => {
    const match = matchIn(candidate, profile, settings, to, source)
    return match === NO ? [] : [{rule: candidate.rule, match}]
  })
  const best = (...actions: readonly WindowsRule['action'][]) =>
    found.reduce<Ternary>(
      (most, {rule, match}) => (actions.includes(rule.action) ? or(most, match) : most),
      NO,
    )
  const first = (action: WindowsRule['action']) =>
    found.find(({rule, match}) => rule.action === action && match === YES)?.rule ?? null
  const blocking = best('block', 'unknown')
  const bypassing = best('bypass', 'unknown')
  const allowing = or(best('allow'), bypassing)
  const lets = blocking === YES ? bypassing !== NO : allowing !== NO || settings.blocksByDefault !== YES
  const stops = blocking !== NO || (allowing !== YES && settings.blocksByDefault !== NO)
  const decision = {
    ...none,
    allows: lets || settings.enabled === MAYBE,
    blocks: stops,
    blockedBy: first('block'),
    allowedBy: first('allow'),
  }
  if (!(decision.allows && decision.blocks)) return decision
  return {...decision, because: doubts(found, blocking, settings)}
}

function matchIn(
  {rule, match, remote, local, shadowed}: Candidate,
  profile: Profile,
  settings: ProfileSettings,
  to: Interval,
  source: Interval,
): Ternary {
  const counts = rule.store === 'local' ? settings.mergesLocalRules : YES
  const known = and(and(match, rule.active), and(rule.profiles[profile], counts))
  if (known === NO) return NO
  const addresses = and(matchesAddresses(remote, to), matchesAddresses(local, source))
  return and(and(known, shadowed ? MAYBE : YES), addresses)
}

/** What leaves a decision open, in words: rules by their text, settings by what is known of them. */
function doubts(
  found: readonly {readonly rule: WindowsRule; readonly match: Ternary}[],
  blocking: Ternary,
  {enabled, blocksByDefault, defaultFrom, mergesLocalRules}: ProfileSettings,
): readonly string[] {
  const open = found.filter(({rule, match}) => {
    if (match === YES) return false
    return blocking === YES ? rule.action !== 'allow' && rule.action !== 'block' : true
  })
  const settings = [
    ...(enabled === MAYBE ? ['whether the firewall is on for this connection'] : []),
    ...(mergesLocalRules === MAYBE ? ['AllowLocalPolicyMerge, which is not clear'] : []),
    ...(blocksByDefault === MAYBE ? [defaultFrom?.text ?? 'DefaultOutboundAction, which is not clear'] : []),
  ]
  return [...settings, ...open.map(({rule}) => rule.text)]
}
