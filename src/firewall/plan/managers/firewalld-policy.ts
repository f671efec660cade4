import {isIptables} from '../../../contract/engines.ts'
import type {Remedy, Step} from '../../../contract/remedy.ts'
import {insertRule} from '../../iptables/edit.ts'
import {SAVE_FIELDS} from '../../iptables/save.ts'
import {EVERYTHING, formatInterval, parseInterval} from '../../model/address.ts'
import {insertNftRule} from '../../nft/edit.ts'
import {parsedFirewall} from '../../parsed.ts'
import type {Firewalld, FirewalldPolicy} from '../../state/managers.ts'
import type {LinuxFirewallState} from '../../state/state.ts'
import {type AcceptRule, ruleText} from '../accept-rule.ts'
import type {Obstacle, Proposal} from '../engine-planner.ts'
import {describeAccept, riskOf} from '../iptables/planner.ts'
import {nftForbidsOnPurpose} from '../nft/risk.ts'
import {nftRule} from '../nft/rule.ts'

/** A policy's chains are named after it: those of the nft backend, then those of the iptables backend. */
const PREFIXES = ['filter_OUT_policy_', 'filter_OUT_', 'OUT_']
const PARTS = ['', '_pre', '_log', '_deny', '_allow', '_post']

/** The least priority that firewalld knows (firewalld.richlanguage(5)). */
const LEAST = -32768

/** The policy for what this host sends that makes the chain; null for any other chain. */
export function policyOf(chain: string, {policies}: Firewalld): FirewalldPolicy | null {
  const names = (name: string) => PREFIXES.flatMap(prefix => PARTS.map(part => `${prefix}${name}${part}`))
  return policies.find(({name}) => names(name).includes(chain)) ?? null
}

/** Where a rich rule of this priority stands among the policy's rules. */
type Rank = {readonly priority: number; readonly part: '_allow' | '_pre'; readonly first: boolean}

/**
 * Rich rules in the policy, the one that overrules least first. firewalld orders them by priority: those below 0 before
 * all else, then at 0 what denies before what accepts, then the policy's target.
 * Source: firewalld.richlanguage(5); where they end up was measured with firewalld 1.3.3.
 */
export function policyAccepts(obstacle: Obstacle, policy: FirewalldPolicy): readonly Proposal[] {
  const before = Math.min(0, ...policy.priorities) - 1
  const ranks: readonly Rank[] = [
    {priority: 0, part: '_allow', first: false},
    ...(before < -1 ? [{priority: -1, part: '_pre', first: false} as const] : []),
    ...(before >= LEAST ? [{priority: before, part: '_pre', first: true} as const] : []),
  ]
  const risk = riskHere(obstacle)
  const accept = acceptOf(obstacle)
  const family = familyOf(obstacle, accept)
  return ranks.map(rank => {
    const rule = richRule(accept, family, rank.priority)
    const step = (permanent: boolean) => stepOf(policy.name, rule, describeAccept(accept), permanent)
    return {
      state: withRule(obstacle, policy.name, accept, rank),
      risk,
      step: () => step(false),
      lasting: () =>
        policy.permanent
          ? [step(true)]
          : `firewalld has the policy ${policy.name} in effect, but not permanent: the next reload removes it, and the rule with it.`,
    }
  })
}

function riskHere(obstacle: Obstacle): Remedy['risk'] {
  const {blocker, state, need} = obstacle
  if (blocker.engine !== 'nft') return riskOf(obstacle)
  const document = parsedFirewall(state).nftables()
  if (typeof document === 'string' || typeof blocker.rule !== 'number') return 'additive'
  const table = document.tables.find(({family, name}) => family === blocker.family && name === blocker.table)
  const rule = table?.chains.find(({name}) => name === blocker.chain)?.rules[blocker.rule - 1]
  return nftForbidsOnPurpose(rule?.statements ?? [], 'out', need.to) ? 'disruptive' : 'additive'
}

