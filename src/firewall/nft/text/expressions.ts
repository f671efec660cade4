import {type Cursor, NotUnderstood} from './tokens.ts'
import {readSet, readToken, readValue} from './values.ts'

const PROTOCOLS = new Set([
  'ip',
  'ip6',
  'tcp',
  'udp',
  'udplite',
  'sctp',
  'dccp',
  'th',
  'icmp',
  'icmpv6',
  'igmp',
  'ether',
  'vlan',
  'arp',
  'esp',
  'ah',
  'comp',
  'gre',
])

const BARE_META = new Set(['iif', 'iifname', 'oif', 'oifname', 'iifgroup', 'oifgroup', 'skuid', 'skgid'])

/** Numbers made for each packet, at random or out of its fields. */
const GENERATORS = new Set(['numgen', 'jhash', 'symhash'])

const OPERATORS = new Set(['&', '|', '^', '<<', '>>'])

/** Whether the next words begin something that is read from a packet. */
export function beginsExpression(cursor: Cursor): boolean {
  const word = cursor.peek()
  return (
    PROTOCOLS.has(word) ||
    BARE_META.has(word) ||
    word === 'meta' ||
    word === 'fib' ||
    word === 'socket' ||
    word === 'rt' ||
    word === 'ipsec' ||
    GENERATORS.has(word) ||
    word.startsWith('@') ||
    (word === 'ct' && !['count', 'helper', 'timeout', 'expectation'].includes(cursor.peek(1)))
  )
}

/** Reads the left side of a comparison: one expression, or several joined by `.`. */
export function readKeyExpression(cursor: Cursor): unknown {
  const parts = [readOperated(cursor)]
  while (cursor.skip('.')) parts.push(readOperated(cursor))
  return parts.length > 1 ? {concat: parts} : parts[0]
}

/** Reads an expression and the operations on it, from left to right. */
export function readOperated(cursor: Cursor): unknown {
  let expression = readExpression(cursor)
  while (OPERATORS.has(cursor.peek())) {
    const operator = cursor.word()
    expression = {[operator]: [expression, readOperand(cursor)]}
  }
  return expression
}

/** A value, or bits in parentheses: `(syn | ack)`. */
function readOperand(cursor: Cursor): unknown {
  if (!cursor.peek().startsWith('(')) return readToken(cursor.take())
  const bits: string[] = []
  for (;;) {
    const word = cursor.word()
    bits.push(...word.replace(/^\(|\)$/g, '').split('|'))
    if (word.endsWith(')')) return bits
    cursor.expect('|')
  }
}

function readExpression(cursor: Cursor): unknown {
  const word = cursor.word()
  if (BARE_META.has(word)) return {meta: {key: word}}
  if (word.startsWith('@')) return rawPayload(word)
  if (word === 'tcp' && cursor.skip('option')) return tcpOption(cursor)
  if (PROTOCOLS.has(word)) return {payload: {protocol: word, field: readField(cursor, word)}}
  switch (word) {
    case 'meta':
      return {meta: {key: cursor.word()}}
    case 'ct':
      return connection(cursor)
    case 'fib':
      return forwarding(cursor)
    case 'socket':
      return socket(cursor)
    case 'rt':
      return {rt: {key: cursor.word()}}
    case 'ipsec':
      return ipsec(cursor)
    case 'numgen':
      cursor.word()
      return generated(cursor, word)
    case 'jhash':
      readKeyExpression(cursor)
      return generated(cursor, word)
    case 'symhash':
      return generated(cursor, word)
    default:
      throw new NotUnderstood()
  }
}

/** By name or number of its kind, with a field unless it is only asked for. */
function tcpOption(cursor: Cursor): unknown {
  const name = cursor.word()
  const asked = EXISTENCE.has(cursor.peek())
  return {'tcp option': asked ? {name} : {name, field: cursor.word()}}
}

const EXISTENCE = new Set(['exists', 'missing'])

function socket(cursor: Cursor): unknown {
  const key = cursor.word()
  if (key === 'cgroupv2') {
    cursor.expect('level')
    cursor.word()
  }
  return {socket: {key}}
}

/** `ipsec in [spnum N] reqid …`, `ipsec out ip saddr …`. */
function ipsec(cursor: Cursor): unknown {
  const dir = cursor.word()
  if (cursor.skip('spnum')) cursor.word()
  const family = cursor.peek() === 'ip' || cursor.peek() === 'ip6' ? cursor.word() : undefined
  return {ipsec: {dir, key: cursor.word(), ...(family && {family})}}
}

function generated(cursor: Cursor, kind: string): unknown {
  cursor.expect('mod')
  const mod = Number(cursor.word())
  if (cursor.skip('seed')) cursor.word()
  const offset = cursor.skip('offset') ? Number(cursor.word()) : 0
  return {[kind]: {mod, offset}}
}

/** `arp saddr ip` has addresses of two kinds. */
function readField(cursor: Cursor, protocol: string): string {
  const field = cursor.word()
  return protocol === 'arp' && /^[sd]addr$/.test(field) ? `${field} ${cursor.word()}` : field
}

function rawPayload(word: string): unknown {
  const match = /^@(ll|nh|th|ih),(\d+),(\d+)$/.exec(word)
  if (!match) throw new NotUnderstood()
  return {payload: {base: match[1], offset: Number(match[2]), len: Number(match[3])}}
}

function connection(cursor: Cursor): unknown {
  const word = cursor.word()
  if (word !== 'original' && word !== 'reply') return {ct: {key: word}}
  const family = cursor.peek() === 'ip' || cursor.peek() === 'ip6' ? `${cursor.word()} ` : ''
  return {ct: {key: `${family}${cursor.word()}`, dir: word}}
}

function forwarding(cursor: Cursor): unknown {
  const flags = [cursor.word()]
  while (cursor.skip('.')) flags.push(cursor.word())
  return {fib: {result: cursor.word(), flags}}
}

const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=', '!'])

/** Reads what follows a key: a comparison, or a map of verdicts. */
export function readComparison(cursor: Cursor, left: unknown): unknown {
  if (cursor.skip('vmap')) return {vmap: {key: left, data: readSetOrName(cursor)}}
  const op = COMPARISONS.has(cursor.peek()) ? cursor.word() : undefined
  if (cursor.skip('exists')) return {match: {op: '==', left, right: true}}
  if (cursor.skip('missing')) return {match: {op: '==', left, right: false}}
  if (cursor.peek() === '{' || cursor.peek().startsWith('@'))
    return {match: {op: op ?? '==', left, right: readSetOrName(cursor)}}
  const right = readValue(cursor)
  // `syn / syn,ack`: of these flags, exactly those.
  if (cursor.skip('/')) return {match: {op: op ?? '==', left: {'&': [left, readValue(cursor)]}, right}}
  return {match: {op, left, right}}
}

/** Reads `@name` or `{ … }`. */
export function readSetOrName(cursor: Cursor): unknown {
  if (cursor.peek() === '{') return readSet(cursor)
  const name = cursor.word()
  if (!/^@[^,]+$/.test(name)) throw new NotUnderstood()
  return name
}
