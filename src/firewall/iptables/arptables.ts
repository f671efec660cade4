import {type Queues, queueAction} from '../host/queues.ts'
import {parseInterval, parseIpv4} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import {ARP_HEADER, ARP_OPERATIONS, PRIORITY} from '../model/protocol.ts'
import type {Action, BaseChain, Chain, Hook, Rule, RuleSource} from '../model/rules.ts'
import {unknownBase} from '../model/rules.ts'
import {KeyIndex} from '../sets/key-index.ts'
import type {LinuxFirewallState} from '../state/state.ts'
import {ALWAYS, NEVER, UNDECIDED} from './context.ts'
import {parseNumber} from './numbers.ts'

export type Built = {readonly bases: readonly BaseChain[]; readonly chains: readonly Chain[]}

const HOOKS: Readonly<Record<string, Hook>> = {INPUT: 'input', OUTPUT: 'output'}

type Listed = {readonly name: string; readonly policy: string | null; readonly rules: readonly string[]}

/** Builds the chains of arptables-legacy from its listing, `arptables-legacy -n -L` (arptables 0.0.5). */
export function buildArptables(state: LinuxFirewallState, queues: Queues): Built {
  const {arptablesLegacyList: text, unreadable} = state
  const reason = unreadable.arptablesLegacyList
  if (reason !== undefined)
    return {bases: [unknownBase(sourceOf('OUTPUT', `arptables could not be read: ${reason}`))], chains: []}
  const listed = text ? readListing(text) : []
  const chains = new Map<string, Chain>(listed.map(({name}) => [name, {name, rules: []}]))
  for (const {name, rules} of listed) {
    const chain = chains.get(name)
    if (chain)
      chain.rules = rules.flatMap(
        (rule, index) => translate(rule, {...sourceOf(name, rule), rule: index + 1}, chains, queues) ?? [],
      )
  }
  const bases = listed.flatMap(({name, policy}): BaseChain[] => {
    const [hook, chain] = [HOOKS[name], chains.get(name)]
    if (!hook || !chain || (policy === 'ACCEPT' && chain.rules.length === 0)) return []
    const source: RuleSource = {...sourceOf(name, `-P ${name} ${policy}`), rule: 'policy'}
    const action: Action =
      policy === 'ACCEPT' ? {kind: 'accept'} : policy === 'DROP' ? {kind: 'drop'} : {kind: 'unknown'}
    return [{chain, hook, priority: PRIORITY.filter, nat: false, policy: {source, conditions: [], action}}]
  })
  return {bases, chains: [...chains.values()]}
}

function sourceOf(chain: string, text: string): Omit<RuleSource, 'rule'> {
  return {engine: 'arptables-legacy', family: 'arp', table: 'filter', chain, text}
}

/** A rule that asks nothing and does nothing is a line without words; so is what parts two chains. */
function readListing(text: string): Listed[] {
  const listed: {name: string; policy: string | null; rules: string[]}[] = []
  for (const line of text.split('\n')) {
    const [, name, policy = null] = /^Chain (\S+) \((?:policy (\S+?)|\d+ references?)[ )]/.exec(line) ?? []
    if (name !== undefined) {
      listed.at(-1)?.rules.pop()
      listed.push({name, policy, rules: []})
    } else listed.at(-1)?.rules.push(line.trim())
  }
  const last = listed.at(-1)
  while (last?.rules.at(-1) === '') last.rules.pop()
  return listed
}

/** The target comes first, then what the rule asks for, then options of the target. */
function translate(
  text: string,
  source: RuleSource,
  chains: ReadonlyMap<string, Chain>,
  queues: Queues,
): Rule | null {
  const conditions: Condition[] = []
  let target: string | null = null
  const words = text.split(/\s+/).filter(Boolean)
  while (words.length > 0) {
    const negated = words[0] === '!'
    if (negated) words.shift()
    const [option = '', value] = words.splice(0, 2)
    if (option === '-j' && value !== undefined) {
      target = value
      continue
    }
    const condition = value === undefined ? null : conditionOf(option, value, negated)
    if (condition === NEVER) return null
    if (condition === null) {
      if (target !== null && EXTENSIONS.has(target)) break
      return {source, conditions: [], action: UNKNOWN}
    }
    if (condition !== ALWAYS) conditions.push(condition)
  }
  return {source, conditions, action: actionOf(target, chains, queues)}
}

