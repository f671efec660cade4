import {Box} from 'ink'
import type {Line} from './lines.ts'
import {findInLines, GUTTER_WIDTH, markedRows} from './search/find-in-lines.ts'
import {SearchRow} from './search/search-row.tsx'
import type {ListSearch} from './search/use-list-search.ts'
import type {Search} from './search/use-search.ts'
import {TextLine} from './text-line.tsx'
import {lastOffset, TextWindow} from './text-window.tsx'
import {glyphs} from './theme.ts'

type Props = {
  readonly lines: readonly Line[]
  readonly columns: number
  readonly rows: number
  /** The search of the list, and what it found. */
  readonly search: Search
  readonly found: ListSearch
}

/**
 * The beginning of what is known about a highlighted row of a list, or the first place found in it, under a rule; below
 * it what is searched for in the list.
 */
export function DetailPane({lines, columns, rows: allRows, search, found}: Props) {
  const query = search.line?.text ?? null
  const rows = allRows - 1
  const {rows: wrapped, matches} = findInLines(
    lines,
    query === null ? columns : columns - GUTTER_WIDTH,
    query ?? '',
  )
  const row = matches[0]?.row ?? 0
  const offset = row < rows - 1 ? 0 : Math.min(lastOffset(wrapped.length, rows), row - Math.floor(rows / 2))
  return (
    <>
      <Box flexDirection="column">
        <TextLine line={{text: glyphs.rule.repeat(columns), tone: 'muted'}} />
        <TextWindow
          lines={query === null ? wrapped : markedRows(wrapped, matches, -1)}
          rows={rows}
          offset={offset}
          moreHint="→"
        />
      </Box>
      {search.line !== null && (
        <SearchRow line={search.line} typing={search.typing} columns={columns} {...found} />
      )}
    </>
  )
}

/** Rows for a list and for the detail under it, its rule included. The list gets what it needs, up to half. */
export function splitRows(rows: number, items: number): {readonly list: number; readonly detail: number} {
  const list = Math.max(1, Math.min(items, Math.floor(rows / 2)))
  return {list, detail: rows - list}
}
