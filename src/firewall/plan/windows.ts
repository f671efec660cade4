import type {Step} from '../../contract/remedy.ts'
import {NO} from '../ternary.ts'
import type {WindowsTool} from '../tools.ts'
import {PROFILE_WORDS, STORE_WORDS, wordFor} from '../windows/describe.ts'
import {parseOsVersion} from '../windows/os-version.ts'
import {isDisabled, readRule, type WindowsRule} from '../windows/rule.ts'
import {type ProfileSettings, readSettings} from '../windows/settings.ts'
import {PROFILES, type Profile, type WindowsFirewallState} from '../windows/state.ts'
import {describeBlocker, type Obstacle, type Proposal} from './engine-planner.ts'
import {
  createRule,
  createRuleByNetsh,
  disableRule,
  enableRule,
  quoted,
  readLocalRule,
  removeRule,
  removeRuleByNetsh,
  setRemotePorts,
  showRuleByNetsh,
} from './windows-commands.ts'
import {
  type AllowRule,
  allowRuleText,
  capitalized,
  portsOf,
  portsWithout,
  withField,
  withRemotePorts,
} from './windows-rules.ts'

type WindowsObstacle = Obstacle<WindowsFirewallState>

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
  const ignoring = affectedProfiles(state, obstacle.blocker.chain).find(
    profile => settings[profile].mergesLocalRules === NO,
  )
  if (ignoring !== undefined) return ignored(obstacle, ignoring, settings[ignoring])
  if (tool === null) {
    return `It is ${describeBlocker(blocker)} that blocks, and neither the NetSecurity cmdlets nor netsh can be run to change it; allow TCP ${need.port} out in the console "Windows Defender Firewall with Advanced Security", then check again.`
  }
  return blocker.rule === 'policy' ? againstDefault(obstacle, tool) : againstRule(obstacle, tool)
}

const persistent = {lasting: () => []} as const

function managed({blocker, need, state}: WindowsObstacle): string {
  const who = wordFor(blocker.table)
  const byHand =
    blocker.rule === 'policy' &&
    affectedProfiles(state, blocker.chain).every(
      profile => settingsOf(state)[profile].mergesLocalRules !== NO,
    )
      ? `; that policy lets rules of this server count, so with their consent one made here (${localRuleByHand(need)}) opens it as well`
      : ''
  return `It is ${describeBlocker(blocker)} that blocks, and what ${who} sets this tool does not change; ask those who administer ${who} to allow TCP ${need.port} out${toWords(need.destination)} there${byHand}.`
}

function ignored({blocker, need}: WindowsObstacle, profile: Profile, {mergeFrom}: ProfileSettings): string {
  const who = mergeFrom === null ? 'a policy' : STORE_WORDS[mergeFrom]
  return `It is ${describeBlocker(blocker)} that blocks, and ${who} has rules of this server ignored in the ${PROFILE_WORDS[profile]} profile (AllowLocalPolicyMerge=0), so that none made here helps; ask those who administer ${who} for an outbound allow rule for TCP ${need.port}${toWords(need.destination)}.`
}

const toWords = (destination: string | null) => (destination === null ? '' : ` to ${destination}`)

function localRuleByHand({port, destination}: WindowsObstacle['need']): string {
  const address = destination === null ? '' : ` -RemoteAddress ${quoted(destination)}`
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

function againstDefault(obstacle: WindowsObstacle, tool: WindowsTool): readonly Proposal[] {
  const {state, need, blocker} = obstacle
  const profiles = affectedProfiles(state, blocker.chain)
  const ours = newRule(state, {port: need.port, destination: need.destination, profiles}, tool)
  // netsh finds rules by their display name alone, which is neither unique nor the same in every language.
  if (tool === 'netsh') return [ours]
  return [
    ...localRules(state)
      .filter(rule => isJustFor(rule, need.port))
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
    state: withRule(state, rule.id, withField(rule.text, 'Active', 'TRUE')),
    risk: 'additive',
    step: (): Step => ({
      title: `Enable the outbound allow rule ${titleOf(rule)} that is there, but switched off`,
      do: enableRule(rule.id),
      undo: disableRule(rule.id),
      alreadyDone: readLocalRule(rule.id),
      mark: '|Active=TRUE|',
      persists: true,
    }),
  }
}

function titleOf({id, name}: WindowsRule): string {
  return name === null || name === id || name.startsWith('@') ? id : `"${name}" (${id})`
}

function newRule(state: WindowsFirewallState, rule: AllowRule, tool: WindowsTool): Proposal {
  const where =
    rule.profiles.length === PROFILES.length
      ? 'every profile'
      : `the ${rule.profiles.map(capitalized).join(' and ')} profile`
  return {
    ...persistent,
    state: withRule(state, 'drs-onboard', allowRuleText(rule)),
    risk: 'additive',
    step: (label, index): Step => {
      const name = `${label.replaceAll(':', '-')}${index === 0 ? '' : `-${index}`}`
      const title = `Add an outbound allow rule for TCP ${rule.port}${toWords(rule.destination)} in ${where}`
      return tool === 'powershell'
        ? {
            title,
            do: createRule(name, rule),
            undo: removeRule(name),
            alreadyDone: readLocalRule(name),
            persists: true,
          }
        : {
            title,
            do: createRuleByNetsh(name, rule),
            undo: removeRuleByNetsh(name),
            alreadyDone: showRuleByNetsh(name),
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
    return `It is ${describeBlocker(blocker)} that blocks, over which no allow rule wins, and netsh cannot name one rule for certain; disable it in the console "Windows Defender Firewall with Advanced Security", then check again.`
  }
  const {remotePorts} = rule
  const rest = remotePorts === null ? [] : portsWithout(remotePorts, need.port)
  const before = remotePorts === null ? [] : portsOf(remotePorts)
  if (remotePorts !== null && !remotePorts.others && rest.length > 0) {
    return [
      {
        ...persistent,
        state: withRule(state, id, withRemotePorts(rule.text, rest)),
        risk: 'disruptive',
        step: (): Step => ({
          title: `Take TCP ${need.port} out of the block rule ${titleOf(rule)}; its other ports stay blocked`,
          do: setRemotePorts(id, rest),
          undo: setRemotePorts(id, before),
          alreadyDone: null,
          persists: true,
        }),
      },
    ]
  }
  const everything = rule.remotePorts === null ? ', and with it whatever else the rule blocks' : ''
  return [
    {
      ...persistent,
      state: withRule(state, id, withField(rule.text, 'Active', 'FALSE')),
      risk: 'disruptive',
      step: (): Step => ({
        title: `Disable the block rule ${titleOf(rule)}${everything}`,
        do: disableRule(id),
        undo: enableRule(id),
        alreadyDone: readLocalRule(id),
        mark: '|Active=FALSE|',
        persists: true,
      }),
    },
  ]
}

function withRule(state: WindowsFirewallState, id: string, text: string): WindowsFirewallState {
  return {...state, rules: {...state.rules, local: {...state.rules.local, [id]: text}}}
}
