import {ALWAYS, NEVER, UNDECIDED, UNDECIDED_PAYLOAD} from '../iptables/context.ts'
import {EVERYTHING} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {KeyInterval, Selector} from '../model/selector.ts'
import {MAYBE, YES} from '../model/ternary.ts'
import type {ChangingSets} from '../sets/changing-sets.ts'
import {KeyIndex} from '../sets/key-index.ts'
import {isReversePath, ROUTE_RESULTS} from './connection-readings.ts'
import {isObject, type JsonObject, tagged} from './document.ts'
import type {Reading, Surroundings} from './reading.ts'
import {readKey} from './selectors.ts'
import {NUMBER, numberOf, readInterval, type ValueType} from './values.ts'

export type MatchContext = Surroundings & {
  /** The keys of a named set for a key of these types; null when the set is not known. */
  readonly namedSet: (name: string, types: readonly ValueType[]) => KeyIndex<unknown> | null
  /** Whether rules change it while packets pass. */
  readonly changing: (name: string) => {readonly changing?: ChangingSets}
  readonly anonymousSet: (elements: readonly unknown[], types: readonly ValueType[]) => KeyIndex<unknown>
}

/** Translates a `match`. What it does not understand is undecided. */
export function matchCondition(match: unknown, context: MatchContext): Condition {
  if (!isObject(match)) return UNDECIDED
  const {op, left, right} = match
  if (typeof right === 'boolean') return existence(left, right === (op !== '!='), context)
  const readings = readKey(left, context)
  if (readings === 'never') return NEVER
  if (!readings) return readsBeyondHeaders(left) ? UNDECIDED_PAYLOAD : UNDECIDED
  const condition = compare(op, readings, right, context)
  return condition ? fold(condition) : UNDECIDED
}

function compare(
  op: unknown,
  readings: readonly Reading[],
  right: unknown,
  context: MatchContext,
): Condition | null {
  const key = readings.map(({selector}) => selector)
  const types = readings.map(({type}) => type)
  const negated = op === '!=' || op === '!'
  const among = setOf(right, types, context)
  if (among !== undefined)
    return among && {kind: 'lookup', key, among, negated, ...changingOf(right, context)}
  const [reading] = readings
  if (!reading || readings.length !== 1) return null
  const {selector, type} = reading
  const asksForBits = op === 'in' || op === '!' || op === undefined
  if (asksForBits && type.of === 'number' && type.flags) return anyBit(selector, type, right, negated)
  if (op === '<' || op === '>' || op === '<=' || op === '>=') return ordered(op, selector, type, right)
  if (op !== '==' && op !== '!=' && op !== 'in' && op !== undefined) return null
  const interval = readInterval(right, type)
  return interval && equals(selector, interval, negated)
}

function changingOf(right: unknown, {changing}: MatchContext): {readonly changing?: ChangingSets} {
  return typeof right === 'string' ? changing(right.slice(1)) : {}
}

/** Undefined when the right side is no set; null when it is one that is not known. */
function setOf(right: unknown, types: readonly ValueType[], context: MatchContext) {
  if (typeof right === 'string' && right.startsWith('@')) return context.namedSet(right.slice(1), types)
  const [tag, body] = tagged(right) ?? []
  if (tag === 'set') return context.anonymousSet([body].flat(), types)
  return tag === 'concat' ? context.anonymousSet([right], types) : undefined
}

function equals(selector: Selector, within: KeyInterval, negated: boolean): Condition {
  const {source, operations} = selector
  const {lo, hi} = within
  if (source.of === 'address' && operations.length === 0 && typeof lo !== 'string' && typeof hi !== 'string')
    return {kind: 'address', field: source.field, within: {lo, hi}, negated}
  return {kind: 'lookup', key: [selector], among: only(within), negated}
}

function only(within: KeyInterval): KeyIndex<unknown> {
  return new KeyIndex([{key: [within], value: true, unsure: false}])
}

