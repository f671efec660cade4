import type {Match} from './find-in-lines.ts'
import type {Line} from './lines.ts'

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
