import {queueAction} from '../host/queues.ts'
import {UNDECIDED} from '../iptables/context.ts'
import type {PortRange} from '../model/protocol.ts'
import type {Action} from '../model/rules.ts'
import {changeSet, mangle, stripOption, translate} from './changes.ts'
import {isObject, tagged} from './document.ts'
import {matchCondition} from './matches.ts'
import {type Effect, ends, MISSED, NOTHING, OPEN, type RuleContext, UNKNOWN} from './steps.ts'
import {NUMBER, readInterval} from './values.ts'

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
const COUNTING = new Set(['limit', 'quota', 'ct count'])

/** Translates one statement of a rule. */
export function readStatement(statement: unknown, context: RuleContext): Effect {
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
    case 'meter':
      return isObject(body)
        ? changeSet({elem: body.key, set: body.name, stmt: [{limit: null}]}, context)
        : OPEN
    case 'queue':
      return queue(body, context)
    case 'reset': {
      const [header, option] = tagged(body) ?? []
      return header === 'tcp option' && isObject(option) ? stripOption() : ends(UNKNOWN)
    }
    case 'dup':
      return NOTHING
    case 'xt':
      return extension(body)
    default:
      return ends(UNKNOWN)
  }
}

function bareStatement(name: string): Effect {
  if (name === 'accept' || name === 'drop' || name === 'return') return ends({kind: name})
  if (name === 'notrack') return {kind: 'acts', conditions: [], actions: [{kind: 'notrack'}]}
  return name === 'continue' || name === 'counter' ? NOTHING : ends(UNKNOWN)
}

function hasMap(body: unknown): boolean {
  return isObject(body) && 'map' in body
}

function verdictStep(value: unknown, context: RuleContext): Effect {
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

/** Kinds of ICMP belong to one address family, resets to TCP. */
function reject(body: unknown, {family, protocol}: RuleContext): Effect {
  const type = isObject(body) ? body.type : undefined
  // Of other protocols than IP it is a drop (net/bridge/netfilter/nft_reject_bridge.c).
  if (protocol === 'arp') return ends({kind: 'drop'})
  if ((type === 'icmp' && family === 6) || (type === 'icmpv6' && family === 4)) return MISSED
  if (type === 'tcp reset' && protocol !== 'tcp') return MISSED
  return ends({kind: 'reject'})
}

/** An extension of iptables, whose parameters nft does not show. */
function extension(body: unknown): Effect {
  const {type, name} = isObject(body) ? body : {type: null, name: null}
  if (type === 'match') return name === 'comment' ? NOTHING : OPEN
  if (type !== 'target') return ends(UNKNOWN)
  if (name === 'LOG' || name === 'NFLOG' || name === 'TRACE') return NOTHING
  return name === 'REJECT' ? ends({kind: 'reject'}) : ends(UNKNOWN)
}

/** Hands packets over: to queue 0 unless it says to which, by number or by what a number is made from. */
function queue(body: unknown, context: RuleContext): Effect {
  const {num = 0, flags} = isObject(body) ? body : {}
  const action = queueAction(context.queues, numbersOf(num, context), [flags].flat().includes('bypass'))
  // A map may not hold the packet's key, and then the rule does not match.
  return tagged(num)?.[0] === 'map' ? ends(action, UNDECIDED) : ends(action)
}

const GENERATORS = new Set(['numgen', 'jhash', 'symhash'])

/** Null where it cannot be told which queues it may come to. */
function numbersOf(num: unknown, context: RuleContext): readonly PortRange[] | null {
  const [tag, body] = tagged(num) ?? []
  if (tag !== undefined && GENERATORS.has(tag)) {
    const {mod, offset = 0} = isObject(body) ? body : {}
    if (typeof mod !== 'number' || typeof offset !== 'number') return null
    return [{lo: offset, hi: offset + mod - 1}]
  }
  if (tag === 'map') return isObject(body) ? mappedNumbers(body.data, context) : null
  const range = rangeOf(num)
  return range && [range]
}

function mappedNumbers(data: unknown, {sets}: RuleContext): readonly PortRange[] | null {
  const [tag, body] = tagged(data) ?? []
  const pairs =
    tag === 'set' && Array.isArray(body) ? body : typeof data === 'string' ? sets.pairs(data) : null
  const numbers = pairs?.map(pair => (Array.isArray(pair) ? rangeOf(pair[1]) : null)) ?? [null]
  const known = numbers.filter(number => number !== null)
  return known.length === numbers.length ? known : null
}

function rangeOf(value: unknown): PortRange | null {
  const interval = readInterval(value, NUMBER)
  return interval && {lo: Number(interval.lo), hi: Number(interval.hi)}
}
