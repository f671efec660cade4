import {UNDECIDED} from '../iptables/context.ts'
import type {Family} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import {UNPRIVILEGED_PORTS} from '../model/protocol.ts'
import type {Action, Rewritten, Translation} from '../model/rules.ts'
import {isObject, type JsonObject, tagged} from './document.ts'
import {matchCondition} from './matches.ts'
import {readKey} from './selectors.ts'
import {type ActionOf, type Effect, ends, MISSED, NOTHING, OPEN, type RuleContext, UNKNOWN} from './steps.ts'
import {addressOf, NUMBER, numberOf, PORT, readInterval} from './values.ts'

const HARMLESS_FIELDS = new Set(['dscp', 'ecn', 'flowlabel', 'priority', 'checksum', 'id'])
const HARMLESS_META = new Set(['priority', 'nftrace', 'secmark', 'rtclassid'])

/** Changes a packet, its mark or its connection. */
export function mangle({key, value}: JsonObject, context: RuleContext): Effect {
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
function rewriteOption({name}: JsonObject): Effect {
  return rewrite(name === 'maxseg' ? 'max-segment' : 'tcp-options', UNDECIDED)
}

/** `reset tcp option`: it is taken out; where there is none, the rule goes on. */
export function stripOption(): Effect {
  return rewrite('tcp-options')
}

function rewrite(field: Rewritten, ...conditions: readonly Condition[]): Effect {
  return {kind: 'acts', conditions, actions: [{kind: 'rewrite', field}]}
}

function setMark(of: 'packet' | 'connection', value: unknown, context: RuleContext): Effect {
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

export function translate(kind: NatKind, body: unknown, {family}: RuleContext): Effect {
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
export function changeSet({elem, set, map, stmt}: JsonObject, context: RuleContext): Effect {
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

type MarkOf = 'packet' | 'connection'

/** A mark's bits kept, then inverted: `(mark & keep) ^ invert`. */
type Formula = {readonly of: MarkOf; readonly keep: number; readonly invert: number}

/** What `meta mark set …` or `ct mark set …` does, in steps; null when the value is not a matter of marks alone. */
function markActions(of: MarkOf, value: unknown): readonly Action[] | null {
  const constant = numberOf(value, NUMBER)
  if (constant !== null) return [{kind: 'set-mark', of, value: constant, mask: 0xffffffff}]
  const formula = readFormula(value)
  if (!formula) return null
  const {keep, invert} = formula
  if (formula.of === of) return [{kind: 'set-mark', of, value: invert, mask: ~keep >>> 0}]
  const [packetMask, connectionMask] = of === 'packet' ? [0xffffffff, keep] : [keep, 0xffffffff]
  const copy: Action = {kind: 'copy-mark', to: of, packetMask, connectionMask}
  return invert === 0 ? [copy] : [copy, {kind: 'set-mark', of, value: invert, mask: 0}]
}

/** Whether a value is read from the connection, so that there has to be one. */
function readsConnection(value: unknown): boolean {
  return readFormula(value)?.of === 'connection'
}

function readFormula(value: unknown): Formula | null {
  const [tag, body] = tagged(value) ?? []
  if (tag === 'meta' || tag === 'ct') {
    if (!isObject(body) || body.key !== 'mark') return null
    return {of: tag === 'meta' ? 'packet' : 'connection', keep: 0xffffffff, invert: 0}
  }
  if (!Array.isArray(body) || body.length !== 2) return null
  const inner = readFormula(body[0])
  const by = numberOf(body[1], NUMBER)
  if (!inner || by === null) return null
  const {of, keep, invert} = inner
  switch (tag) {
    case '&':
      return {of, keep: (keep & by) >>> 0, invert: (invert & by) >>> 0}
    case '|':
      return {of, keep: (keep & ~by) >>> 0, invert: (invert | by) >>> 0}
    case '^':
      return {of, keep, invert: (invert ^ by) >>> 0}
    default:
      return null
  }
}

type NatKind = 'dnat' | 'snat' | 'masquerade' | 'redirect'

/** What a translation does whose address and port are given in the rule; null when they are not understood. */
function natAction(kind: NatKind, {addr, port, flags}: JsonObject, family: Family): Action | null {
  const address = addr === undefined ? null : readInterval(addr, addressOf(family))
  const ports = port === undefined ? null : readInterval(port, PORT)
  if ((addr !== undefined && !address) || (port !== undefined && !ports)) return null
  const random = [flags].flat().some(flag => flag === 'random' || flag === 'fully-random')
  const to = {address, ports, random} as Translation
  switch (kind) {
    case 'dnat':
      return {kind: 'destination-nat', to, toThisHost: false}
    case 'redirect':
      return {kind: 'destination-nat', to, toThisHost: true}
    default:
      return {kind: 'source-nat', to: randomised(to), masquerade: kind === 'masquerade'}
  }
}

/** At random, a source port is chosen even where none is asked for. */
function randomised(to: Translation): Translation {
  return to.random ? {...to, ports: to.ports ?? UNPRIVILEGED_PORTS} : to
}

/** Whether a translation concerns another address family than the packets that are judged. */
function isOtherFamily({family: named}: JsonObject, family: Family): boolean {
  return (named === 'ip' && family === 6) || (named === 'ip6' && family === 4)
}
