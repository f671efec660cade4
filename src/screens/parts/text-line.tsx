import {Box, Text} from 'ink'
import {withLinks} from '../../report/hyperlinks.ts'
import {softPart} from '../soft-rows.ts'
import {hasLinks, theme} from '../theme.ts'
import type {Line} from './lines.ts'
import {Mark} from './mark.tsx'
import {Pieces} from './pieces.tsx'

/** One row. Cut at the edge rather than wrapped, so that a frame's height is known. */
export function TextLine({line}: {readonly line: Line}) {
  const {text, tone = 'plain', indent = 0, label, mark, gutter, found = [], part} = line
  return (
    <Box height={1} flexShrink={0} paddingLeft={gutter === undefined ? indent : 0}>
      {gutter !== undefined && (
        <Box flexShrink={0} paddingRight={indent}>
          <Text {...theme.tone.accent}>{gutter}</Text>
        </Box>
      )}
      {mark !== undefined && <Mark name={mark} />}
      {label !== undefined && (
        <Box flexShrink={0}>
          <Text>
            <Pieces text={label} found={found} />
          </Text>
        </Box>
      )}
      <Text {...theme.tone[tone]} wrap="truncate-end">
        {text === '' ? (
          ' '
        ) : gutter === undefined ? (
          part === undefined ? (
            hasLinks ? (
              withLinks(text)
            ) : (
              text
            )
          ) : (
            softPart(text, part.id, part.url)
          )
        ) : (
          <Pieces text={text} found={found} from={label?.length ?? 0} />
        )}
      </Text>
    </Box>
  )
}
