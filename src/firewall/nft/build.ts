import type {Queues} from '../host/queues.ts'
import type {Traits} from '../host/traits.ts'
import {interfacesOver, possibleBridges} from '../host/traits.ts'
import {UNDECIDED} from '../iptables/context.ts'
import type {Family} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {Protocol} from '../model/protocol.ts'
import {PRIORITY} from '../model/protocol.ts'
import type {BaseChain, Chain, Hook, Rule, RuleSource} from '../model/rules.ts'
import {unknownBase, unknownRule} from '../model/rules.ts'
import {type KeyEntry, KeyIndex} from '../sets/key-index.ts'
import type {NftChain, NftHook, NftTable} from './document.ts'
import {translateRule} from './rule.ts'
import {indexOf, TableSets} from './tables.ts'
import {readName} from './values.ts'

export type Built = {readonly bases: readonly BaseChain[]; readonly chains: readonly Chain[]}

export type TableContext = {
  readonly family: Family
  readonly protocol: Protocol
  readonly queues: Queues
  readonly traits: Traits
  readonly engine: RuleSource['engine']
  /** How many chains were made before those of this table. */
  readonly madeBefore: number
  /** Base chains that are judged from elsewhere. */
  readonly leaveOut: (chain: NftChain) => boolean
}

/** Where the chains of each family see a connection of this host; frames on a bridge are next to the devices. */
const HOOKS: Readonly<Record<string, Readonly<Record<string, Hook>>>> = {
  ip: {prerouting: 'prerouting', input: 'input', output: 'output', postrouting: 'postrouting'},
  netdev: {ingress: 'ingress', egress: 'egress'},
  arp: {input: 'input', output: 'output'},
  bridge: {prerouting: 'ingress', input: 'ingress', output: 'egress', postrouting: 'egress'},
}

const NAT_PRIORITY: Readonly<Partial<Record<Hook, number>>> = {
  prerouting: PRIORITY.destinationNat,
  output: PRIORITY.destinationNat,
  input: PRIORITY.sourceNat,
  postrouting: PRIORITY.sourceNat,
}

function hookOf(table: NftTable, {name}: NftHook): Hook | null {
  const {ip = {}, netdev = {}} = HOOKS
  if (table.family === 'inet') return ip[name] ?? netdev[name] ?? null
  const hooks = table.family === 'ip6' ? ip : HOOKS[table.family]
  return hooks?.[name] ?? null
}

/**
 * Whether packets of the family and protocol come by in any chain of the table. Chains of `inet` see packets of IP only,
 * at a device as well (`nft_do_chain_inet_ingress` in net/netfilter/nft_chain_filter.c).
 */
export function concerns(table: NftTable, family: Family, protocol: Protocol): boolean {
  if (table.dormant) return false
  if (protocol === 'arp') return ['arp', 'netdev', 'bridge'].includes(table.family)
  if (table.family === 'ip' || table.family === 'ip6') return (table.family === 'ip') === (family === 4)
  return ['inet', 'netdev', 'bridge'].includes(table.family)
}

/** Builds the base chains of one table, for the packets of one address family. */
export function buildTable(
  table: NftTable,
  {family, protocol, queues, traits, engine, madeBefore, leaveOut}: TableContext,
): Built {
  const sets = new TableSets(table)
  const chains = new Map<string, Chain>(table.chains.map(({name}) => [name, {name, rules: []}]))
  const chainOf = (name: string) => chains.get(name) ?? null
  for (const {name, rules} of table.chains) {
    const chain = chains.get(name)
    if (!chain) continue
    chain.rules = rules.flatMap(({statements, text}, index) => {
      const source = sourceOf(table, engine, name, index + 1, text)
      if (!statements || statements.length > MOST_EXPRESSIONS) return [unknownRule(source)]
      const rule = unlessTooDeep(source, () =>
        translateRule(statements, {
          family,
          protocol,
          traits,
          tableFamily: table.family,
          sets,
          chainOf,
          source,
          queues,
          namedSet: (set, types) => sets.keys(set, types),
          changing: set => sets.changing(set),
          anonymousSet: (elements, types) =>
            indexOf(
              elements.map(key => ({key, value: true})),
              types,
              false,
            ),
        }),
      )
      return rule ?? []
    })
  }
  const bases = table.chains.flatMap((chain, index) =>
    leaveOut(chain)
      ? []
      : baseOf(table, chain, chainOf(chain.name), {engine, traits, made: madeBefore + index + 1}),
  )
  return {bases, chains: [...chains.values(), ...bases.map(({chain}) => chain)]}
}

