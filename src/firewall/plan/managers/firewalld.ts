import {isIptables} from '../../../contract/engines.ts'
import type {Step} from '../../../contract/remedy.ts'
import {insertRule} from '../../iptables/edit.ts'
import {SAVE_FIELDS} from '../../iptables/save.ts'
import {withOpenPolicies, withoutNftTable} from '../../nft/edit.ts'
import type {DirectRule, Firewalld, Persistence} from '../../state/managers.ts'
import type {LinuxFirewallState} from '../../state/state.ts'
import {type AcceptRule, changeComment, ruleArguments, ruleText} from '../accept-rule.ts'
import {describeBlocker, type Obstacle, type Proposal, portOf} from '../engine-planner.ts'
import {acceptRules, describeAccept, riskOf} from '../iptables/planner.ts'
import {policyAccepts, policyOf} from './firewalld-policy.ts'

/**
 * Plans for what firewalld makes, in its own words: a rich rule in the policy that stops the packet, a direct rule
 * before a direct rule that does, or the end of panic mode. Each is done to what runs and, once proved, to what is
 * written down; never by a reload, which would throw away what others have set for the moment.
 */
export function firewalldProposals(obstacle: Obstacle): readonly Proposal[] | string {
  const {blocker, persistence} = obstacle
  const {firewalld} = persistence
  const blocks = `Blocked by ${describeBlocker(blocker)}, which firewalld manages`
  if (firewalld === null) return `${blocks}, ${whySilent(persistence)}`
  if (firewalld.panic && isPanic(obstacle)) return [endOfPanic(obstacle)]
  const policy = policyOf(blocker.chain, firewalld)
  if (policy) return policyAccepts(obstacle, policy)
  if (isDirect(obstacle, firewalld)) return directAccepts(obstacle, firewalld)
  return `${blocks}, which comes before all rules of its policies for outbound traffic; allow ${portOf(obstacle)} there by hand, then check again.`
}

function whySilent({firewalldSilence = 'firewalld does not answer'}: Persistence): string {
  return firewalldSilence.startsWith('`')
    ? `which is slow to answer (${firewalldSilence}); check again when this server is less busy.`
    : `and ${firewalldSilence}; start it or see \`firewall-cmd --state\`, then check again.`
}

/** The nft backend has a table of its own for panic mode; the iptables backend makes all policies DROP. */
const PANIC_TABLE = 'firewalld_policy_drop'

function isPanic({blocker}: Obstacle): boolean {
  return blocker.table === PANIC_TABLE || (blocker.engine !== 'nft' && blocker.rule === 'policy')
}

/**
 * `alreadyDone` is null, as `--query-panic` ends with 1 when there is none. After a reboot there is none in any case.
 */
function endOfPanic({state}: Obstacle): Proposal {
  return {
    state: withoutPanic(state),
    risk: 'disruptive',
    step: () => ({
      title: "Turn off firewalld's panic mode, which also re-enables all other traffic that its rules allow",
      do: ['firewall-cmd', '--panic-off'],
      undo: ['firewall-cmd', '--panic-on'],
      alreadyDone: null,
      persists: false,
    }),
    lasting: () => [],
  }
}

function withoutPanic(state: LinuxFirewallState): LinuxFirewallState {
  const open = (save: string | null) =>
    save === null ? null : save.replace(/^(:[A-Z]+) DROP /gm, '$1 ACCEPT ')
  return {
    ...withoutNftTable(withOpenPolicies(state, ['ip', 'ip6', 'bridge']), 'inet', PANIC_TABLE),
    iptablesLegacySave: open(state.iptablesLegacySave),
    ip6tablesLegacySave: open(state.ip6tablesLegacySave),
    iptablesNftSave: open(state.iptablesNftSave),
    ip6tablesNftSave: open(state.ip6tablesNftSave),
  }
}

const BASES = {out: ['OUTPUT', 'POSTROUTING'], in: ['INPUT', 'PREROUTING']}

/** Whether the rule stands where firewalld puts direct rules, and there are any. */
export function isDirect({blocker}: Obstacle, {directRules}: Firewalld): boolean {
  if (blocker.engine === 'nft') return false
  const family = blocker.family === 'ip6' ? 'ip6' : 'ip'
  const chain = blocker.chain.replace(/_direct$/, '')
  return directRules.some(
    rule => rule.family === family && rule.table === blocker.table && rule.chain === chain,
  )
}

/**
 * A direct rule before all other direct rules of the chain: firewalld puts them in the order of their priorities. An
 * accept in a policy would not help, which runs after them; nor would this one help against a policy.
 * Source: firewalld.direct(5); where they end up was measured with firewalld 1.3.3.
 */
function directAccepts(obstacle: Obstacle, {directRules}: Firewalld): readonly Proposal[] {
  const {blocker, stage, state} = obstacle
  if (!isIptables(blocker.engine)) return []
  const {table} = blocker
  const family = blocker.family === 'ip6' ? 'ip6' : 'ip'
  const bases = BASES[stage === 'out-syn' || stage === 'out-data' ? 'out' : 'in']
  const own = blocker.chain.replace(/_direct$/, '')
  const chain = bases.includes(own) ? own : String(bases[0])
  const field = SAVE_FIELDS[blocker.engine][family]
  const save = state[field]
  if (save === null) return []
  const beside = directRules.filter(
    rule => rule.family === family && rule.table === table && rule.chain === chain,
  )
  const priority = Math.min(0, ...beside.map(rule => rule.priority)) - 1
  // With its iptables backend, firewalld calls a chain of its own for them.
  const place = save.includes(`\n:${chain}_direct `) ? `${chain}_direct` : chain
  const risk = riskOf(obstacle)
  return acceptRules(obstacle).map(rule => {
    const step = (label: string, index: number, permanent: boolean) =>
      stepOf({family, table, chain, priority}, rule, changeComment(label, index), permanent)
    return {
      state: {...state, [field]: insertRule(save, table, place, 1, ruleText(rule, 'drs-onboard:'))},
      // Somebody sends these connections elsewhere, and stops them there.
      risk: rule.original ? 'disruptive' : risk,
      step: (label, index) => step(label, index, false),
      lasting: (label, index) => [step(label, index, true)],
    }
  })
}

function stepOf(
  {family, table, chain, priority}: DirectRule,
  rule: AcceptRule,
  comment: string,
  permanent: boolean,
): Step {
  const start = ['firewall-cmd', ...(permanent ? ['--permanent'] : []), '--direct'] as const
  const place = [family === 'ip6' ? 'ipv6' : 'ipv4', table, chain, String(priority)]
  const spec = [...place, ...ruleArguments(rule, comment)]
  return {
    title: permanent
      ? "Add the same rule to firewalld's permanent direct rules, for reloads and reboots"
      : `Accept ${describeAccept(rule)} with a firewalld direct rule before the others of ${chain} (table ${table}), at once and without a reload`,
    do: [...start, '--add-rule', ...spec],
    undo: [...start, '--remove-rule', ...spec],
    alreadyDone: [...start, '--query-rule', ...spec],
    ...(permanent ? {lasting: true} : {}),
    persists: permanent,
  }
}
