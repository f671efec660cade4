import {Box, Text} from 'ink'
import {theme} from '../theme.ts'
import {type CheckRow, seconds} from './check-rows.ts'
import {Mark} from './mark.tsx'
import {windowStart} from './use-list.ts'

type Props = {
  readonly rows: readonly CheckRow[]
  readonly height: number
  readonly columns: number
  readonly spinner: string | null
}

/** From here on there is room for the detail beside the title. */
const WIDE = 70

/** Checks as they go on, one row each. With too little room the running ones stay in view. */
export function CheckList({rows, height, columns, spinner}: Props) {
  const running = rows.findIndex(({mark}) => mark === 'running')
  const start = windowStart(running === -1 ? rows.length - 1 : running, rows.length, height)
  return (
    <Box flexDirection="column">
      {rows.slice(start, start + Math.max(0, height)).map(({id, mark, title, detail, elapsedMs}) => (
        <Box key={id} height={1} flexShrink={0}>
          <Mark name={mark} {...(mark === 'running' && spinner !== null ? {glyph: spinner} : {})} />
          <Box flexShrink={columns >= WIDE ? 0 : 1} flexGrow={columns >= WIDE ? 0 : 1} marginRight={1}>
            <Text {...(mark === 'waiting' ? theme.tone.muted : theme.tone.plain)} wrap="truncate-end">
              {title}
            </Text>
          </Box>
          {columns >= WIDE && (
            <Box flexGrow={1} flexShrink={1} marginRight={1}>
              <Text {...theme.tone.muted} wrap="truncate-middle">
                {detail}
              </Text>
            </Box>
          )}
          {elapsedMs !== null && (
            <Box flexShrink={0}>
              <Text {...theme.tone.muted}>{seconds(elapsedMs).padStart(7)}</Text>
            </Box>
          )}
        </Box>
      ))}
    </Box>
  )
}
