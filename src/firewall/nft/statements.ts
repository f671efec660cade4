import {ALWAYS, NEVER, UNDECIDED} from '../iptables/context.ts'
import type {KeyIndex} from '../lookup/key-index.ts'
import type {Action, Chain, Condition, Rule, RuleSource} from '../model.ts'
import {isObject, type JsonObject, tagged} from './document.ts'
import {markActions, readsConnection} from './marks.ts'
import {type MatchContext, matchCondition} from './matches.ts'
import {isOtherFamily, type NatKind, natAction} from './nat.ts'
import {type Reading, readKey} from './selectors.ts'
import {mapOf, type TableSets} from './tables.ts'
import {NUMBER, type ValueType} from './values.ts'

export type RuleContext = MatchContext & {
  readonly sets: TableSets
  /** Null when there is no such chain. */
  readonly chainOf: (name: string) => Chain | null
  readonly source: RuleSource
}

/** What one statement comes to: tests, then steps, and last of all at most one thing that ends the rule. */
type Step =
  | {readonly kind: 'tests'; readonly conditions: readonly Condition[]}
  | {readonly kind: 'acts'; readonly conditions: readonly Condition[]; readonly actions: readonly Action[]}
  | {readonly kind: 'ends'; readonly conditions: readonly Condition[]; readonly action: Action}
  | {readonly kind: 'chooses'; readonly key: unknown; readonly data: unknown; readonly actionOf: ActionOf}

type ActionOf = (value: unknown) => Action

const NOTHING: Step = {kind: 'tests', conditions: []}
const OPEN: Step = {kind: 'tests', conditions: [UNDECIDED]}
const MISSED: Step = {kind: 'tests', conditions: [NEVER]}
const UNKNOWN: Action = {kind: 'unknown'}
const CONTINUE: Action = {kind: 'continue'}

function ends(action: Action, ...conditions: readonly Condition[]): Step {
  return {kind: 'ends', action, conditions}
}

/** Translates the statements of a rule, in their order; null when no packet in question gets through its tests. */
export function translateRule(statements: readonly unknown[], context: RuleContext): Rule | null {
  return translateFrom(statements, 0, context)
}

function translateFrom(statements: readonly unknown[], from: number, context: RuleContext): Rule | null {
  const {source} = context
  const conditions: Condition[] = []
  const add = (found: readonly Condition[]) => {
    conditions.push(...found.filter(condition => condition !== ALWAYS))
    return !found.includes(NEVER)
  }
  for (let at = from; at < statements.length; at++) {
    const step = readStatement(statements[at], context)
    if (step.kind === 'chooses') {
      const rest = translateFrom(statements, at + 1, context)
      const choice = readChoice(step, rest ?? {source, conditions: [], action: CONTINUE}, context)
      return choice && {source, conditions, ...choice}
    }
    if (!add(step.conditions)) return null
    if (step.kind === 'ends') return {source, conditions, action: step.action}
    if (step.kind === 'acts') {
      const rest = translateFrom(statements, at + 1, context)
      return inSteps(step.actions, source, conditions, rest)
    }
  }
  return {source, conditions, action: CONTINUE}
}

function inSteps(
  [action = CONTINUE, ...more]: readonly Action[],
  source: RuleSource,
  conditions: readonly Condition[],
  rest: Rule | null,
): Rule {
  const next = more.length > 0 ? inSteps(more, source, [], rest) : rest
  return next ? {source, conditions, action, next} : {source, conditions, action}
}

/** A key that may be anything: the map may lead to whatever it holds. */
const UNKNOWN_KEY: readonly Reading[] = [{selector: {source: {of: 'unknown'}, operations: []}, type: NUMBER}]

/** Null when no packet in question has the key. */
function readChoice(
  {key, data, actionOf}: Step & {kind: 'chooses'},
  rest: Rule,
  context: RuleContext,
): {readonly action: Action} | null {
  const read = readKey(key, context)
  if (read === 'never') return null
  const readings = read ?? UNKNOWN_KEY
  const {source} = context
  const rules = new Map<string, Rule>()
  const ruleOf = (value: unknown): Rule => {
    const id = JSON.stringify(value)
    const known = rules.get(id)
    if (known) return known
    const action = actionOf(value)
    const goesOn = action.kind === 'continue' || action.kind === 'set-mark' || action.kind === 'forget-mark'
    const rule = {source, conditions: [], action, ...(goesOn && {next: rest})}
    rules.set(id, rule)
    return rule
  }
  const types = readings.map(({type}) => type)
  const map = readMap(data, types, ruleOf, context)
  if (!map) return {action: UNKNOWN}
  return {action: {kind: 'choose', key: readings.map(({selector}) => selector), from: map}}
}