function anyBit(selector: Selector, type: ValueType, right: unknown, negated: boolean): Condition | null {
  const bits = numberOf(right, type)
  if (bits === null) return null
  const operations = [...selector.operations, {kind: 'and', by: bits} as const]
  return {kind: 'lookup', key: [{...selector, operations}], among: only({lo: 0, hi: 0}), negated: !negated}
}

function ordered(op: string, selector: Selector, type: ValueType, right: unknown): Condition | null {
  const interval = readInterval(right, type)
  if (!interval || interval.lo !== interval.hi || type.of === 'name' || type.of === 'index') return null
  const value = interval.lo
  const {lo: least, hi: most} = type.of === 'address' ? EVERYTHING[type.family] : {lo: 0, hi: 0xffffffff}
  const within =
    op === '<' || op === '>=' ? {lo: value, hi: most} : ({lo: least, hi: value} satisfies KeyInterval)
  return equals(selector, within, op === '<' || op === '>')
}

/** `exists` and `missing`. */
function existence(left: unknown, exists: boolean, context: MatchContext): Condition {
  const [tag, body] = tagged(left) ?? []
  if (!isObject(body)) return UNDECIDED
  switch (tag) {
    case 'fib':
      return reversePath(body, exists)
    case 'exthdr':
      return exists ? NEVER : UNDECIDED
    case 'tcp option':
      return optionExists(body, exists, context)
    default: {
      const read = readKey(left, context)
      if (read === 'never') return NEVER
      const [reading] = read ?? []
      const among = only({lo: Number(exists), hi: Number(exists)})
      return reading ? fold({kind: 'lookup', key: [reading.selector], among, negated: false}) : UNDECIDED
    }
  }
}

/** As nft names them (tcpopt.c), by kind. */
const TCP_OPTIONS: Readonly<Record<string, number>> = {
  maxseg: 2,
  window: 3,
  'sack-perm': 4,
  'sack-permitted': 4,
  sack: 5,
  timestamp: 8,
  md5sig: 19,
  mptcp: 30,
  fastopen: 34,
}

/** By name, or by the number of its kind. */
function optionExists({name, base, field}: JsonObject, exists: boolean, {protocol}: MatchContext): Condition {
  // Of another protocol it is missing, too (nft_exthdr_tcp_eval), unless nft has put a test for TCP before it.
  if (protocol !== 'tcp') return exists ? NEVER : UNDECIDED
  const option = typeof base === 'number' ? base : (TCP_OPTIONS[String(name)] ?? numberOf(name, NUMBER))
  if (field !== undefined || option === null) return UNDECIDED
  return {kind: 'tcp-option', option, negated: !exists}
}

function reversePath({result, flags}: JsonObject, exists: boolean): Condition {
  if (!ROUTE_RESULTS.has(String(result)) || !isReversePath([flags].flat())) return UNDECIDED
  return {kind: 'reverse-path', negated: !exists}
}

const TCP_HEADER_BITS = 160

/** Raw bytes at an offset: in the headers nobody can tell what they are, behind them they are payload. */
function readsBeyondHeaders(left: unknown): boolean {
  const [tag, body] = tagged(left) ?? []
  if (tag !== 'payload' || !isObject(body)) return false
  const offset = numberOf(body.offset, NUMBER) ?? 0
  return body.base === 'ih' || (body.base === 'th' && offset >= TCP_HEADER_BITS)
}

/** Decides what does not depend on the packet. */
function fold(condition: Condition): Condition {
  if (condition.kind !== 'lookup') return condition
  const query = condition.key.map(({source, operations}) =>
    source.of === 'constant' && !source.tracked && operations.length === 0
      ? [{lo: source.value, hi: source.value}]
      : null,
  )
  if (query.includes(null) || condition.changing) return condition
  const answer = condition.among.contains(query)
  if (answer === MAYBE) return UNDECIDED
  return (answer === YES) !== condition.negated ? ALWAYS : NEVER
}
