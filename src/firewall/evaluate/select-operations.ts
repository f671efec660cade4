import type {Mark} from '../model/rules.ts'
import type {KeyInterval, KeyValue, Operation} from '../model/selector.ts'

/** Applies operations to bits of which some may be unknown; null when some still are. */
export function operateOnBits(mark: Mark, operations: readonly Operation[]): number | null {
  let {value, unknown} = mark
  for (const {kind, by} of operations) {
    const operand = Number(by)
    switch (kind) {
      case 'and':
        value &= operand
        unknown &= operand
        break
      case 'or':
        value |= operand
        unknown &= ~operand
        break
      case 'xor':
        value ^= operand
        break
      case 'shift-left':
        value <<= operand
        unknown <<= operand
        break
      case 'shift-right':
        value >>>= operand
        unknown >>>= operand
    }
    value >>>= 0
    unknown >>>= 0
  }
  return unknown === 0 ? value : null
}

/** Applies operations to all values of an interval; null when they do not keep it together. */
export function operateOn({lo, hi}: KeyInterval, operations: readonly Operation[]): KeyInterval | null {
  let [first, last] = [lo, hi]
  for (const operation of operations) {
    if (first !== last && !keepsOrder(operation)) return null
    const low = operate(first, operation)
    const high = operate(last, operation)
    if (low === null || high === null) return null
    first = low
    last = high
  }
  return {lo: first, hi: last}
}

/** Clearing the lowest bits keeps smaller values smaller. */
function keepsOrder({kind, by}: Operation): boolean {
  if (kind !== 'and') return false
  const width = typeof by === 'bigint' ? 128 : 32
  return /^1*0*$/.test(BigInt(by).toString(2).padStart(width, '0'))
}

function operate(value: KeyValue, {kind, by}: Operation): KeyValue | null {
  if (typeof value === 'string' || typeof value !== typeof by) return null
  const [a, b] = [BigInt(value), BigInt(by)]
  const result = calculate(a, b, kind)
  return typeof value === 'bigint' ? BigInt.asUintN(128, result) : Number(BigInt.asUintN(32, result))
}

function calculate(a: bigint, b: bigint, kind: Operation['kind']): bigint {
  switch (kind) {
    case 'and':
      return a & b
    case 'or':
      return a | b
    case 'xor':
      return a ^ b
    case 'shift-left':
      return b > 128n ? 0n : a << b
    case 'shift-right':
      return a >> b
  }
}