function readMap(
  data: unknown,
  types: readonly ValueType[],
  ruleOf: (value: unknown) => Rule,
  {sets}: RuleContext,
): KeyIndex<Rule> | null {
  if (typeof data === 'string') return sets.map(data.replace(/^@/, ''), types, ruleOf)
  const [tag, body] = tagged(data) ?? []
  return tag === 'set' && Array.isArray(body) ? mapOf(body, types, ruleOf, false) : null
}

/** Statements after which the rule goes on, whatever the packet, and which change nothing that rules can test. */
const TRANSPARENT = new Set([
  'counter',
  'log',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'flow',
  'last',
  'comment',
])

/** Statements that let a packet on or not by how many there were before it. */
const COUNTING = new Set(['limit', 'quota', 'ct count', 'meter'])

function readStatement(statement: unknown, context: RuleContext): Step {
  if (typeof statement === 'string') return bareStatement(statement)
  const [tag, body] = tagged(statement) ?? []
  if (tag === undefined) return ends(UNKNOWN)
  if (TRANSPARENT.has(tag)) return hasMap(body) ? OPEN : NOTHING
  if (COUNTING.has(tag)) return OPEN
  switch (tag) {
    case 'match':
      return {kind: 'tests', conditions: [matchCondition(body, context)]}
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
      return verdictStep(statement, context)
    case 'vmap':
      return isObject(body)
        ? {
            kind: 'chooses',
            key: body.key,
            data: body.data,
            actionOf: value => verdict(value, context) ?? UNKNOWN,
          }
        : ends(UNKNOWN)
    case 'reject':
      return reject(body, context)
    case 'notrack':
      return {kind: 'acts', conditions: [], actions: [{kind: 'notrack'}]}
    case 'mangle':
      return isObject(body) ? mangle(body, context) : ends(UNKNOWN)
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return translate(tag, body, context)
    case 'set':
    case 'map':
      return isObject(body) ? changeSet(body, context) : ends(UNKNOWN)
    case 'queue':
      return ends(isObject(body) && [body.flags].flat().includes('bypass') ? {kind: 'accept'} : UNKNOWN)
    case 'dup':
      return NOTHING
    case 'xt':
      return extension(body)
    default:
      return ends(UNKNOWN)
  }
}

function bareStatement(name: string): Step {
  if (name === 'accept' || name === 'drop' || name === 'return') return ends({kind: name})
  if (name === 'notrack') return {kind: 'acts', conditions: [], actions: [{kind: 'notrack'}]}
  return name === 'continue' || name === 'counter' ? NOTHING : ends(UNKNOWN)
}

function hasMap(body: unknown): boolean {
  return isObject(body) && 'map' in body
}

function verdictStep(value: unknown, context: RuleContext): Step {
  const action = verdict(value, context) ?? UNKNOWN
  return action.kind === 'continue' ? NOTHING : ends(action)
}

function verdict(value: unknown, {chainOf}: RuleContext): Action | null {
  const [tag, body] = tagged(value) ?? []
  switch (tag) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      return {kind: tag}
    case 'jump':
    case 'goto': {
      const chain = isObject(body) ? chainOf(String(body.target)) : null
      return chain && {kind: 'call', chain, goto: tag === 'goto'}
    }
    default:
      return null
  }
}

/** Kinds of ICMP belong to one address family; what goes with TCP goes with all packets that are judged. */
function reject(body: unknown, {family}: RuleContext): Step {
  const type = isObject(body) ? body.type : undefined
  if ((type === 'icmp' && family === 6) || (type === 'icmpv6' && family === 4)) return MISSED
  return ends({kind: 'reject'})
}

