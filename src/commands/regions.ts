import {EXIT} from '../exit-codes.ts'
import {endpointsFor} from '../regions/endpoints-for.ts'
import type {BucketNaming, Region} from '../regions/region.ts'
import {REGION_DATA, REGIONS} from '../regions/table.ts'
import {formatOr, json} from './format.ts'
import type {CommandResult} from './result.ts'
import {csv, markdownTable, type Table, textTable} from './table.ts'

export const REGIONS_FORMATS = ['text', 'json', 'csv', 'markdown'] as const

const REMARKS: Readonly<Record<BucketNaming, string>> = {
  documented: '',
  suffixed: 'some bucket names not published',
  inferred: 'bucket names inferred',
  unknown: 'bucket names not published',
}

/** The Regions known, with their endpoints and the data's date. Throws `UserError` for an unknown format. */
export async function regionsCommand({
  format,
}: {
  readonly format?: string | undefined
}): Promise<CommandResult> {
  return {stdout: print(formatOr(REGIONS_FORMATS, format)), stderr: '', exitCode: EXIT.ready}
}

function print(format: (typeof REGIONS_FORMATS)[number]): string {
  if (format === 'json') return json(document())
  if (format === 'csv') return csv(table())
  if (format === 'markdown') return `${markdownTable(table())}\n${footer(url => `<${url}>`)}`
  return `${textTable(table())}\n${footer(url => url)}`
}

function table(): Table {
  return {
    columns: ['region', 'name', 'opt-in', 'DRS host', 'FIPS', 'remarks'],
    rows: REGIONS.map(region => [
      region.code,
      region.name,
      region.optIn ? 'yes' : 'no',
      region.drsHost,
      region.drsFipsHost === null ? 'no' : 'yes',
      remarks(region),
    ]),
  }
}

function remarks(region: Region): string {
  const host = region.confirmed ? '' : 'host inferred'
  return [host, REMARKS[region.bucketNaming]].filter(remark => remark !== '').join('; ')
}

function footer(link: (url: string) => string): string {
  const sources = REGION_DATA.sources.map(({title, url}) => `- ${title}: ${link(url)}\n`).join('')
  return (
    `${REGIONS.length} Regions, data of ${REGION_DATA.asOfText}. "Inferred" names follow AWS's pattern but are ` +
    `listed on no AWS page.\n\nSources:\n\n${sources}`
  )
}

function document() {
  return {
    asOf: REGION_DATA.asOf,
    sources: REGION_DATA.sources,
    regions: REGIONS.map(region => {
      const {ec2Host, buckets} = endpointsFor(region)
      return {...region, ec2Host, buckets}
    }),
  }
}
