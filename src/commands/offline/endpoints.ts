import {type AllowRow, allowList} from '../../aws/allow-list.ts'
import {type EndpointOptions, endpointsFor} from '../../aws/endpoints.ts'
import {regionOrThrow} from '../../aws/find-region.ts'
import {REGION_DATA} from '../../aws/regions.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import type {CommandResult} from './format.ts'
import {csv, formatOr, json, markdownTable, type Table, textTable} from './format.ts'

const ENDPOINTS_FORMATS = ['text', 'json', 'csv', 'markdown'] as const

const COLUMNS = [
  'host',
  'port',
  'protocol',
  'direction',
  'from',
  'to',
  'reason',
] as const satisfies readonly (keyof AllowRow)[]

export type EndpointsCommandOptions = EndpointOptions & {
  readonly region: string
  /** Canonical CIDR. */
  readonly stagingSubnet?: string | null
  readonly format?: string | undefined
}

/**
 * The allow-list for a corporate firewall. Throws `UserError` for an unknown Region or format, and for `--fips` in a
 * Region without it.
 */
export async function endpointsCommand(options: EndpointsCommandOptions): Promise<CommandResult> {
  const format = formatOr(ENDPOINTS_FORMATS, options.format)
  const region = regionOrThrow(options.region)
  const {rows, notes} = allowList(endpointsFor(region, options), options.stagingSubnet ?? null)
  const title = `Allow-list for AWS Elastic Disaster Recovery in ${region.code}, ${region.name}`
  const noted = (bullet: string) => notes.map(note => `${bullet}${note}\n`).join('')
  const dated = `Region data of ${REGION_DATA.asOfText}.\n`
  if (format === 'text') {
    return result(`${title}\n\n${textTable(table(rows))}\n${noted('Note: ')}${dated}`)
  }
  if (format === 'markdown') {
    const list = notes.length > 0 ? `${noted('- ')}\n` : ''
    return result(`# ${title}\n\n${markdownTable(table(rows))}\n${list}${dated}`)
  }
  return result(format === 'json' ? json(rows) : csv(table(rows)), noted('Note: '))
}

function table(rows: readonly AllowRow[]): Table {
  return {columns: COLUMNS, rows: rows.map(row => COLUMNS.map(column => String(row[column])))}
}

const result = (stdout: string, stderr = ''): CommandResult => ({stdout, stderr, exitCode: EXIT.ready})
