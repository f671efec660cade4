import type {Action} from '../model.ts'
import {isObject, tagged} from './document.ts'
import {NUMBER, numberOf} from './values.ts'

type MarkOf = 'packet' | 'connection'

/** A mark's bits kept, then inverted: `(mark & keep) ^ invert`. */
type Formula = {readonly of: MarkOf; readonly keep: number; readonly invert: number}

/** What `meta mark set …` or `ct mark set …` does, in steps; null when the value is not a matter of marks alone. */
export function markActions(of: MarkOf, value: unknown): readonly Action[] | null {
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
export function readsConnection(value: unknown): boolean {
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
