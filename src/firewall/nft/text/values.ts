import {type Cursor, NotUnderstood, type Token} from './tokens.ts'

const END_OF_RANGE = '(?:0x[0-9a-f]+|[0-9.]+|[0-9a-f.]*:[0-9a-f:.]*)'
const RANGE = new RegExp(`^(${END_OF_RANGE})-(${END_OF_RANGE})$`, 'i')

/** A value as the JSON would have it; numbers stay text. */
export function readToken({text, quoted}: Token): unknown {
  if (quoted) return text
  const range = RANGE.exec(text)
  if (range) return {range: [range[1], range[2]]}
  const parts = text.split(',')
  return parts.length > 1 ? parts : text
}

/** Reads a value that is no set, or bits joined by `|`. */
export function readValue(cursor: Cursor): unknown {
  const first = readToken(cursor.take())
  if (cursor.peek() !== '|') return first
  const bits = [first]
  while (cursor.skip('|')) bits.push(readToken(cursor.take()))
  return {'|': bits}
}

/** Reads `{ … }`, of keys or of pairs `key : value`. */
export function readSet(cursor: Cursor): {readonly set: readonly unknown[]} {
  cursor.expect('{')
  const elements: unknown[] = []
  while (!cursor.skip('}')) {
    const element = readElement(cursor)
    elements.push(cursor.skip(':') ? [element, readData(cursor)] : element)
    if (!cursor.skip(',') && cursor.peek() !== '}') throw new NotUnderstood()
  }
  return {set: elements}
}

/** Options of an element that do not decide whether it counts, with the number of words after each. */
const ELEMENT_OPTIONS: Readonly<Record<string, number>> = {timeout: 1, expires: 1, comment: 1, counter: 4}

const ENDS_ELEMENT = new Set([',', '}', ':'])

function readElement(cursor: Cursor): unknown {
  const parts = [readValue(cursor)]
  while (cursor.skip('.')) parts.push(readValue(cursor))
  const val = parts.length > 1 ? {concat: parts} : parts[0]
  let understood = true
  while (!ENDS_ELEMENT.has(cursor.peek())) {
    const words = ELEMENT_OPTIONS[cursor.take().text]
    if (words === undefined) understood = false
    for (let count = words ?? 0; count > 0; count--) cursor.take()
  }
  return understood ? val : {'not understood': val}
}

const VERDICTS = new Set(['accept', 'drop', 'continue', 'return'])

/** What a map holds for a key: a verdict, or a value of one part or several. */
function readData(cursor: Cursor): unknown {
  const verdict = readVerdict(cursor)
  if (verdict) return verdict
  const parts = [readToken(cursor.take())]
  while (cursor.skip('.')) parts.push(readToken(cursor.take()))
  return parts.length > 1 ? {concat: parts} : parts[0]
}

/** Null when what comes next is no verdict. */
export function readVerdict(cursor: Cursor): unknown {
  const word = cursor.peek()
  if (VERDICTS.has(word)) return {[cursor.word()]: null}
  if (word !== 'jump' && word !== 'goto') return null
  return {[cursor.word()]: {target: cursor.word()}}
}
