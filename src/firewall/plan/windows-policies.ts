import {powerShellString} from '../../contract/command-line.ts'
import {NO} from '../ternary.ts'
import {PROFILE_WORDS, STORE_WORDS, wordFor} from '../windows/describe.ts'
import {type ProfileSettings, readSettings} from '../windows/settings.ts'
import {PROFILES, type Profile, type WindowsFirewallState} from '../windows/state.ts'
import {describeBlocker, type Obstacle} from './engine-planner.ts'

export type WindowsObstacle = Obstacle<WindowsFirewallState>

/** What a policy sets is named, and never fought. */
export function managed({blocker, need, state}: WindowsObstacle): string {
  const who = wordFor(blocker.table)
  const byHand =
    blocker.rule === 'policy' &&
    affectedProfiles(state, blocker.chain).every(
      profile => settingsOf(state)[profile].mergesLocalRules !== NO,
    )
      ? `; that policy allows local rules, so with their consent a local rule (${localRuleByHand(need)}) works, too`
      : ''
  return `Blocked by ${describeBlocker(blocker)}, which this tool does not change; ask the administrators of ${who} to allow TCP ${need.port} out${toWords(need.destination)} there${byHand}.`
}

/** A rule made here would not count. */
export function ignored(
  {blocker, need}: WindowsObstacle,
  profile: Profile,
  {mergeFrom}: ProfileSettings,
): string {
  const who = mergeFrom === null ? 'a policy' : STORE_WORDS[mergeFrom]
  return `Blocked by ${describeBlocker(blocker)}, and ${who} ignores local rules in the ${PROFILE_WORDS[profile]} profile (AllowLocalPolicyMerge=0), so a local rule does not help; ask the administrators of ${who} for an outbound allow rule for TCP ${need.port}${toWords(need.destination)}.`
}

export const toWords = (destination: string | null) => (destination === null ? '' : ` to ${destination}`)

function localRuleByHand({port, destination}: WindowsObstacle['need']): string {
  const address = destination === null ? '' : ` -RemoteAddress ${powerShellString(destination)}`
  return `\`New-NetFirewallRule -DisplayName 'TCP ${port} out' -Direction Outbound -Action Allow -Protocol TCP -RemotePort ${port}${address}\``
}

export function settingsOf(state: WindowsFirewallState): Readonly<Record<Profile, ProfileSettings>> {
  const of = (profile: Profile) => readSettings(state, profile, state.unreadable ?? {})
  return {domain: of('domain'), private: of('private'), public: of('public')}
}

/** The profiles that a rule has to be for: those in force; where that is not known, all. */
export function affectedProfiles(state: WindowsFirewallState, blocked: string): readonly Profile[] {
  const inForce = [...state.activeProfiles, ...Object.values(state.interfaceProfiles)]
  if (inForce.length === 0) return PROFILES
  return PROFILES.filter(profile => profile === blocked || inForce.includes(profile))
}