const UNKNOWN: Action = {kind: 'unknown'}

/** Targets with options of their own. */
const EXTENSIONS = new Set(['MARK', 'CLASSIFY', 'mangle'])

function actionOf(target: string | null, chains: ReadonlyMap<string, Chain>, queues: Queues): Action {
  const chain = chains.get(target ?? '')
  if (chain) return {kind: 'call', chain, goto: false}
  switch (target) {
    case null:
    case 'CONTINUE':
    case 'CLASSIFY':
      return {kind: 'continue'}
    case 'ACCEPT':
      return {kind: 'accept'}
    case 'DROP':
      return {kind: 'drop'}
    case 'RETURN':
      return {kind: 'return'}
    case 'QUEUE':
      return queueAction(queues, [{lo: 0, hi: 0}], false)
    case 'MARK':
      return {kind: 'forget-mark', of: 'packet'}
    default:
      return UNKNOWN
  }
}

/** What is compared under a mask, where it is the same for every ARP packet of IPv4 over Ethernet. */
const SAME: Readonly<Record<string, number>> = {
  '--h-length': ARP_HEADER.hlen,
  '--h-type': ARP_HEADER.htype,
  '--proto-type': ARP_HEADER.ptype,
}

/** Null for an option that is not known. */
function conditionOf(option: string, text: string, negated: boolean): Condition | null {
  switch (option) {
    case '-i':
    case '-o':
      return deviceCondition(option === '-i' ? 'in' : 'out', text, negated)
    case '-s':
    case '-d':
      return addressCondition(option === '-s' ? 'src' : 'dst', text, negated)
    case '--src-mac':
    case '--dst-mac':
      return UNDECIDED
    default:
      return headerCondition(option, text, negated)
  }
}

function deviceCondition(of: 'in' | 'out', text: string, negated: boolean): Condition {
  if (text === '*') return ALWAYS
  const prefix = text.endsWith('+')
  return {kind: 'interface', of, name: prefix ? text.slice(0, -1) : text, prefix, negated}
}

function addressCondition(field: 'src' | 'dst', text: string, negated: boolean): Condition {
  const within = parseInterval(text)
  if (within?.family === 4) return {kind: 'address', field, within, negated}
  const [value, mask] = text.split('/').map(parseIpv4)
  if (typeof value !== 'number' || typeof mask !== 'number') return UNDECIDED
  return {kind: 'masked-address', field, mask, value: value & mask, negated}
}

/** `2` or `2/3`, a value and a mask. */
function headerCondition(option: string, text: string, negated: boolean): Condition | null {
  const [value, mask = 0xffff] = text.split('/').map(number)
  const same = SAME[option]
  if (option !== '--opcode' && same === undefined) return null
  if (value === undefined || value === null || mask === null) return UNDECIDED
  if (same !== undefined) return ((same & mask) === value) !== negated ? ALWAYS : NEVER
  return {
    kind: 'lookup',
    key: [{source: {of: 'arp-operation'}, operations: [{kind: 'and', by: mask}]}],
    among: new KeyIndex([{key: [{lo: value, hi: value}], value: true, unsure: false}]),
    negated,
  }
}

/** Names are printed without `-n`. */
const NAMES: Readonly<Record<string, number>> = {
  Request: ARP_OPERATIONS.request,
  Reply: ARP_OPERATIONS.reply,
  Ethernet: ARP_HEADER.htype,
  IPv4: ARP_HEADER.ptype,
}

function number(text: string): number | null {
  return NAMES[text] ?? parseNumber(text)
}
