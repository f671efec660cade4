/** What marks rows of one text that the terminal is to break itself: a link (OSC 8) to no place. */
const NO_PLACE = 'x-drs-onboard:'

const ST = '\u001B\\'

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control sequences are what is looked for.
const LINK = /\u001B\]8;[^\u0007\u001B]*(?:\u0007|\u001B\\)/g
const END_OF_PART =
  /\u001B\]8;id=([\w.-]+);[^\u0007\u001B]+\u001B\\(?:[^\u001B]|\u001B\[[\d;]*m)*\u001B\]8;;\u001B\\(?:\u001B\[[\d;]*m)*$/
const START_OF_PART = /^(\u001B\[1G\u001B\[K)?((?:\u001B\[[\d;]*m)*\u001B\]8;id=([\w.-]+);)/
const SEQUENCE = /\u001B(?:\[[\d;?]*[A-Za-z]|\]8;[^\u0007\u001B]*(?:\u0007|\u001B\\))/g
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: see above.

/** CSI EL: the rest of the row. */
const ERASE_REST = '\u001B[K'

/** A part of a text that fills its row to the last column, or is the last; `id` is the same for all of them. */
export function softPart(text: string, id: string, url: string | null): string {
  return `\u001B]8;id=${id};${url ?? NO_PLACE}${ST}${text}\u001B]8;;${ST}`
}

/**
 * Leaves it to the terminal to break marked rows: without the line feed between them it goes on in the next row of its own accord,
 * and knows that both are one line, which is then copied as one. The cursor comes out at the same place.
 *
 * @param chunk what Ink writes: a frame, or the rows of one that have changed, each erased before it is written
 */
export function joinSoftRows(
  chunk: string,
  {columns, hyperlinks}: {readonly columns: number; readonly hyperlinks: boolean},
): string {
  if (!chunk.includes('\u001B]8;')) return chunk
  const rows = chunk.split('\n')
  const joined = rows.map((row, at) => {
    const goesOn = partAt(rows[at - 1], row)
    const isLast = partAt(row, rows[at + 1]) === null
    if (goesOn === null) return `${at === 0 ? '' : '\n'}${row}`
    const rest = row.slice(goesOn.erased.length)
    const erases = goesOn.erased !== '' && isLast && rest.replace(SEQUENCE, '').length < columns
    return erases ? `${rest}${ERASE_REST}` : rest
  })
  const text = joined.join('')
  return hyperlinks ? text : text.replace(LINK, '')
}

/** What precedes the part that goes on from the row before; null where it is another text. */
function partAt(before: string | undefined, row: string | undefined): {readonly erased: string} | null {
  const ended = END_OF_PART.exec(before ?? '')?.[1]
  const [, erased = '', , begun] = START_OF_PART.exec(row ?? '') ?? []
  return ended !== undefined && ended === begun ? {erased} : null
}
