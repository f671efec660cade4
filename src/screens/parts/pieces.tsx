import {Text} from 'ink'
import type {Line} from './lines.ts'

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
