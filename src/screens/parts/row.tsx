import figures from 'figures'
import {Box, Text, useIsScreenReaderEnabled} from 'ink'
import type {ReactNode} from 'react'
import {theme} from '../theme.ts'

/** One row of a list, with a pointer before the highlighted one. */
export function Row({highlighted, children}: {readonly highlighted: boolean; readonly children: ReactNode}) {
  const spoken = useIsScreenReaderEnabled()
  const pointer = spoken ? '(highlighted)' : `${figures.pointer} `
  return (
    <Box height={1} flexShrink={0}>
      <Box flexShrink={0}>
        <Text {...theme.tone.accent}>{highlighted ? pointer : '  '}</Text>
      </Box>
      {children}
    </Box>
  )
}
