import {
  beginsExpression,
  readComparison,
  readKeyExpression,
  readOperated,
  readSetOrName,
} from './expressions.ts'
import {Cursor, NotUnderstood, tokenize} from './tokens.ts'
import {readToken, readVerdict} from './values.ts'

/** Reads one rule of `nft list`, in the form of its JSON; null when any part of it is not understood. */
export function readRule(line: string): readonly unknown[] | null {
  const tokens = tokenize(line)
  if (!tokens) return null
  const cursor = new Cursor(tokens)
  const statements: unknown[] = []
  try {
    while (!cursor.atEnd) {
      if (cursor.skip('comment')) cursor.take()
      else statements.push(readStatement(cursor))
    }
    return statements
  } catch (error) {
    if (error instanceof NotUnderstood) return null
    throw error
  }
}

function readStatement(cursor: Cursor): unknown {
  const verdict = readVerdict(cursor)
  if (verdict) return verdict
  if (beginsExpression(cursor)) return readMatchOrChange(cursor)
  const word = cursor.word()
  const read = READERS[word]
  if (!read) throw new NotUnderstood()
  return read(cursor)
}

function readMatchOrChange(cursor: Cursor): unknown {
  const left = readKeyExpression(cursor)
  if (!cursor.skip('set')) return readComparison(cursor, left)
  return {mangle: {key: left, value: readNewValue(cursor)}}
}

function readNewValue(cursor: Cursor): unknown {
  if (!beginsExpression(cursor)) return readToken(cursor.take())
  const key = readOperated(cursor)
  return cursor.skip('map') ? {map: {key, data: readSetOrName(cursor)}} : key
}

type Reader = (cursor: Cursor) => unknown

const READERS: Readonly<Record<string, Reader>> = {
  counter,
  limit: cursor => {
    if (cursor.skip('name')) return {limit: cursor.take().text}
    skipWords(cursor, new Set(['rate', 'over', 'burst', 'packets', 'bytes', 'kbytes', 'mbytes']))
    return {limit: {}}
  },
  quota: cursor => {
    if (cursor.skip('name')) return {quota: cursor.take().text}
    skipWords(cursor, new Set(['over', 'until', 'used', 'bytes', 'kbytes', 'mbytes', 'gbytes']))
    return {quota: {}}
  },
  ct: connection,
  log,
  notrack: () => ({notrack: null}),
  reject,
  queue,
  add: changeSet,
  update: changeSet,
  delete: changeSet,
  dnat: cursor => ({dnat: translationTo(cursor)}),
  snat: cursor => ({snat: translationTo(cursor)}),
  masquerade: cursor => ({masquerade: translationTo(cursor)}),
  redirect: cursor => ({redirect: translationTo(cursor)}),
  reset: cursor => {
    cursor.expect('tcp')
    cursor.expect('option')
    return {reset: {'tcp option': {name: cursor.word()}}}
  },
  flow: cursor => {
    cursor.expect('add')
    return {flow: cursor.word()}
  },
  xt: cursor => ({xt: {type: cursor.word(), name: cursor.take().text}}),
}