/** The kernel refuses a rule of more (NFT_RULE_MAXEXPRS). */
const MOST_EXPRESSIONS = 128

/** A file may hold expressions nested more deeply than any stack is; neither nft nor the kernel takes such. */
function unlessTooDeep(source: RuleSource, translate: () => Rule | null): Rule | null {
  try {
    return translate()
  } catch (error) {
    if (error instanceof RangeError) return unknownRule(source)
    throw error
  }
}

function sourceOf(
  {family, name}: NftTable,
  engine: RuleSource['engine'],
  chain: string,
  rule: number | string,
  text: string,
): RuleSource {
  return {engine, family, table: name, chain, rule, text}
}

function baseOf(
  table: NftTable,
  {name, hook, rules}: NftChain,
  chain: Chain | null,
  {engine, traits, made}: Pick<TableContext, 'engine' | 'traits'> & {readonly made: number},
): BaseChain[] {
  const at = hook && hookOf(table, hook)
  if (!hook || !at || !chain) return []
  if (rules.length === 0 && hook.policy === 'accept') return []
  const source = sourceOf(table, engine, name, 'policy', hook.text)
  if (hook.priority === null) return [unknownBase(source)]
  const policy: Rule = {source, conditions: [], action: policyAction(hook.policy)}
  const nat = hook.type === 'nat'
  const reroutes = hook.type === 'route' && at === 'output'
  const place = {hook: at, nat, reroutes, made, priority: hook.priority}
  const placed = nat
    ? {...place, natPriority: hook.priority, priority: NAT_PRIORITY[at] ?? hook.priority}
    : place
  const passes: Rule = {source, conditions: [], action: {kind: 'accept'}}
  if (at === 'ingress' || at === 'egress')
    return [
      {...place, chain: within(deviceCondition(table, hook, at, traits), chain, policy), policy: passes},
    ]
  if (table.dormant === null) return [{...placed, chain: within(UNDECIDED, chain, policy), policy: passes}]
  return [{...placed, chain, policy}]
}

function policyAction(policy: string): Rule['action'] {
  return policy === 'accept' || policy === 'drop' ? {kind: policy} : {kind: 'unknown'}
}

/** A chain that only some packets go through. */
function within(condition: Condition, chain: Chain, policy: Rule): Chain {
  const call: Rule = {
    source: policy.source,
    conditions: [condition],
    action: {kind: 'call', chain, goto: false},
  }
  return {name: chain.name, rules: [call, {...policy, conditions: [condition]}]}
}

/**
 * Whether the packet goes through a device of the chain. One that goes through an interface over it does as well, in a
 * form that is not known (a tag of a VLAN). Which frames of a bridge are this host's own is not known, but without a bridge
 * there are none.
 */
function deviceCondition(
  {family, dormant}: NftTable,
  {devices}: NftHook,
  hook: 'ingress' | 'egress',
  {links}: Traits,
): Condition {
  if (dormant === null) return UNDECIDED
  const perhaps = (name: string) => ({key: [{lo: name, hi: name}], value: true, unsure: true})
  const oneOf = (entries: readonly KeyEntry<boolean>[]): Condition => ({
    kind: 'lookup',
    key: [{source: {of: 'interface', side: hook === 'ingress' ? 'in' : 'out'}, operations: []}],
    among: new KeyIndex(entries),
    negated: false,
  })
  if (family === 'bridge') return links ? oneOf([...possibleBridges(links)].map(perhaps)) : UNDECIDED
  if (!devices) return UNDECIDED
  const among = devices.map(readName)
  const isNamed = (name: string) => among.some(({lo, hi}) => lo <= name && name <= hi)
  const below = (links ?? []).filter(({name}) => isNamed(name))
  const over = links ? below.flatMap(({name}) => [...interfacesOver(links, name)]) : []
  return oneOf([
    ...among.map(key => ({key: [key], value: true, unsure: false})),
    ...over.filter(name => !isNamed(name)).map(perhaps),
  ])
}
