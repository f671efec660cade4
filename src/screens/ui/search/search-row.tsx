import {Box, Text} from 'ink'
import type {EditedLine} from '../../terminal/line-editor.ts'
import {Typed} from '../text-field.tsx'
import type {Search} from './use-search.ts'

type Props = {
  readonly line: EditedLine
  readonly typing: boolean
  readonly columns: number
  /** Which of those found is the present one, from 0; -1 where none is. */
  readonly current: number
  readonly count: number
}

/** Room for the count behind the text. */
const COUNT_WIDTH = 12

/** What is searched for, and how many were found. */
export function SearchRow({line: {text, cursor}, typing, columns, current, count}: Props) {
  return (
    <Box height={1} flexShrink={0}>
      <Box flexShrink={1}>
        <Text wrap="truncate-start">/</Text>
        {typing ? (
          <Typed text={text} cursor={cursor} placeholder="" width={Math.max(8, columns - COUNT_WIDTH)} />
        ) : (
          <Text wrap="truncate-end">{text}</Text>
        )}
      </Box>
      <Box flexShrink={0}>
        <Text>{text === '' ? '' : `  ${countText(current, count)}`}</Text>
      </Box>
    </Box>
  )
}

function countText(current: number, count: number): string {
  if (count === 0) return 'not found'
  return current === -1 ? `${count} found` : `${current + 1} of ${count}`
}

/** Rows that it takes. */
export const searchRows = ({line}: Search) => (line === null ? 0 : 1)

export const modulo = (value: number, by: number) => ((value % by) + by) % by
