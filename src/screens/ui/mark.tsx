import {Box, Text} from 'ink'
import {type MarkName, markOf, WORD_WIDTH} from './theme.ts'

type Props = {
  readonly name: MarkName
  /** Takes the glyph's place, for something that moves. */
  readonly glyph?: string
}

/** A status as glyph, word and colour. */
export function Mark({name, glyph}: Props) {
  const {glyph: still, word, look} = markOf(name)
  return (
    <Box flexShrink={0}>
      <Text {...look}>{`${glyph ?? still} ${word.padEnd(WORD_WIDTH)} `}</Text>
    </Box>
  )
}
