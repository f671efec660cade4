import type {PortRange} from '../fields.ts'
import {UNDECIDED} from '../iptables/context.ts'
import {queueAction} from '../queues.ts'
import {isObject, tagged} from './document.ts'
import {ends, type RuleContext, type Step} from './steps.ts'
import {NUMBER, readInterval} from './values.ts'

/** Hands packets over: to queue 0 unless it says to which, by number or by what a number is made from. */
export function queue(body: unknown, context: RuleContext): Step {
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
