import {powerShellString} from '../../../contract/command-line.ts'
import type {Step} from '../../../contract/remedy.ts'
import {NO, YES} from '../../model/ternary.ts'
import type {WindowsTool} from '../../state/tools.ts'
import {PROFILE_WORDS, STORE_WORDS, wordFor} from '../../windows/describe.ts'
import {parseOsVersion} from '../../windows/os-version.ts'
import {isDisabled, readRule, type WindowsRule} from '../../windows/rule.ts'
import {type ProfileSettings, readSettings} from '../../windows/settings.ts'
import {PROFILES, type Profile, type WindowsFirewallState} from '../../windows/state.ts'
import {describeBlocker, type Obstacle, type Proposal} from '../engine-planner.ts'
import * as commands from './commands.ts'
import * as rules from './rules.ts'

/**
 * Plans for Windows Firewall. Against the default action: the allow rule for just this that is there and switched off,
 * else one of our own. Against a block rule of the host no allow rule helps: it has to give way, which is disruptive.
 * What Group Policy or MDM forbid is for those who administer them.
 */
export function windowsPlanner(obstacle: WindowsObstacle): readonly Proposal[] | string {
  const {blocker, need, tools, state} = obstacle
  const tool = tools.windows ?? null
  if (blocker.table !== 'local') return managed(obstacle)
  const settings = settingsOf(state)
  const ignoring = affectedProfiles(state, blocker.chain).find(
    profile => settings[profile].mergesLocalRules === NO && settings[profile].blocksByDefault === YES,
  )
  if (ignoring !== undefined) return ignored(obstacle, ignoring, settings[ignoring])
  if (tool === null) {
    return `Blocked by ${describeBlocker(blocker)}, and neither the NetSecurity cmdlets nor netsh can be run to change it; allow TCP ${need.port} out in the console "Windows Defender Firewall with Advanced Security", then check again.`
  }
  return blocker.rule === 'policy' ? againstDefault(obstacle, tool) : againstRule(obstacle, tool)
}

const persistent = {lasting: () => []} as const

function againstDefault(obstacle: WindowsObstacle, tool: WindowsTool): readonly Proposal[] {
  const {state, need, blocker} = obstacle
  const profiles = affectedProfiles(state, blocker.chain)
  const ours = newRule(state, {port: need.port, destination: need.destination, profiles}, tool)
  // netsh finds rules by their display name alone, which is neither unique nor the same in every language.
  if (tool === 'netsh') return [ours]
  return [
    ...localRules(state)
      .filter(rule => isJustFor(rule, need.port) && commands.namesOneRule(rule.id))
      .map(rule => enabled(state, rule)),
    ours,
  ]
}

function localRules(state: WindowsFirewallState): readonly WindowsRule[] {
  const os = parseOsVersion(state.osVersion)
  return Object.entries(state.rules.local ?? {}).map(([id, text]) => readRule(id, 'local', text, os))
}

/** A disabled allow rule that opens nothing but this port of TCP, whatever the addresses and profiles. */
function isJustFor(rule: WindowsRule, port: number): boolean {
  const {action, remotePorts} = rule
  if (action !== 'allow' || !isDisabled(rule) || remotePorts === null || remotePorts.others) return false
  return remotePorts.ranges.length > 0 && remotePorts.ranges.every(({lo, hi}) => lo === port && hi === port)
}

function enabled(state: WindowsFirewallState, rule: WindowsRule): Proposal {
  return {
    ...persistent,
    state: withRule(state, rule.id, rules.withField(rule.text, 'Active', 'TRUE')),
    risk: 'additive',
    step: (): Step => ({
      title: `Enable the outbound allow rule ${titleOf(rule)} that exists, but is disabled`,
      do: commands.enableRule(rule.id),
      undo: commands.disableRule(rule.id),
      alreadyDone: commands.readLocalRule(rule.id),
      mark: '|Active=TRUE|',
      persists: true,
    }),
  }
}

function titleOf({id, name}: WindowsRule): string {
  return name === null || name === id || name.startsWith('@') ? id : `"${name}" (${id})`
}

function newRule(state: WindowsFirewallState, rule: rules.AllowRule, tool: WindowsTool): Proposal {
  const where =
    rule.profiles.length === PROFILES.length
      ? 'every profile'
      : `the ${rule.profiles.map(rules.capitalized).join(' and ')} profile`
  return {
    ...persistent,
    state: withRule(
      state,
      `drs-onboard-${Object.keys(state.rules.local ?? {}).length}`,
      rules.allowRuleText(rule),
    ),
    risk: 'additive',
    step: (label, index): Step => {
      const name = `${label.replaceAll(':', '-')}${index === 0 ? '' : `-${index}`}`
      const title = `Add an outbound allow rule for TCP ${rule.port}${toWords(rule.destination)} in ${where}`
      return tool === 'powershell'
        ? {
            title,
            do: commands.createRule(name, rule),
            undo: commands.removeRule(name),
            alreadyDone: commands.readLocalRule(name),
            persists: true,
          }
        : {
            title,
            do: commands.createRuleByNetsh(name, rule),
            undo: commands.removeRuleByNetsh(name),
            alreadyDone: commands.showRuleByNetsh(name),
            persists: true,
          }
    },
  }
}

