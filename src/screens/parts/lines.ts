import type {Shell} from '../../contract/command-line.ts'
import {printableLine} from '../../report/printable.ts'
import type {MarkName, Tone} from '../theme.ts'
import {wrapCommand} from './wrap-command.ts'

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
  /** A command for this shell: its rows are to be copied and pasted together. */
  readonly command?: Shell
}

export const BLANK: Line = {text: ''}

/** Columns that a mark takes: glyph, space, word, space. */
export const MARK_WIDTH = 8

/** Width of labels in a list of facts. */
const LABEL_WIDTH = 14

/** A line of a list of facts: a label, the text beside it. */
export function fact(label: string, text: string, tone: Tone = 'plain'): Line {
  return {label: `${label.padEnd(LABEL_WIDTH - 1)} `, text, tone}
}

/** Breaks lines at spaces so that none is wider than `columns`; longer words are cut. Text is made safe to print. */
export function wrapLines(lines: readonly Line[], columns: number): readonly Line[] {
  return lines.flatMap(line => wrapLine(line, columns))
}

function wrapLine(line: Line, columns: number): readonly Line[] {
  const text = printableLine(line.text)
  const hang = (line.indent ?? 0) + (line.mark === undefined ? 0 : MARK_WIDTH) + (line.label?.length ?? 0)
  if (line.command !== undefined) {
    const {indent = 0, command, ...rest} = line
    const rows = wrapCommand(text, Math.max(8, columns - indent), command)
    return rows.map(row => ({...rest, text: row.text, indent: row.joined ? 0 : indent}))
  }
  // A label that would squeeze the text into a narrow column gets a row of its own.
  if (line.label !== undefined && hang + text.length > columns && tooNarrow(text, columns - hang)) {
    const {label, ...rest} = line
    const indent = line.indent ?? 0
    const first: Line = {text: label.trimEnd(), indent, ...(line.mark && {mark: line.mark})}
    const {mark, ...body} = rest
    return [...wrapLine(first, columns), ...wrapLine({...body, indent: indent + 2}, columns)]
  }
  const [first = '', ...more] = wrapText(text, Math.max(8, columns - hang))
  const {mark, label, ...continuation} = line
  return [{...line, text: first}, ...more.map(part => ({...continuation, text: part, indent: hang}))]
}

/** Whether a column is too narrow for a text: for reading, or for one of its words. */
function tooNarrow(text: string, width: number): boolean {
  return width < 24 || (width < 40 && text.split(' ').some(word => word.length > width))
}

/** Breaks text at spaces into parts of at most `width` characters; there is always one part. */
export function wrapText(text: string, width: number): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (const word of text.split(' ')) {
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
