import type {Extras} from './extras.ts'
import {printJson} from './json.ts'
import {printJunit} from './junit.ts'
import {printMarkdown} from './markdown.ts'
import type {Report} from './report.ts'
import {printText} from './text.ts'

const PRINTERS = {text: printText, json: printJson, markdown: printMarkdown, junit: printJunit} as const

export type ReportFormat = keyof typeof PRINTERS

/** The report in a format, ready for stdout or a file; the same input gives the same bytes. */
export function printReport(format: ReportFormat, report: Report, extras: Extras = {}): string {
  return PRINTERS[format](report, extras)
}
