import type {Answer, Blocker} from '../../contract/judgement.ts'
import type {Decision} from './decide.ts'
import {PROFILE_WORDS, STORE_WORDS, wordFor} from './describe.ts'
import type {ProfileSettings} from './settings.ts'
import type {Profile, Store} from './state.ts'

type AllSettings = Readonly<Record<Profile, ProfileSettings>>

const ALLOWED = {
  verdict: 'allow',
  stage: null,
  blocker: null,
  how: null,
  redirectedTo: null,
  unknownBecause: [],
  warnings: [],
} as const

export const LOOPBACK_ANSWER: Answer = {
  ...ALLOWED,
  reason: 'It stays on this host, which Windows Firewall does not filter.',
}

/** One answer for the profiles that may be in force. Where they disagree it depends on which of them is. */
export function answerOf(decisions: readonly Decision[], settings: AllSettings): Answer {
  const [first] = decisions
  if (!first) throw new Error('some profile is always in force')
  if (decisions.every(({blocks}) => !blocks)) return {...ALLOWED, reason: allowReason(decisions)}
  if (decisions.every(({allows}) => !allows)) return blockAnswer(decisions, settings)
  return unknownAnswer(decisions, settings)
}

function listed(profiles: readonly Profile[]): string {
  const words = profiles.map(profile => PROFILE_WORDS[profile])
  return `${words.join(' and ')} ${words.length === 1 ? 'profile' : 'profiles'}`
}

function allowReason(decisions: readonly Decision[]): string {
  const profiles = listed(decisions.map(({profile}) => profile))
  if (decisions.every(({off}) => off === 'profile')) return `Windows Firewall is disabled in the ${profiles}.`
  if (decisions.every(({off}) => off === 'adapter'))
    return `Windows Firewall does not filter this network adapter (DisabledInterfaces) in the ${profiles}.`
  const rules = [...new Set(decisions.map(({allowedBy}) => allowedBy))]
  const [rule] = rules
  if (rules.length === 1 && rule) {
    return `Windows Firewall allows it in the ${profiles}: ${ruleWords(rule.store, rule.id)} allows it.`
  }
  return `No Windows Firewall rule blocks it in the ${profiles}.`
}

function ruleWords(store: Store, id: string): string {
  return `the ${STORE_WORDS[store]} rule ${id}`
}

/** That of the first profile whose blocker a policy sets, else of the first. */
function blockAnswer(decisions: readonly Decision[], settings: AllSettings): Answer {
  const blockers = decisions.map(decision => blockerOf(decision, settings[decision.profile]))
  const blocker = blockers.find(({table}) => table !== 'local') ?? blockers[0]
  if (!blocker) throw new Error('nothing was blocked')
  return {
    ...ALLOWED,
    verdict: 'block',
    stage: 'out-syn',
    blocker,
    how: 'reject',
    reason: blockReason(blocker, decisions, settings),
  }
}

/** What stops a connection in a profile: a rule, or the default outbound action. */
function blockerOf({profile, blockedBy}: Decision, {defaultFrom}: ProfileSettings): Blocker {
  const common = {engine: 'windows', family: 'inet', chain: profile} as const
  return blockedBy === null
    ? {...common, table: defaultFrom?.store ?? 'local', rule: 'policy', text: defaultFrom?.text ?? ''}
    : {...common, table: blockedBy.store, rule: blockedBy.id, text: blockedBy.text}
}

function blockReason(blocker: Blocker, decisions: readonly Decision[], settings: AllSettings): string {
  const store = wordFor(blocker.table)
  if (blocker.rule !== 'policy') {
    return `Windows Firewall: the ${store} rule ${blocker.rule} blocks it in the ${wordFor(blocker.chain)} profile: ${blocker.text}`
  }
  const profiles = decisions.filter(({blockedBy}) => blockedBy === null).map(({profile}) => profile)
  const ignored = decisions.find(({profile}) => settings[profile].mergesLocalRules === 0)
  const from = ignored && settings[ignored.profile].mergeFrom
  const also = from ? `; local rules are ignored there by ${STORE_WORDS[from]}` : ''
  return `Windows Firewall: the default outbound action of the ${listed(profiles)} is to block (${store}), and no allow rule matches${also}.`
}

function unknownAnswer(decisions: readonly Decision[], settings: AllSettings): Answer {
  const because = [...new Set(decisions.flatMap(decision => decision.because))]
  const blocked = decisions.filter(({allows}) => !allows)
  if (because.length === 0 || (blocked.length > 0 && blocked.length < decisions.length)) {
    const texts = blocked.map(decision => {
      const {text, table} = blockerOf(decision, settings[decision.profile])
      return `${decision.profile} profile (${wordFor(table)}): ${text}`
    })
    const others = decisions.filter(({allows}) => allows).map(({profile}) => profile)
    return {
      ...ALLOWED,
      verdict: 'unknown',
      reason: `It depends on which network profile is in force: the ${listed(blocked.map(({profile}) => profile))} ${blocked.length === 1 ? 'blocks' : 'block'} it, the ${listed(others)} ${others.length === 1 ? 'does' : 'do'} not.`,
      unknownBecause: [...texts, ...because],
    }
  }
  const [first] = because
  return {
    ...ALLOWED,
    verdict: 'unknown',
    reason:
      because.length === 1
        ? `The rules alone do not decide it; it depends on: ${first}`
        : `The rules alone do not decide it; it depends on ${because.length} things, first: ${first}`,
    unknownBecause: because,
  }
}
