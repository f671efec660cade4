import {Box, Text} from 'ink'
import {useEffect, useState} from 'react'
import {findInLines, type Match} from './find-in-lines.ts'
import type {Room} from './frame.tsx'
import type {Line} from './lines.ts'
import {Typed} from './text-field.tsx'
import {TextWindow} from './text-window.tsx'
import {useScrollTo} from './use-scroll.ts'
import type {Search} from './use-search.ts'

/** Columns for what marks a row that the search has found: a sign, so that it is seen without colors, too. */
const GUTTER = {none: '  ', found: '> ', current: '>>'}

type Props = {
  /** Not wrapped yet. */
  readonly lines: readonly Line[]
  readonly room: Room
  readonly search: Search
  /** Whether j and k scroll, too. */
  readonly letters?: boolean
}

/** A text to scroll through and to search in. */
export function LongText({lines, room, search, letters = true}: Props) {
  const {line, typing, steps} = search
  const searching = line !== null
  const columns = searching ? room.columns - GUTTER.none.length : room.columns
  const rows = searching ? room.rows - 1 : room.rows
  const query = line?.text ?? ''
  const found = findInLines(lines, columns, query)
  const [offset, scrollTo] = useScrollTo({
    lines: found.rows.length,
    rows,
    arrows: true,
    letters,
    isActive: !typing,
  })
  // The search goes on from what was on the screen when it began.
  const [from, setFrom] = useState(0)
  if (!searching && from !== offset) setFrom(offset)
  const {matches} = found
  const first = matches.findIndex(({row}) => row >= from)
  const current = matches.length === 0 ? -1 : modulo(Math.max(0, first) + steps, matches.length)
  const row = matches[current]?.row ?? null

  useEffect(() => {
    if (row !== null) scrollTo(now => (row >= now && row < now + rows - 1 ? now : row - Math.floor(rows / 2)))
  }, [row, rows, scrollTo])

  const shown = searching ? marked(found.rows, matches, current) : found.rows
  return (
    <>
      <TextWindow lines={shown} rows={rows} offset={offset} moreHint="↓" />
      {searching && (
        <Box height={1} flexShrink={0}>
          <Box flexShrink={1}>
            <Text wrap="truncate-start">/</Text>
            {typing ? (
              <Typed text={query} cursor={line.cursor} placeholder="" width={Math.max(8, columns - 12)} />
            ) : (
              <Text wrap="truncate-end">{query}</Text>
            )}
          </Box>
          <Box flexShrink={0}>
            <Text>{query === '' ? '' : `  ${countText(current, matches.length)}`}</Text>
          </Box>
        </Box>
      )}
    </>
  )
}

function countText(current: number, count: number): string {
  return count === 0 ? 'not found' : `${current + 1} of ${count}`
}

const modulo = (value: number, by: number) => ((value % by) + by) % by

function marked(rows: readonly Line[], matches: readonly Match[], current: number): readonly Line[] {
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
