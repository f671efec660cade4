import {useEffect, useState} from 'react'
import type {Room} from './frame.tsx'
import type {Line} from './lines.ts'
import {findInLines, GUTTER_WIDTH, markedRows} from './search/find-in-lines.ts'
import {modulo, SearchRow} from './search/search-row.tsx'
import type {Search} from './search/use-search.ts'
import {TextWindow} from './text-window.tsx'
import {useScrollTo} from './use-scroll.ts'

type Props = {
  /** Not wrapped yet. */
  readonly lines: readonly Line[]
  readonly room: Room
  readonly search: Search
  /** Whether ↑ and ↓ scroll, too; false where they choose below the text. */
  readonly arrows?: boolean
  /** Whether j and k scroll, too. */
  readonly letters?: boolean
}

/** A text to scroll through and to search in. */
export function LongText({lines, room, search, arrows = true, letters = arrows}: Props) {
  const {line, typing, steps} = search
  const searching = line !== null
  const columns = searching ? room.columns - GUTTER_WIDTH : room.columns
  const rows = searching ? room.rows - 1 : room.rows
  const query = line?.text ?? ''
  const found = findInLines(lines, columns, query)
  const [offset, scrollTo] = useScrollTo({
    lines: found.rows.length,
    rows,
    arrows,
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

  const shown = searching ? markedRows(found.rows, matches, current) : found.rows
  return (
    <>
      <TextWindow lines={shown} rows={rows} offset={offset} moreHint={arrows ? '↓' : 'PgDn'} />
      {searching && (
        <SearchRow line={line} typing={typing} columns={columns} current={current} count={matches.length} />
      )}
    </>
  )
}
