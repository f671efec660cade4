import {printable, printableLine} from '../../lib/printable.ts'

/** Text inside a paragraph, list item or table cell; source: CommonMark 0.31 "Backslash escapes", GFM tables. */
export function prose(text: string): string {
  return printableLine(text)
    .replace(/[\\`*{}[\]<>#|~!&]|(?<!\w)_|_(?!\w)/g, '\\$&')
    .replace(/^([-+=]|\d+(?=[.)]))/, start => (/\d/.test(start) ? `${start}\\` : `\\${start}`))
}

/** Code inside a line: its fence is longer than any run of backticks in it. */
export function code(text: string): string {
  const line = printableLine(text)
  const fence = '`'.repeat(longestRun(line) + 1)
  const pad = line === '' || line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** Code inside a table cell, where a `|` ends the cell even between backticks. */
export function cellCode(text: string): string {
  return code(text).replaceAll('|', '\\|')
}

/** A block of code lines. */
export function codeBlock(lines: readonly string[], language: string): string {
  const block = printable(lines.join('\n'))
  const fence = '`'.repeat(Math.max(3, longestRun(block) + 1))
  return `${fence}${language}\n${block}\n${fence}`
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}
