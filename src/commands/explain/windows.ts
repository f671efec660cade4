import type {Judgement, Probe} from '../../contract/judgement.ts'
import type {FamilyInterval} from '../../firewall/model/address.ts'
import {MAYBE, NO, YES} from '../../firewall/model/ternary.ts'
import type {Candidate} from '../../firewall/windows/decide.ts'
import {PROFILE_WORDS, STORE_WORDS} from '../../firewall/windows/describe.ts'
import {createWindowsJudge, type Examined, type WindowsJudge} from '../../firewall/windows/judge.ts'
import {matchesAddresses} from '../../firewall/windows/match.ts'
import type {WindowsRule} from '../../firewall/windows/rule.ts'
import type {ProfileSettings} from '../../firewall/windows/settings.ts'
import type {WindowsFirewallState} from '../../firewall/windows/state.ts'
import {printableLine} from '../../lib/printable.ts'
import {hanging, wrap} from '../../lib/wrap.ts'
import type {Style} from '../../report/text/style.ts'

type Decision = Examined['decisions'][number]

/**
 * What Windows Firewall weighs for a connection to one address, profile by profile: the block rules, then the allow
 * rules, then the default outbound action; the connection security rules that may require IPsec; and the rules that
 * are about it, but switched off.
 */
export function windowsLines(
  state: WindowsFirewallState,
  probe: Probe,
  to: FamilyInterval,
  {verdict}: Pick<Judgement, 'verdict'>,
  style: Style,
): readonly string[] {
  const judge = createWindowsJudge(state)
  const {loopback, decisions, candidates} = judge.examine(to, probe)
  if (loopback) return []
  const about = candidates.filter(({remote}) => matchesAddresses(remote, to) !== NO)
  const notCaptured =
    state.connectionSecurityRules === undefined
      ? hanging('  ', 'Connection security rules: not captured, so IPsec is not judged', style.columns)
      : []
  return decisions.flatMap(decision => [
    '',
    ...profileLines(decision, about, judge, notCaptured, style),
    ...fateLines(decision, verdict, style),
  ])
}

function profileLines(
  decision: Decision,
  candidates: readonly Candidate[],
  {settings}: WindowsJudge,
  notCaptured: readonly string[],
  style: Style,
): readonly string[] {
  const {profile, demand} = decision
  const ofProfile = settings[profile]
  const title = wrap(`Outbound connections in the ${PROFILE_WORDS[profile]} profile`, style.columns).map(
    style.heading,
  )
  if (decision.off === 'profile') return [...title, '  Windows Firewall is disabled here.']
  const here = candidates.filter(({rule}) => rule.profiles[profile] !== NO)
  const group = (words: string, rules: readonly Candidate[]) =>
    rules.length === 0
      ? [`  ${words}: none matches it`]
      : [`  ${words}:`, ...rules.flatMap(rule => ruleLines(rule, decision, ofProfile, style))]
  const enabled = here.filter(({rule}) => rule.active !== NO)
  const disabled = here.filter(({rule}) => rule.active === NO)
  const security = demand.because.flatMap(({id, store, text}) =>
    hanging('    may match ', printableLine(`${STORE_WORDS[store]} ${id}: ${text}`), style.columns),
  )
  const ofSecurity =
    security.length > 0 ? ['  Connection security rules that require IPsec:', ...security] : notCaptured
  if (decision.off === 'adapter') {
    const words = 'Windows Firewall does not filter this network adapter (DisabledInterfaces).'
    return [...title, ...hanging('  ', words, style.columns), ...ofSecurity]
  }
  return [
    ...title,
    ...group(
      'Block rules',
      enabled.filter(({rule}) => rule.action === 'block' || rule.action === 'unknown'),
    ),
    ...group(
      'Allow rules',
      enabled.filter(({rule}) => rule.action !== 'block' && rule.action !== 'unknown'),
    ),
    ...hanging('  ', `Default outbound action: ${defaultWords(ofProfile)}`, style.columns),
    ...ofSecurity,
    ...(disabled.length === 0 ? [] : group('Disabled, so without effect', disabled)),
  ]
}

function ruleLines(
  {rule, match, shadowed}: Candidate,
  {profile, blockedBy, allowedBy}: Decision,
  {mergesLocalRules}: ProfileSettings,
  style: Style,
): readonly string[] {
  const ignored = rule.store === 'local' && mergesLocalRules === NO
  const deciding = rule === blockedBy || (blockedBy === null && rule === allowedBy)
  const open = match === MAYBE || shadowed || rule.active === MAYBE || rule.profiles[profile] === MAYBE
  const word = ignored ? 'ignored' : open ? 'may match' : 'matches'
  const text = `${STORE_WORDS[rule.store]} ${nameOf(rule)}: ${rule.text}`
  const lines = hanging(
    `  ${deciding ? '>' : ' '} ${word.padEnd('may match'.length)} `,
    printableLine(text),
    style.columns,
  )
  if (!deciding) return lines
  return lines.map(line => style.status(rule === blockedBy ? 'fail' : 'pass', line))
}

function nameOf({id, name}: WindowsRule): string {
  return name === null || name === id || name.startsWith('@') ? id : `${id} "${name}"`
}

function defaultWords({blocksByDefault, defaultFrom}: ProfileSettings): string {
  const what = blocksByDefault === YES ? 'block' : blocksByDefault === NO ? 'allow' : 'not clear'
  return defaultFrom === null
    ? what
    : `${what} (${STORE_WORDS[defaultFrom.store]}: ${printableLine(defaultFrom.text)})`
}

function fateLines(
  {allows, blocks, blockedBy}: Decision,
  verdict: Judgement['verdict'],
  style: Style,
): readonly string[] {
  if (allows && blocks) return [style.status('warn', '    ==> cannot be decided')]
  if (allows)
    return [verdict === 'allow' ? '    --> let out' : style.status('pass', '    --> let out in this profile')]
  const by = blockedBy === null ? 'the default outbound action' : `the rule ${printableLine(blockedBy.id)}`
  return [style.status('fail', `    ==> BLOCKED here by ${by}`)]
}
