import {isObject, tagged} from './document.ts'
import {readRule} from './text/statements.ts'

/** Names that `nft` takes and prints as numbers; those that are common in files. */
const NAMES = new Map(Object.entries({ssh: '22', domain: '53', http: '80', https: '443', root: '0'}))

/**
 * What a rule comes to, however it is written: one text for the rule in a file and the rule as `nft list` prints it.
 * Counters and comments do not count, nor does the order within a set. Null for a rule that is not understood.
 */
export function ruleKey(text: string): string | null {
  const statements = readRule(text.replaceAll(/[{}]/g, ' $& '))
  if (!statements) return null
  const counted = statements.filter(statement => !isObject(statement) || !('counter' in statement))
  const said = new Set(counted.flatMap(impliedBy))
  return JSON.stringify(counted.filter(statement => !said.has(asProtocol(statement) ?? '')).map(plain))
}

/** The protocols that a statement itself asks for. */
function impliedBy(statement: unknown): readonly string[] {
  const [tag, body] = tagged(statement) ?? []
  if (!isObject(body)) return []
  if (tag === 'reject') {
    if (body.type === 'tcp reset') return ['tcp']
    return body.type === 'icmp' ? ['ipv4'] : body.type === 'icmpv6' ? ['ipv6'] : []
  }
  const left = tag === 'match' ? body.left : tag === 'vmap' ? body.key : null
  const found = [...JSON.stringify(left).matchAll(/"protocol":"(\w+)"/g)].map(
    ([, protocol]) => protocol ?? '',
  )
  return found.map(protocol => (protocol === 'ip' ? 'ipv4' : protocol === 'ip6' ? 'ipv6' : protocol))
}

/** The protocol that a match asks for and does nothing else; `nft list` leaves it out where the rule implies it. */
function asProtocol(statement: unknown): string | null {
  const [tag, body] = tagged(statement) ?? []
  if (tag !== 'match' || !isObject(body) || (body.op !== undefined && body.op !== '==')) return null
  const [kind, meta] = tagged(body.left) ?? []
  const isProtocol = isObject(meta) && (meta.key === 'l4proto' || meta.key === 'nfproto')
  return kind === 'meta' && isProtocol && typeof body.right === 'string' ? body.right : null
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return plainWord(value)
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
  if (tag === '&' && Array.isArray(body)) return {'&': [plain(body[0]), keys([body[1]])]}
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}

/** `nft list` prints marks as eight digits of sixteen. */
function plainWord(word: string): string {
  if (/^0x[0-9a-f]{1,8}$/i.test(word)) return String(Number(word))
  return NAMES.get(word) ?? word
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
