import type {Value} from '../address.ts'
import type {Operation} from '../lookup/selector.ts'
import {connection, forwarding} from './connection-readings.ts'
import {isObject, tagged} from './document.ts'
import {meta, payload} from './packet-readings.ts'
import type {Read, Reading, Surroundings} from './reading.ts'
import {NUMBER, numberOf, readInterval, type ValueType} from './values.ts'

/** Translates the left side of a match, or a part of a key. */
export function readSelector(expression: unknown, around: Surroundings): Read {
  const [tag, body] = tagged(expression) ?? []
  if (tag === undefined) return null
  const operation = OPERATIONS[tag]
  if (operation) return operated(operation, body, around)
  if (!isObject(body)) return null
  switch (tag) {
    case 'payload':
      return payload(body, around)
    case 'meta':
      return meta(String(body.key), around)
    case 'ct':
      return connection(body, around)
    case 'fib':
      return forwarding(body)
    case 'exthdr':
      return body.field === undefined ? null : 'never'
    default:
      return null
  }
}

/** Translates a key of one part or, as `concat`, of several. */
export function readKey(expression: unknown, around: Surroundings): readonly Reading[] | 'never' | null {
  const [tag, body] = tagged(expression) ?? []
  const parts = tag === 'concat' && Array.isArray(body) ? body : [expression]
  const read = parts.map(part => readSelector(part, around))
  if (read.includes('never')) return 'never'
  const understood = read.filter(part => part !== null && part !== 'never')
  return understood.length === read.length ? understood : null
}

const OPERATIONS: Readonly<Record<string, Operation['kind']>> = {
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'shift-left',
  '>>': 'shift-right',
}

function operated(kind: Operation['kind'], operands: unknown, around: Surroundings): Read {
  if (!Array.isArray(operands) || operands.length !== 2) return null
  const read = readSelector(operands[0], around)
  if (read === null || read === 'never') return read
  const {selector, type} = read
  if (type.of === 'name' || type.of === 'index') return null
  const shift = kind === 'shift-left' || kind === 'shift-right'
  const by = readOperand(operands[1], shift ? NUMBER : type)
  return by === null
    ? null
    : {type, selector: {...selector, operations: [...selector.operations, {kind, by}]}}
}

function readOperand(value: unknown, type: ValueType): Value | null {
  if (type.of !== 'address') return numberOf(value, NUMBER) ?? numberOf(value, type)
  const interval = readInterval(value, type)
  return interval && interval.lo === interval.hi && typeof interval.lo !== 'string' ? interval.lo : null
}
