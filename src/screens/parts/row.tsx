import {Box, Text} from 'ink'
import type {ReactNode} from 'react'
import {glyphs, theme} from '../theme.ts'

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
