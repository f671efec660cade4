import {printableLine} from '../../../lib/printable.ts'
import {type Line, wrapLines} from '../lines.ts'

/** A place in a row of text, in characters: from there up to, but not including. */
export type Span = readonly [from: number, to: number]

/** Where a text was found: the row that it begins in, and its part of that row and of those that it goes on in. */
type Match = {
  readonly row: number
  readonly spans: readonly {readonly row: number; readonly span: Span}[]
}

type Searched = {
  /** Wrapped, one row each. */
  readonly rows: readonly Line[]
  readonly matches: readonly Match[]
}

/** Wraps lines, and finds a text in them, whatever its case and wherever a line was broken. Nothing finds nothing. */
export function findInLines(lines: readonly Line[], columns: number, query: string): Searched {
  const rows: Line[] = []
  const matches: Match[] = []
  for (const line of lines) {
    const own = wrapLines([line], columns)
    if (query !== '') matches.push(...matchesIn(line, own, query, rows.length))
    rows.push(...own)
  }
  return {rows, matches}
}

const fullText = ({label = '', text}: Line) => `${label}${text}`

function matchesIn(line: Line, rows: readonly Line[], query: string, firstRow: number): readonly Match[] {
  const source = fullText({...line, text: printableLine(line.text)})
  const starts = startsOf(source, rows)
  const pattern = new RegExp(query.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu')
  return [...source.matchAll(pattern)].map(({index, 0: {length}}) => {
    const spans = rows.flatMap((row, at) => {
      const start = starts[at] ?? 0
      const from = Math.max(0, index - start)
      const to = Math.min(bodyOf(row).length, index + length - start)
      return from < to ? [{row: firstRow + at, span: [from, to] as const}] : []
    })
    return {row: spans[0]?.row ?? firstRow, spans}
  })
}

const bodyOf = (row: Line) => fullText(row).trimEnd()

/** Where each row begins in the line that it was cut from. */
function startsOf(source: string, rows: readonly Line[]): readonly number[] {
  let at = 0
  return rows.map(row => {
    const text = bodyOf(row)
    const found = source.indexOf(text, at)
    const start = found === -1 ? at : found
    at = start + text.length
    return start
  })
}

/** Columns for what marks a row that the search has found: a sign, so that it is seen without colors, too. */
const GUTTER = {none: '  ', found: '> ', current: '>>'}

export const GUTTER_WIDTH = GUTTER.none.length

/** Rows with what a search has found set off. `current`: which of the matches is the present one; -1 where none is. */
export function markedRows(
  rows: readonly Line[],
  matches: readonly Match[],
  current: number,
): readonly Line[] {
  const spans = Map.groupBy(
    matches.flatMap(match => match.spans),
    ({row}) => row,
  )
  const now = new Set(matches[current]?.spans.map(({row}) => row))
  return rows.map((line, row): Line => {
    const own = spans.get(row)?.map(({span}) => span) ?? []
    const gutter = own.length === 0 ? GUTTER.none : now.has(row) ? GUTTER.current : GUTTER.found
    return {...line, gutter, found: own}
  })
}