function acceptOf({protocol, need, discovery}: Obstacle): AcceptRule {
  const accept = {
    protocol,
    way: 'out',
    port: need.port,
    peer: addressOf(need.destination),
    state: 'any',
  } as const
  return discovery ? {...accept, peer: null, icmpv6Type: discovery.icmpv6Type} : accept
}

/** firewalld's names for the messages of neighbour discovery. */
const ICMP_TYPES = {135: 'neighbour-solicitation', 136: 'neighbour-advertisement'} as const

/**
 * The address family that the rule is limited to; null for both. Where iptables has a blocker for each, each gets a
 * repair of its own, which must not do the other's work.
 */
function familyOf({blocker}: Obstacle, {peer, icmpv6Type}: AcceptRule): 'ip' | 'ip6' | null {
  if (icmpv6Type !== undefined) return 'ip6'
  if (blocker.engine !== 'nft') return blocker.family === 'ip6' ? 'ip6' : 'ip'
  if (peer === null) return null
  return peer.includes(':') ? 'ip6' : 'ip'
}

function richRule(
  {protocol, port, peer, icmpv6Type}: AcceptRule,
  family: 'ip' | 'ip6' | null,
  priority: number,
): string {
  return [
    'rule',
    ...(priority === 0 ? [] : [`priority=${priority}`]),
    ...(family === null ? [] : [`family=${family === 'ip6' ? 'ipv6' : 'ipv4'}`]),
    ...(peer === null ? [] : [`destination address=${peer}`]),
    icmpv6Type === undefined
      ? `port port=${port} protocol=${protocol}`
      : `icmp-type name=${ICMP_TYPES[icmpv6Type]}`,
    'accept',
  ].join(' ')
}

function addressOf(destination: string | null): string | null {
  const interval = destination === null ? null : parseInterval(destination)
  if (interval === null) return null
  const {family, lo, hi} = interval
  const {lo: least, hi: most} = EVERYTHING[family]
  return lo === least && hi === most ? null : formatInterval(family, interval)
}

/** The state as firewalld leaves it. */
function withRule(
  {state, blocker}: Obstacle,
  policy: string,
  rule: AcceptRule,
  {part, first}: Rank,
): LinuxFirewallState {
  const base = PREFIXES.map(prefix => `${prefix}${policy}`).find(name =>
    PARTS.some(end => blocker.chain === `${name}${end}`),
  )
  const chain = `${base ?? ''}${part}`
  if (blocker.engine === 'nft') {
    const place = {family: blocker.family, table: blocker.table, chain, number: first ? 1 : 'end'} as const
    return insertNftRule(state, place, nftRule({...rule, ownOnly: false}))
  }
  if (!isIptables(blocker.engine)) return state
  const fields = SAVE_FIELDS[blocker.engine]
  const field = fields[blocker.family === 'ip6' ? 'ip6' : 'ip']
  const save = state[field]
  if (!save?.includes(`\n:${chain} `)) return state
  const number = first ? 1 : Number.MAX_SAFE_INTEGER
  return {...state, [field]: insertRule(save, 'filter', chain, number, ruleText(rule, null))}
}

/** Rich rules have no comment: what tells the rule is all that it says. */
function stepOf(policy: string, rule: string, what: string, permanent: boolean): Step {
  const start = ['firewall-cmd', ...(permanent ? ['--permanent'] : []), '--policy', policy] as const
  return {
    title: permanent
      ? `Add the same rule to firewalld's permanent policy ${policy}, for reloads and reboots`
      : `Accept ${what} with a rich rule in firewalld's policy ${policy}, at once and without a reload`,
    do: [...start, `--add-rich-rule=${rule}`],
    undo: [...start, `--remove-rich-rule=${rule}`],
    alreadyDone: [...start, `--query-rich-rule=${rule}`],
    ...(permanent ? {lasting: true} : {}),
    persists: permanent,
  }
}
