import type {Report} from './report.ts'
import {textOption} from './report-options.ts'
import {type RequestSheet, requestNotes, requestSheets} from './request-sheet.ts'
import {OWNER_WORDS} from './words.ts'

/** What somebody else is asked for, to be pasted into a ticket. */
export type RequestText = {
  /** `the network team`. */
  readonly to: string
  readonly text: string
}

/** The requests of a report, one for each team. */
export function requestTexts(report: Report): readonly RequestText[] {
  return requestSheets(report).map(sheet => ({to: OWNER_WORDS[sheet.owner], text: textOf(sheet, report)}))
}

function textOf(sheet: RequestSheet, report: Report): string {
  const region = textOption(report, 'region')
  const server = report.host === null ? 'this server' : `server ${report.host.hostname}`
  return [
    `For the ${OWNER_WORDS[sheet.owner]}: AWS Elastic Disaster Recovery, ${server}${region === null ? '' : `, Region ${region}`}`,
    ...sheet.rows.map(
      ({request, from, to, port, protocol, reason}) =>
        `- ${request}: ${protocol} ${port} from ${from} to ${to} (for ${reason})`,
    ),
    ...requestNotes([sheet]),
  ].join('\n')
}
