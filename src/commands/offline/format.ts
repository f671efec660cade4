import {UserError} from '../../contract/errors.ts'
import type {ExitCode} from '../../contract/exit-codes.ts'

/** The format asked for, or `text`. Throws `UserError` for one that the command does not print. */
export function formatOr<const Format extends string>(
  formats: readonly Format[],
  asked: string | undefined,
): Format | 'text' {
  if (asked === undefined) return 'text'
  const format = formats.find(known => known === asked)
  if (format) return format
  throw new UserError(`--format must be one of ${formats.join(', ')}, not ${JSON.stringify(asked)}.`)
}

/** Text from outside without control and format characters, which a terminal would act on. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}')

/** A JSON document as commands print it. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** What a command that only prints leaves behind: the result for stdout, remarks for stderr, both possibly empty. */
export type CommandResult = {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: ExitCode
}

/** Rows in the order of `columns`; every row has a text for every column. */
export type Table = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Columns aligned by spaces, headings in capitals. */
export function textTable({columns, rows}: Table): string {
  const all = [columns.map(column => column.toUpperCase()), ...rows]
  const widths = columns.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  return lines(
    all.map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  )
}

/** A Markdown table (GitHub's form): a `|` or a line break inside a cell would end it. */
export function markdownTable({columns, rows}: Table): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`
  return lines([line(columns), line(columns.map(() => '---')), ...rows.map(line)])
}

/** Comma-separated values with a header line, quoted where needed and with CRLF line ends (RFC 4180). */
export function csv({columns, rows}: Table): string {
  const field = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return [columns, ...rows].map(row => `${row.map(field).join(',')}\r\n`).join('')
}

const lines = (all: readonly string[]): string => all.map(line => `${line}\n`).join('')
