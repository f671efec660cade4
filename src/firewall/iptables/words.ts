export type Word = {
  readonly text: string
  /** It was written in quotes, so it is a value whatever it looks like. */
  readonly quoted: boolean
}

/**
 * Splits a rule the way `iptables-restore` does: at blanks, with `"` quoting and, inside quotes, backslash before
 * any character. Null when a quote is left open.
 */
export function splitWords(line: string): Word[] | null {
  const words: Word[] = []
  const {length} = line
  let at = 0
  while (at < length) {
    const code = line.charCodeAt(at)
    if (code === 32 || code === 9 || code === 13) {
      at++
      continue
    }
    const plainEnd = endOfPlain(line, at)
    if (line.charCodeAt(plainEnd) !== QUOTE) {
      words.push({text: line.slice(at, plainEnd), quoted: false})
      at = plainEnd
      continue
    }
    const word = quotedWord(line, at)
    if (!word) return null
    words.push({text: word.text, quoted: true})
    at = word.end
  }
  return words
}

const QUOTE = 34
const BACKSLASH = 92

function endOfPlain(line: string, start: number): number {
  let at = start
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === 32 || code === 9 || code === 13 || code === QUOTE) break
  }
  return at
}

function quotedWord(line: string, start: number): {text: string; end: number} | null {
  const pieces: string[] = []
  let inside = false
  let from = start
  let at = start
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === QUOTE) {
      pieces.push(line.slice(from, at))
      from = at + 1
      inside = !inside
    } else if (inside && code === BACKSLASH) {
      pieces.push(line.slice(from, at))
      from = at + 1
      at++
    } else if (!inside && (code === 32 || code === 9 || code === 13)) break
  }
  if (inside) return null
  pieces.push(line.slice(from, at))
  return {text: pieces.join(''), end: at}
}

/** Writes a word so that `splitWords` reads it back, in the manner of `iptables-save`. */
export function quoteWord({text, quoted}: Word): string {
  if (!quoted && /^[^\s"\\']+$/.test(text)) return text
  return `"${text.replace(/["'\\]/g, character => `\\${character}`)}"`
}
