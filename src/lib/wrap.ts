/** What is never broken: characters without blanks, and a command between backticks with its blanks. */
const WORD = /(?:`[^`]*`|[^ ])+/g

/** The words of a text; a command between backticks is one. */
function wordsOf(text: string): readonly string[] {
  return text.match(WORD) ?? []
}

/**
 * Breaks text at spaces into lines of at most `columns` characters. A word that is longer (a URL, a path, a command
 * between backticks) stays whole, so that it can be copied.
 */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of wordsOf(text)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || [...longer].length <= columns) {
      line = longer
    } else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** Wrapped text that starts after `start` and stays to the right of it: `Owner  the network team`. */
export function hanging(start: string, text: string, columns: number): readonly string[] {
  const margin = ' '.repeat(start.length)
  return wrap(text, Math.max(20, columns - start.length)).map((line, index) =>
    `${index === 0 ? start : margin}${line}`.trimEnd(),
  )
}
