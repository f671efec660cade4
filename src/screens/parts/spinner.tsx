import {Box, Text, useAnimation, useIsScreenReaderEnabled} from 'ink'
import {SPINNER_FRAMES, theme} from '../theme.ts'

const SPINNER_INTERVAL_MS = 120

/**
 * The glyph of everything that moves at this moment; null while nothing does, and for a screen reader, which would
 * announce every frame. One call per screen: several spinners are several timers.
 */
export function useSpinner(moves: boolean): string | null {
  const spoken = useIsScreenReaderEnabled()
  const isActive = moves && !spoken
  const {frame} = useAnimation({interval: SPINNER_INTERVAL_MS, isActive})
  return isActive ? (SPINNER_FRAMES[frame % SPINNER_FRAMES.length] ?? null) : null
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
