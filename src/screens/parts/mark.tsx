import {Box, Text, useIsScreenReaderEnabled} from 'ink'
import {type MarkName, markOf, WORD_WIDTH} from '../theme.ts'

type Props = {
  readonly name: MarkName
  /** Takes the glyph's place, for something that moves. */
  readonly glyph?: string
}

/** A status as glyph, word and colour. A screen reader gets the word alone. */
export function Mark({name, glyph}: Props) {
  const {glyph: still, word, look} = markOf(name)
  const spoken = useIsScreenReaderEnabled()
  return (
    <Box flexShrink={0}>
      <Text {...look}>{spoken ? `${word}:` : `${glyph ?? still} ${word.padEnd(WORD_WIDTH)} `}</Text>
    </Box>
  )
}