/** Skips words of a list, and numbers with or without a unit. */
function skipWords(cursor: Cursor, words: ReadonlySet<string>): void {
  while (words.has(cursor.peek()) || /^\d+(?:\/\w+)?$|^k?bytes\/|^mbytes\//.test(cursor.peek())) cursor.take()
}

function counter(cursor: Cursor): unknown {
  if (cursor.skip('packets')) {
    cursor.take()
    cursor.expect('bytes')
    cursor.take()
  } else if (cursor.skip('name')) {
    if (!beginsExpression(cursor)) return {counter: cursor.take().text}
    const key = readKeyExpression(cursor)
    cursor.expect('map')
    return {counter: {map: {key, data: readSetOrName(cursor)}}}
  }
  return {counter: null}
}

function connection(cursor: Cursor): unknown {
  const what = cursor.word()
  if (what === 'count') {
    cursor.skip('over')
    cursor.take()
    return {'ct count': {}}
  }
  if (cursor.skip('set')) return {[`ct ${what}`]: cursor.take().text}
  const op = cursor.skip('!=') ? '!=' : '=='
  return {match: {op, left: {ct: {key: what}}, right: cursor.take().text}}
}

const LOG_OPTIONS = new Set(['prefix', 'level', 'group', 'snaplen', 'queue-threshold'])

function log(cursor: Cursor): unknown {
  for (;;) {
    if (LOG_OPTIONS.has(cursor.peek())) {
      cursor.take()
      cursor.take()
    } else if (cursor.skip('flags')) {
      if (cursor.skip('tcp') || cursor.skip('ip')) cursor.take()
      else cursor.take()
    } else return {log: null}
  }
}

function reject(cursor: Cursor): unknown {
  if (!cursor.skip('with')) return {reject: null}
  const type = cursor.word()
  if (type === 'tcp') {
    cursor.expect('reset')
    return {reject: {type: 'tcp reset'}}
  }
  if (!/^icmp(?:v6|x)?$/.test(type)) throw new NotUnderstood()
  cursor.skip('type')
  return {reject: {type, expr: cursor.word()}}
}

function queue(cursor: Cursor): unknown {
  const flags: string[] = []
  let num: unknown = '0'
  for (;;) {
    if (cursor.skip('flags')) flags.push(...cursor.word().split(','))
    else if (cursor.skip('num') || cursor.skip('to')) num = readQueueNumber(cursor)
    else if (/^(?:bypass|fanout)(?:,|$)/.test(cursor.peek())) flags.push(...cursor.word().split(','))
    else return {queue: {num, flags}}
    if (cursor.peek() === ',') cursor.take()
  }
}

/** A number, a range, or an expression with or without a map. */
function readQueueNumber(cursor: Cursor): unknown {
  if (!beginsExpression(cursor)) {
    const token = cursor.take()
    if (!/^\d+(?:-\d+)?$/.test(token.text)) throw new NotUnderstood()
    return readToken(token)
  }
  const key = readKeyExpression(cursor)
  return cursor.skip('map') ? {map: {key, data: readSetOrName(cursor)}} : key
}

/** `add @set { key timeout 5m }`; what is more than a key and a timeout makes the outcome open. */
function changeSet(cursor: Cursor): unknown {
  const set = cursor.word()
  cursor.expect('{')
  const elem = readKeyExpression(cursor)
  let counts = false
  while (!cursor.skip('}')) {
    if (cursor.skip('timeout')) cursor.take()
    else {
      counts = true
      cursor.take()
    }
  }
  return {set: {op: 'add', elem, set, ...(counts && {stmt: [{limit: {}}]})}}
}

const FLAGS = new Set(['random', 'fully-random', 'persistent'])

/** Reads what follows `dnat`, `snat`, `masquerade` or `redirect`. */
function translationTo(cursor: Cursor): {readonly [key: string]: unknown} | null {
  const family = cursor.peek() === 'ip' || cursor.peek() === 'ip6' ? {family: cursor.word()} : {}
  if (cursor.skip('addr')) {
    cursor.expect('.')
    cursor.expect('port')
  }
  const netmap = cursor.skip('prefix')
  const to = cursor.skip('to') ? readTarget(cursor) : {}
  const flags: string[] = []
  while (FLAGS.has(cursor.peek().split(',')[0] ?? '')) {
    flags.push(...cursor.word().split(','))
    cursor.skip(',')
  }
  if (netmap && !('addr' in to)) throw new NotUnderstood()
  return {...family, ...to, ...(flags.length > 0 && {flags})}
}

function readTarget(cursor: Cursor): {readonly [key: string]: unknown} {
  if (beginsExpression(cursor)) {
    const key = readKeyExpression(cursor)
    cursor.expect('map')
    return {addr: {map: {key, data: readSetOrName(cursor)}}}
  }
  const text = cursor.word()
  const match = /^(?:\[([^\]]+)\]|([^:]*)|([^[\]]*:[^[\]]*:[^[\]]*))(?::([0-9-]+))?$/.exec(text)
  if (!match) throw new NotUnderstood()
  const [, bracketed, plain, v6, port] = match
  const addr = bracketed ?? plain ?? v6 ?? ''
  return {
    ...(addr !== '' && {addr: readToken({text: addr, quoted: false})}),
    ...(port !== undefined && {port: readToken({text: port, quoted: false})}),
  }
}
