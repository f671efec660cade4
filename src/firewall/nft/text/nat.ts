import {beginsExpression, readKeyExpression, readSetOrName} from './expressions.ts'
import {type Cursor, NotUnderstood} from './tokens.ts'
import {readToken} from './values.ts'

const FLAGS = new Set(['random', 'fully-random', 'persistent'])

/** Reads what follows `dnat`, `snat`, `masquerade` or `redirect`. */
export function translationTo(cursor: Cursor): {readonly [key: string]: unknown} | null {
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
