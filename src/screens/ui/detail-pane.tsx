import {Box} from 'ink'
import type {Line} from './lines.ts'
import {findInLines, GUTTER_WIDTH, markedRows} from './search/find-in-lines.ts'
import {TextLine} from './text-line.tsx'
import {lastOffset, TextWindow} from './text-window.tsx'
import {glyphs} from './theme.ts'

type Props = {
  readonly lines: readonly Line[]
  readonly columns: number
  readonly rows: number
  /** What is searched for in the list; null while nothing is. */
  readonly query: string | null
}

/** The beginning of what is known about a highlighted row, or the first place found in it, under a rule. */
export function DetailPane({lines, columns, rows: allRows, query}: Props) {
  const rows = allRows - 1
  const {rows: wrapped, matches} = findInLines(
    lines,
    query === null ? columns : columns - GUTTER_WIDTH,
    query ?? '',
  )
  const row = matches[0]?.row ?? 0
  const offset = row < rows - 1 ? 0 : Math.min(lastOffset(wrapped.length, rows), row - Math.floor(rows / 2))
  return (
    <Box flexDirection="column">
      <TextLine line={{text: glyphs.rule.repeat(columns), tone: 'muted'}} />
      <TextWindow
        lines={query === null ? wrapped : markedRows(wrapped, matches, -1)}
        rows={rows}
        offset={offset}
        moreHint="→"
      />
    </Box>
  )
}

/** Rows for a list and for the detail under it, its rule included. The list gets what it needs, up to half. */
export function splitRows(rows: number, items: number): {readonly list: number; readonly detail: number} {
  const list = Math.max(1, Math.min(items, Math.floor(rows / 2)))
  return {list, detail: rows - list}
}