const HARMLESS_FIELDS = new Set(['dscp', 'ecn', 'ttl', 'hoplimit', 'flowlabel', 'priority', 'checksum', 'id'])
const HARMLESS_META = new Set(['priority', 'nftrace', 'secmark', 'rtclassid'])

function mangle({key, value}: JsonObject, context: RuleContext): Step {
  const [tag, body] = tagged(key) ?? []
  if (!isObject(body)) return ends(UNKNOWN)
  switch (tag) {
    case 'meta':
      if (body.key === 'mark') return setMark('packet', value, context)
      return HARMLESS_META.has(String(body.key)) ? NOTHING : ends(UNKNOWN)
    case 'ct':
      if (body.key === 'mark') return setMark('connection', value, context)
      return body.key === 'zone'
        ? {kind: 'acts', conditions: [], actions: [{kind: 'disturb-tracking'}]}
        : NOTHING
    case 'payload':
      if (readKey(key, context) === 'never') return MISSED
      return HARMLESS_FIELDS.has(String(body.field)) ? NOTHING : ends(UNKNOWN)
    case 'tcp option':
    case 'ip option':
    case 'exthdr':
      return OPEN
    default:
      return ends(UNKNOWN)
  }
}

function setMark(of: 'packet' | 'connection', value: unknown, context: RuleContext): Step {
  const actions = markActions(of, value)
  const [tag, body] = tagged(value) ?? []
  if (!actions && tag === 'map' && isObject(body)) {
    const actionOf: ActionOf = mark => markActions(of, mark)?.[0] ?? {kind: 'forget-mark', of}
    return {kind: 'chooses', key: body.key, data: body.data, actionOf: mark => actionOf(mark)}
  }
  if (!actions) return {kind: 'acts', conditions: [UNDECIDED], actions: [{kind: 'forget-mark', of}]}
  return {kind: 'acts', conditions: readsConnection(value) ? [hasConnection(context)] : [], actions}
}

/** Without a connection there is no mark to read, and the rule ends. */
function hasConnection(context: RuleContext): Condition {
  const left = {ct: {key: 'l3proto'}}
  return matchCondition({op: '==', left, right: context.family === 4 ? 'ipv4' : 'ipv6'}, context)
}

function translate(kind: NatKind, body: unknown, {family}: RuleContext): Step {
  const given = isObject(body) ? body : {}
  if (isOtherFamily(given, family)) return MISSED
  const [tag, map] = tagged(given.addr) ?? []
  if (tag === 'map' && isObject(map)) {
    const actionOf: ActionOf = value => natAction(kind, {...given, ...mapped(value)}, family) ?? UNKNOWN
    return {kind: 'chooses', key: map.key, data: map.data, actionOf}
  }
  return ends(natAction(kind, given, family) ?? UNKNOWN)
}

/** A map gives an address, or an address and a port. */
function mapped(value: unknown): JsonObject {
  const [tag, body] = tagged(value) ?? []
  if (tag !== 'concat') return {addr: value}
  return Array.isArray(body) && body.length === 2 ? {addr: body[0], port: body[1]} : {addr: null}
}

/** Adding to a set that is full, or by a rate, ends the rule; so does a key that the packet does not have. */
function changeSet({elem, set, map, stmt}: JsonObject, context: RuleContext): Step {
  const [tag, body] = tagged(elem) ?? []
  const key = readKey(tag === 'elem' && isObject(body) ? body.val : elem, context)
  if (key === 'never') return MISSED
  const target = context.sets.get(String(set ?? map).replace(/^@/, ''))
  const counts = Array.isArray(stmt) && !stmt.every(one => isObject(one) && 'counter' in one)
  const roomy = target && target.elements.length < (target.size ?? Number.POSITIVE_INFINITY)
  return key && roomy && !counts ? NOTHING : OPEN
}

/** An extension of iptables, whose parameters nft does not show. */
function extension(body: unknown): Step {
  const {type, name} = isObject(body) ? body : {type: null, name: null}
  if (type === 'match') return name === 'comment' ? NOTHING : OPEN
  if (type !== 'target') return ends(UNKNOWN)
  if (name === 'LOG' || name === 'NFLOG' || name === 'TRACE') return NOTHING
  return name === 'REJECT' ? ends({kind: 'reject'}) : ends(UNKNOWN)
}
