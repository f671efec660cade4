import {Box} from 'ink'
import type {Line} from './lines.ts'
import {TextLine} from './text-line.tsx'
import {glyphs} from './theme.ts'

type Props = {
  /** Wrapped lines. */
  readonly lines: readonly Line[]
  readonly rows: number
  readonly offset?: number
  /** How to see what does not fit. */
  readonly moreHint?: string
}

/** As many lines as there is room for; the last row tells how many are left. */
export function TextWindow({lines, rows, offset = 0, moreHint}: Props) {
  if (rows < 1) return null
  const left = lines.length - offset
  const shown = left <= rows ? lines.slice(offset) : lines.slice(offset, offset + rows - 1)
  return (
    <Box flexDirection="column">
      {shown.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place.
        <TextLine key={at} line={line} />
      ))}
      {left > rows && <TextLine line={{text: more(left - shown.length, moreHint)}} />}
    </Box>
  )
}

function more(lines: number, hint: string | undefined): string {
  return `${glyphs.more} ${lines} more ${lines === 1 ? 'line' : 'lines'}${hint === undefined ? '' : ` (${hint})`}`
}

/** The last offset that still fills the window, counting the row that tells how many lines are left. */
export function lastOffset(lines: number, rows: number): number {
  return Math.max(0, lines - rows)
}
