import type {Report} from './report.ts'

/** `JSON.stringify` leaves these as they are: DEL and C1 controls, line separators, bidirectional marks. */
const LEFT_RAW = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The report as one JSON document that ends in a line feed. */
export function printJson(report: Report): string {
  const text = JSON.stringify(report, null, 2)
  // Such characters stand inside strings only (but for the line feeds between tokens), so that escaping them changes
  // no value.
  const escaped = text.replace(LEFT_RAW, character => (character === '\n' ? '\n' : unicodeEscape(character)))
  return `${escaped}\n`
}

function unicodeEscape(character: string): string {
  return Array.from(
    {length: character.length},
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')
}
