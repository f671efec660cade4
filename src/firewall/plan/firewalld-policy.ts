import type {Remedy, Step} from '../../contract/remedy.ts'
import {EVERYTHING, formatInterval, parseInterval} from '../address.ts'
import {insertRule} from '../iptables/edit.ts'
import type {Firewalld, FirewalldPolicy} from '../keeper.ts'
import {insertNftRule} from '../nft/edit.ts'
import {readNftables} from '../nft/read.ts'
import type {LinuxFirewallState} from '../state.ts'
import {type AcceptRule, ruleText} from './accept-rule.ts'
import type {Obstacle, Proposal} from './engine-planner.ts'
import {describeAccept, riskOf, SAVE_FIELDS} from './iptables-accepts.ts'
import {nftForbidsOnPurpose} from './nft-risk.ts'
import {nftRule} from './nft-rule.ts'

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
  return ranks.map(rank => {
    const rule = richRule(accept, rank.priority)
    const step = (permanent: boolean) => stepOf(policy.name, rule, describeAccept(accept), permanent)
    return {
      state: withRule(obstacle, policy.name, accept, rank),
      risk,
      step: () => step(false),
      lasting: () =>
        policy.permanent
          ? [step(true)]
          : `firewalld has the policy ${policy.name} in effect, but not written down, so that it ends with the next reload, and the rule with it.`,
    }
  })
}

function riskHere(obstacle: Obstacle): Remedy['risk'] {
  const {blocker, state, need} = obstacle
  if (blocker.engine !== 'nft') return riskOf(obstacle)
  const document = readNftables(state)
  if (typeof document === 'string' || typeof blocker.rule !== 'number') return 'additive'
  const table = document.tables.find(({family, name}) => family === blocker.family && name === blocker.table)
  const rule = table?.chains.find(({name}) => name === blocker.chain)?.rules[blocker.rule - 1]
  return nftForbidsOnPurpose(rule?.statements ?? [], 'out', need.to) ? 'disruptive' : 'additive'
}

function acceptOf({need, discovery}: Obstacle): AcceptRule {
  const accept = {way: 'out', port: need.port, peer: addressOf(need.destination), state: 'any'} as const
  return discovery ? {...accept, peer: null, icmpv6Type: discovery.icmpv6Type} : accept
}

/** firewalld's names for the messages of neighbour discovery. */
const ICMP_TYPES = {135: 'neighbour-solicitation', 136: 'neighbour-advertisement'} as const

/** Without a destination, a port is for both address families. */
function richRule({port, peer, icmpv6Type}: AcceptRule, priority: number): string {
  const rank = priority === 0 ? 'rule' : `rule priority=${priority}`
  if (icmpv6Type !== undefined) return `${rank} family=ipv6 icmp-type name=${ICMP_TYPES[icmpv6Type]} accept`
  const family = peer?.includes(':') ? 'ipv6' : 'ipv4'
  const destination = peer === null ? '' : ` family=${family} destination address=${peer}`
  return `${rank}${destination} port port=${port} protocol=tcp accept`
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
  const {peer, icmpv6Type} = rule
  const base = PREFIXES.map(prefix => `${prefix}${policy}`).find(name =>
    PARTS.some(end => blocker.chain === `${name}${end}`),
  )
  const chain = `${base ?? ''}${part}`
  if (blocker.engine === 'nft') {
    const place = {family: blocker.family, table: blocker.table, chain, number: first ? 1 : 'end'} as const
    return insertNftRule(state, place, nftRule({...rule, ownOnly: false}))
  }
  if (blocker.engine === 'windows') return state
  const fields = SAVE_FIELDS[blocker.engine]
  const v6 = icmpv6Type !== undefined || peer?.includes(':') === true
  const both = icmpv6Type === undefined && peer === null
  const families = both ? (['ip', 'ip6'] as const) : ([v6 ? 'ip6' : 'ip'] as const)
  const changed: Record<string, string> = {}
  for (const family of families) {
    const save = state[fields[family]]
    const number = first ? 1 : Number.MAX_SAFE_INTEGER
    if (save?.includes(`\n:${chain} `))
      changed[fields[family]] = insertRule(save, 'filter', chain, number, ruleText(rule, ''))
  }
  return {...state, ...changed}
}

/** Rich rules have no comment: what tells the rule is all that it says. */
function stepOf(policy: string, rule: string, what: string, permanent: boolean): Step {
  const start = ['firewall-cmd', ...(permanent ? ['--permanent'] : []), '--policy', policy] as const
  return {
    title: permanent
      ? `Write the same rule down in firewalld's policy ${policy}, for reloads and reboots`
      : `Accept ${what} by a rich rule in firewalld's policy ${policy}, at once and without a reload`,
    do: [...start, `--add-rich-rule=${rule}`],
    undo: [...start, `--remove-rich-rule=${rule}`],
    alreadyDone: [...start, `--query-rich-rule=${rule}`],
    ...(permanent ? {lasting: true} : {}),
    persists: permanent,
  }
}
