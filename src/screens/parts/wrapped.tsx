import {type Line, wrapLines} from './lines.ts'
import {TextLine} from './text-line.tsx'

/** One line on as many rows as it takes. */
export function Wrapped({line, columns}: {readonly line: Line; readonly columns: number}) {
  return wrapLines([line], columns).map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place.
    <TextLine key={at} line={part} />
  ))
}
