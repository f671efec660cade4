import {Box} from 'ink'
import {glyphs} from '../theme.ts'
import {type Line, wrapLines} from './lines.ts'
import {TextLine} from './text-line.tsx'
import {TextWindow} from './text-window.tsx'

type Props = {readonly lines: readonly Line[]; readonly columns: number; readonly rows: number}

/** The beginning of what is known about a highlighted row, under a rule. */
export function DetailPane({lines, columns, rows}: Props) {
  return (
    <Box flexDirection="column">
      <TextLine line={{text: glyphs.rule.repeat(columns), tone: 'muted'}} />
      <TextWindow lines={wrapLines(lines, columns)} rows={rows - 1} moreHint="→" />
    </Box>
  )
}

/** Rows for a list and for the detail under it, its rule included. The list gets what it needs, up to half. */
export function splitRows(rows: number, items: number): {readonly list: number; readonly detail: number} {
  const list = Math.max(1, Math.min(items, Math.floor(rows / 2)))
  return {list, detail: rows - list}
}
