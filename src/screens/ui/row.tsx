import {Box, Text} from 'ink'
import type {ReactNode} from 'react'
import {type Line, wrapLines} from './lines.ts'
import {TextLine} from './text-line.tsx'
import {glyphs, theme} from './theme.ts'

/** One row of a list, with a pointer before the highlighted one. */
export function Row({highlighted, children}: {readonly highlighted: boolean; readonly children: ReactNode}) {
  return (
    <Box height={1} flexShrink={0}>
      <Box flexShrink={0}>
        <Text {...theme.tone.accent}>{highlighted ? `${glyphs.pointer} ` : '  '}</Text>
      </Box>
      {children}
    </Box>
  )
}

/** One line on as many rows as it takes. */
export function Wrapped({line, columns}: {readonly line: Line; readonly columns: number}) {
  return wrapLines([line], columns).map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place.
    <TextLine key={at} line={part} />
  ))
}
