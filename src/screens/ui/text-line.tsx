import {Box, Text} from 'ink'
import {withLinks} from '../../report/text/terminal.ts'
import {softPart} from '../terminal/soft-rows.ts'
import type {Line} from './lines.ts'
import {Mark} from './mark.tsx'
import {hasLinks, theme} from './theme.ts'

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

type Props = {
  readonly text: string
  readonly found: NonNullable<Line['found']>
  /** Where the text begins in what was searched. */
  readonly from?: number
}

/** Text with what a search has found in it set off. */
export function Pieces({text, found, from: start = 0}: Props) {
  if (found.length === 0) return text
  const within = (at: number) => Math.max(0, Math.min(text.length, at - start))
  let done = 0
  const pieces = found.flatMap(([from, to]) => {
    const [begin, end] = [within(from), within(to)]
    const piece = [text.slice(done, begin), text.slice(begin, end)] as const
    done = Math.max(done, end)
    return [piece]
  })
  return (
    <>
      {pieces.map(([before, match], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece is known by its place.
        <Text key={at}>
          {before}
          <Text inverse>{match}</Text>
        </Text>
      ))}
      {text.slice(done)}
    </>
  )
}
