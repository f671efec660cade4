/**
 * Controls, bidirectional marks, line separators, lone surrogates, unassigned: all that a terminal or XML could trip
 * over.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu

/**
 * Text from outside (rule comments, certificates, answers of proxies) made safe for a terminal or a file: characters
 * that would move the cursor, reorder the line or break XML appear as `\u{1b}`. Line feeds stay.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, character =>
    character === '\n' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}

/** The same, on one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s*[\r\n]+\s*/g, ' ').trim())
}
