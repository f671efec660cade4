import {Box, Text, useAnimation} from 'ink'
import {glyphs, theme} from './theme.ts'

const SPINNER_INTERVAL_MS = 160

/**
 * The glyph of everything that moves at this moment; null while nothing does. One call per screen: several spinners are
 * several timers.
 */
export function useSpinner(moves: boolean): string | null {
  const {frame} = useAnimation({interval: SPINNER_INTERVAL_MS, isActive: moves})
  return moves ? (glyphs.spinner[frame % glyphs.spinner.length] ?? null) : null
}

export function Spinner({label}: {readonly label: string}) {
  const glyph = useSpinner(true)
  return (
    <Box height={1} gap={1}>
      {glyph !== null && <Text {...theme.tone.accent}>{glyph}</Text>}
      <Text wrap="truncate-end">{label}</Text>
    </Box>
  )
}