function againstRule(
  {state, blocker, need}: WindowsObstacle,
  tool: WindowsTool,
): readonly Proposal[] | string {
  const id = String(blocker.rule)
  const rule = localRules(state).find(local => local.id === id)
  if (!rule) return []
  if (tool === 'netsh') {
    return `Blocked by ${describeBlocker(blocker)}, which no allow rule overrides, and netsh cannot select one rule reliably; disable it in the console "Windows Defender Firewall with Advanced Security", then check again.`
  }
  if (!commands.namesOneRule(id)) {
    return `Blocked by ${describeBlocker(blocker)}, which no allow rule overrides, and its name contains wildcards, so a cmdlet would also change other rules; disable it in the console "Windows Defender Firewall with Advanced Security", then check again.`
  }
  const {remotePorts} = rule
  const rest = remotePorts === null ? [] : rules.portsWithout(remotePorts, need.port)
  const before = remotePorts === null ? [] : rules.portsOf(remotePorts)
  if (remotePorts !== null && !remotePorts.others && rest.length > 0) {
    const mark = rules.markOfPorts(rule.text, rest)
    return [
      {
        ...persistent,
        state: withRule(state, id, rules.withRemotePorts(rule.text, rest)),
        risk: 'disruptive',
        step: (): Step => ({
          title: `Remove TCP ${need.port} from the block rule ${titleOf(rule)}; its other ports stay blocked`,
          do: commands.setRemotePorts(id, rest),
          undo: commands.setRemotePorts(id, before),
          ...(mark === null ? {alreadyDone: null} : {alreadyDone: commands.readLocalRule(id), mark}),
          persists: true,
        }),
      },
    ]
  }
  const everything = rule.remotePorts === null ? ', and with it everything else that the rule blocks' : ''
  return [
    {
      ...persistent,
      state: withRule(state, id, rules.withField(rule.text, 'Active', 'FALSE')),
      risk: 'disruptive',
      step: (): Step => ({
        title: `Disable the block rule ${titleOf(rule)}${everything}`,
        do: commands.disableRule(id),
        undo: commands.enableRule(id),
        alreadyDone: commands.readLocalRule(id),
        mark: '|Active=FALSE|',
        persists: true,
      }),
    },
  ]
}

function withRule(state: WindowsFirewallState, id: string, text: string): WindowsFirewallState {
  return {...state, rules: {...state.rules, local: {...state.rules.local, [id]: text}}}
}

type WindowsObstacle = Obstacle<WindowsFirewallState>

/** What a policy sets is named, and never fought. */
function managed({blocker, need, state}: WindowsObstacle): string {
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
function ignored({blocker, need}: WindowsObstacle, profile: Profile, {mergeFrom}: ProfileSettings): string {
  const who = mergeFrom === null ? 'a policy' : STORE_WORDS[mergeFrom]
  return `Blocked by ${describeBlocker(blocker)}, and ${who} ignores local rules in the ${PROFILE_WORDS[profile]} profile (AllowLocalPolicyMerge=0), so a local rule does not help; ask the administrators of ${who} for an outbound allow rule for TCP ${need.port}${toWords(need.destination)}.`
}

const toWords = (destination: string | null) => (destination === null ? '' : ` to ${destination}`)

function localRuleByHand({port, destination}: WindowsObstacle['need']): string {
  const address = destination === null ? '' : ` -RemoteAddress ${powerShellString(destination)}`
  return `\`New-NetFirewallRule -DisplayName 'TCP ${port} out' -Direction Outbound -Action Allow -Protocol TCP -RemotePort ${port}${address}\``
}

function settingsOf(state: WindowsFirewallState): Readonly<Record<Profile, ProfileSettings>> {
  const of = (profile: Profile) => readSettings(state, profile, state.unreadable ?? {})
  return {domain: of('domain'), private: of('private'), public: of('public')}
}

/** The profiles that a rule has to be for: those in force; where that is not known, all. */
function affectedProfiles(state: WindowsFirewallState, blocked: string): readonly Profile[] {
  const inForce = [...state.activeProfiles, ...Object.values(state.interfaceProfiles)]
  if (inForce.length === 0) return PROFILES
  return PROFILES.filter(profile => profile === blocked || inForce.includes(profile))
}
