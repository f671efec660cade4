import {Box, Text} from 'ink'
import {theme} from '../theme.ts'
import type {Line} from './lines.ts'
import {Mark} from './mark.tsx'

/** One row. Cut at the edge rather than wrapped, so that a frame's height is known. */
export function TextLine({line}: {readonly line: Line}) {
  const {text, tone = 'plain', indent = 0, label, mark} = line
  return (
    <Box height={1} flexShrink={0} paddingLeft={indent}>
      {mark !== undefined && <Mark name={mark} />}
      {label !== undefined && (
        <Box flexShrink={0}>
          <Text>{label}</Text>
        </Box>
      )}
      <Text {...theme.tone[tone]} wrap="truncate-end">
        {text === '' ? ' ' : text}
      </Text>
    </Box>
  )
}
