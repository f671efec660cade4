import type {Condition} from '../condition.ts'
import {UNDECIDED} from '../iptables/context.ts'
import type {Action, Rewritten} from '../model.ts'
import {isObject, type JsonObject, tagged} from './document.ts'
import {markActions, readsConnection} from './marks.ts'
import {matchCondition} from './matches.ts'
import {isOtherFamily, type NatKind, natAction} from './nat.ts'
import {readKey} from './selectors.ts'
import {type ActionOf, ends, MISSED, NOTHING, OPEN, type RuleContext, type Step, UNKNOWN} from './steps.ts'

const HARMLESS_FIELDS = new Set(['dscp', 'ecn', 'flowlabel', 'priority', 'checksum', 'id'])
const HARMLESS_META = new Set(['priority', 'nftrace', 'secmark', 'rtclassid'])

/** Changes a packet, its mark or its connection. */
export function mangle({key, value}: JsonObject, context: RuleContext): Step {
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
      // The other end takes no neighbour discovery with another hop limit than the one it was sent with.
      if (context.protocol === 'icmpv6' && body.field === 'hoplimit') return ends(UNKNOWN)
      if (body.field === 'ttl' || body.field === 'hoplimit') return rewrite('hop-limit')
      return HARMLESS_FIELDS.has(String(body.field)) ? NOTHING : ends(UNKNOWN)
    case 'tcp option':
      return rewriteOption(body)
    case 'ip option':
    case 'exthdr':
      return OPEN
    default:
      return ends(UNKNOWN)
  }
}

/** An option that the packet does not have ends the rule. */
function rewriteOption({name}: JsonObject): Step {
  return rewrite(name === 'maxseg' ? 'max-segment' : 'tcp-options', UNDECIDED)
}

/** `reset tcp option`: it is taken out; where there is none, the rule goes on. */
export function stripOption(): Step {
  return rewrite('tcp-options')
}

function rewrite(field: Rewritten, ...conditions: readonly Condition[]): Step {
  return {kind: 'acts', conditions, actions: [{kind: 'rewrite', field}]}
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

export function translate(kind: NatKind, body: unknown, {family}: RuleContext): Step {
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
export function changeSet({elem, set, map, stmt}: JsonObject, context: RuleContext): Step {
  const [tag, body] = tagged(elem) ?? []
  const key = readKey(tag === 'elem' && isObject(body) ? body.val : elem, context)
  if (key === 'never') return MISSED
  const name = String(set ?? map).replace(/^@/, '')
  const target = context.sets.get(name)
  const counts = Array.isArray(stmt) && !stmt.every(one => isObject(one) && 'counter' in one)
  const roomy = target && target.elements.length < (target.size ?? Number.POSITIVE_INFINITY)
  const change: Action = {kind: 'change-set', set: context.sets.id(name)}
  return {kind: 'acts', conditions: key && roomy && !counts ? [] : [UNDECIDED], actions: [change]}
}
