import {liesWithin, parseInterval} from '../../model/address.ts'
import {isObject} from '../../nft/document.ts'
import {ruleKey} from '../../nft/same-rule.ts'
import type {Likeness} from './left.ts'

/**
 * How a rule of nf_tables compares with one that accepts; null where it accepts less, something else, or is not
 * understood. One that names neither port nor ICMPv6 type is not taken for a form of it.
 * @param theirs, ours as `nft list` prints them; comments, counters and logs do not count
 */
export function compareNft(theirs: string, ours: string): Likeness | null {
  const [their, our] = [statementsOf(theirs), statementsOf(ours)]
  if (!their || !our) return null
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  if (!their.some(statement => same(statement, {accept: null}))) return null
  if (
    !their.some(statement =>
      /"field":"(?:[ds]port|type)"|"proto-dst"/.test(JSON.stringify(leftOf(statement))),
    )
  )
    return null
  let exact = their.length === our.length
  for (const statement of their) {
    if (our.some(known => same(known, statement))) continue
    exact = false
    const known = our.find(one => leftOf(one) !== null && same(leftOf(one), leftOf(statement)))
    if (known === undefined || !covers(matchOf(statement), matchOf(known))) return null
  }
  return exact ? 'same' : 'wider'
}

function statementsOf(rule: string): readonly unknown[] | null {
  const key = ruleKey(rule)
  const statements: unknown = key === null ? null : JSON.parse(key)
  return Array.isArray(statements) ? statements.filter(one => !isObject(one) || !('log' in one)) : null
}

type Match = {readonly op: unknown; readonly left: unknown; readonly right: unknown}

function matchOf(statement: unknown): Match | null {
  if (!isObject(statement) || !isObject(statement.match)) return null
  const {op, left, right} = statement.match
  return {op, left, right}
}

const leftOf = (statement: unknown) => matchOf(statement)?.left ?? null

function covers(wanted: Match | null, known: Match | null): boolean {
  if (wanted?.op !== '==' || known?.op !== '==' || typeof known.right !== 'string') return false
  const value = known.right
  return valuesOf(wanted.right).some(one => hasValue(one, value))
}

function valuesOf(right: unknown): readonly unknown[] {
  return isObject(right) && Array.isArray(right.set) ? right.set : [right]
}

function hasValue(one: unknown, value: string): boolean {
  if (one === value) return true
  const text = rangeText(one)
  const [outer, inner] = [parseInterval(text), parseInterval(value)]
  if (inner !== null) return liesWithin(inner, outer)
  const [, lo, hi] = /^(\d+)-(\d+)$/.exec(text) ?? []
  return /^\d+$/.test(value) && lo !== undefined && Number(lo) <= Number(value) && Number(value) <= Number(hi)
}

function rangeText(one: unknown): string {
  return isObject(one) && Array.isArray(one.range) ? one.range.join('-') : String(one)
}
