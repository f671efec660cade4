import type {Shell} from '../../contract/command-line.ts'
import {printableLine} from '../../lib/printable.ts'
import type {MarkName, Tone} from './theme.ts'

/** One line of text to show. After wrapping, each takes exactly one row of the terminal. */
export type Line = {
  readonly text: string
  readonly tone?: Tone
  /** Columns left free, on continuation lines too. */
  readonly indent?: number
  /** Before the text; continuation lines stand below the text. */
  readonly label?: string
  /** Stands for the label in linear text, where a sign says nothing. */
  readonly spoken?: string
  /** A status in front of everything, with glyph and word. */
  readonly mark?: MarkName
  /** In front of everything, before the indent: marks what a search has found. */
  readonly gutter?: string
  /** What a search has found in label and text together. */
  readonly found?: readonly (readonly [from: number, to: number])[]
  /** A command for this shell: never broken, but by the terminal itself. */
  readonly command?: Shell
  /** After wrapping: this row is a part of a text that the terminal breaks, so that it is copied as one. */
  readonly part?: {readonly id: string; readonly url: string | null}
}

export const BLANK: Line = {text: ''}

/** Columns that a mark takes: glyph, space, word, space. */
const MARK_WIDTH = 8

/** Width of labels in a list of facts. */
const LABEL_WIDTH = 14

/** A line of a list of facts: a label, the text beside it. */
export function fact(label: string, text: string, tone: Tone = 'plain'): Line {
  return {label: `${label.padEnd(LABEL_WIDTH - 1)} `, text, tone}
}

/**
 * Breaks lines at spaces so that none is wider than `columns`; longer words are cut. URLs and commands are cut where the
 * row ends, in parts that the terminal joins. Text is made safe to print.
 */
export function wrapLines(lines: readonly Line[], columns: number): readonly Line[] {
  return lines.flatMap(line => wrapLine(line, columns))
}

function wrapLine(line: Line, columns: number): readonly Line[] {
  const text = printableLine(line.text)
  const hang = (line.indent ?? 0) + (line.mark === undefined ? 0 : MARK_WIDTH) + (line.label?.length ?? 0)
  if (line.command !== undefined) return partsOf({...line, text}, hang, columns, null)
  // A label that would squeeze the text into a narrow column gets a row of its own.
  if (line.label !== undefined && hang + text.length > columns && tooNarrow(text, columns - hang)) {
    const {label, ...rest} = line
    const indent = line.indent ?? 0
    const first: Line = {text: label.trimEnd(), indent, ...(line.mark && {mark: line.mark})}
    const {mark, ...body} = rest
    return [...wrapLine(first, columns), ...wrapLine({...body, indent: indent + 2}, columns)]
  }
  const {mark, label, ...continuation} = line
  const width = Math.max(8, columns - hang)
  return wrapAroundWhole(text, width).flatMap((part, at) => {
    const row: Line = at === 0 ? {...line, text: part} : {...continuation, text: part, indent: hang}
    return part.length > width ? partsOf(row, hang, columns, urlOf(part)) : [row]
  })
}

/** Where a URL ends, and what follows it in a sentence. */
const URL_WORD = /^[("\u201c]?(https?:\/\/\S*?)[.,;:)"\u201d]*$/

function urlOf(word: string): string | null {
  return URL_WORD.exec(word)?.[1] ?? null
}

/** A command between backticks, with what follows it in a sentence. */
const COMMAND_WORD = /^[(\u201c]?`[^`]* [^`]*`\S*$/

/** The same as `wrapText`, but a URL or a command that is wider is one part, whole. */
function wrapAroundWhole(text: string, width: number): readonly string[] {
  const parts: string[] = []
  let words: string[] = []
  const flush = () => {
    if (words.length > 0) parts.push(...wrapText(words.join(' '), width))
    words = []
  }
  for (const word of spacedWords(text)) {
    if (word.length <= width || (urlOf(word) === null && !COMMAND_WORD.test(word))) words.push(word)
    else {
      flush()
      parts.push(word)
    }
  }
  flush()
  return parts.length === 0 ? [''] : parts
}

/** One text in rows of which each fills the window to its last column. `hang`: columns that are taken in the first. */
function partsOf(row: Line, hang: number, columns: number, url: string | null): readonly Line[] {
  const {text, mark, label, ...more} = row
  const first = Math.max(8, columns - hang)
  if (text.length <= first) return [row]
  const [start = ''] = new RegExp(`^.{1,${first}}`, 'su').exec(text) ?? []
  const texts = [start, ...(text.slice(start.length).match(new RegExp(`.{1,${columns}}`, 'gsu')) ?? [])]
  // Wider characters than these do not fill a row exactly.
  const part = /^[ -~]*$/.test(text) && hang + first === columns ? {part: {id: idOf(text), url}} : {}
  return texts.map(
    (piece, at): Line =>
      at === 0 ? {...row, text: piece, ...part} : {...more, text: piece, indent: 0, ...part},
  )
}

/** The same for the same text, so that a row that has not changed is not drawn again (FNV-1a). */
function idOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(36)
}

/** Whether a column is too narrow for a text: for reading, or for one of its words. */
function tooNarrow(text: string, width: number): boolean {
  return width < 24 || (width < 40 && text.split(' ').some(word => word.length > width))
}

/** Printable text has none. */
const KEPT_SPACE = '\u0000'

/** As `text.split(' ')`, but a command between backticks is one word. */
function spacedWords(text: string): readonly string[] {
  return text
    .replace(/`[^`]*`/g, command => command.replaceAll(' ', KEPT_SPACE))
    .split(' ')
    .map(word => word.replaceAll(KEPT_SPACE, ' '))
}

/** Breaks text at spaces into parts of at most `width` characters; there is always one part. */
export function wrapText(text: string, width: number): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (const word of spacedWords(text)) {
    const joined = part === '' ? word : `${part} ${word}`
    if (joined.length <= width) {
      part = joined
      continue
    }
    if (part !== '') parts.push(part)
    const pieces = word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']
    parts.push(...pieces.slice(0, -1))
    part = pieces.at(-1) ?? ''
  }
  return [...parts, part]
}

/** A moment, given as ISO 8601 in UTC, to the minute: `2026-07-01 03:00 UTC`. */
export function minuteText(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}
