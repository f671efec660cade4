import type {Value} from '../model/address.ts'
import type {Operation} from '../model/selector.ts'
import {NO} from '../model/ternary.ts'
import {connection, forwarding} from './connection-readings.ts'
import {isObject, tagged} from './document.ts'
import {meta, payload, routed, socket, tcpOption} from './packet-readings.ts'
import type {Read, Reading, Surroundings} from './reading.ts'
import {NUMBER, numberOf, readInterval, type ValueType} from './values.ts'

/** Translates the left side of a match, or a part of a key. */
function readSelector(expression: unknown, around: Surroundings): Read {
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
      return around.protocol === 'arp' ? 'never' : forwarding(body)
    case 'tcp option':
      return tcpOption(body, around)
    case 'socket':
      return socket(body)
    case 'rt':
      return routed(body, around)
    case 'ipsec':
      return around.traits.ipsec === NO ? 'never' : null
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
  if (!Array.isArray(operands) || operands.length < 2) return null
  const read = readSelector(operands[0], around)
  if (read === null || read === 'never') return read
  const {selector, type} = read
  if (type.of === 'name' || type.of === 'index') return null
  const shift = kind === 'shift-left' || kind === 'shift-right'
  // Since nft 1.1.4, one operation may have several operands.
  const values = operands.slice(1).map(operand => readOperand(operand, shift ? NUMBER : type))
  const known = values.filter(value => value !== null)
  if (known.length < values.length) return null
  const operations = [...selector.operations, ...known.map(by => ({kind, by}))]
  return {type, selector: {...selector, operations}}
}

function readOperand(value: unknown, type: ValueType): Value | null {
  if (type.of !== 'address') return numberOf(value, NUMBER) ?? numberOf(value, type)
  const interval = readInterval(value, type)
  return interval && interval.lo === interval.hi && typeof interval.lo !== 'string' ? interval.lo : null
}
