import {isIptables} from '../../contract/engines.ts'
import type {Step} from '../../contract/remedy.ts'
import {insertRule} from '../iptables/edit.ts'
import {SAVE_FIELDS} from '../iptables/save-fields.ts'
import type {DirectRule, Firewalld} from '../keeper.ts'
import {type AcceptRule, changeComment, ruleArguments, ruleText} from './accept-rule.ts'
import type {Obstacle, Proposal} from './engine-planner.ts'
import {acceptRules, describeAccept, riskOf} from './iptables-accepts.ts'

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
export function directAccepts(obstacle: Obstacle, {directRules}: Firewalld): readonly Proposal[] {
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
