import {isObject, tagged} from './document.ts'
import {readRule} from './text/statements.ts'

/** Names that `nft` takes for ports and prints as numbers; those that are common in files. */
const PORTS: Readonly<Record<string, string>> = {ssh: '22', domain: '53', http: '80', https: '443'}

/**
 * What a rule comes to, however it is written: one text for the rule in a file and the rule as `nft list` prints it.
 * Counters and comments do not count, nor does the order within a set. Null for a rule that is not understood.
 */
export function ruleKey(text: string): string | null {
  const statements = readRule(text.replaceAll(/[{}]/g, ' $& '))
  if (!statements) return null
  const counted = statements.filter(statement => !isObject(statement) || !('counter' in statement))
  return JSON.stringify(counted.map(plain))
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return PORTS[value] ?? value
  if (Array.isArray(value)) return value.map(plain)
  const [tag, body] = tagged(value) ?? []
  if (tag === 'reject') return {reject: isObject(body) && body.expr !== 'port-unreachable' ? body : null}
  if (tag === 'set' && Array.isArray(body)) return keys(body)
  if (tag === 'match' && isObject(body)) {
    const {op, left, right} = body
    // `ct state a,b` and `ct state { a, b }` are printed as they came, and mean the same.
    const plainRight = Array.isArray(right) ? keys(right) : plain(right)
    return {match: {op: op === undefined || op === 'in' ? '==' : op, left: plain(left), right: plainRight}}
  }
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}

function keys(values: readonly unknown[]): unknown {
  // `{22,80}` is read as one word.
  const apart = values.flatMap((value): readonly unknown[] => (isWords(value) ? value : [value]))
  const sorted = apart.map(plain).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return sorted.length === 1 ? sorted[0] : {set: sorted}
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(word => typeof word === 'string')
}
