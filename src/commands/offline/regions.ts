import {endpointsFor} from '../../aws/endpoints.ts'
import type {BucketNaming, Region} from '../../aws/regions.ts'
import {REGION_DATA, REGIONS} from '../../aws/regions.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import type {Latency} from '../../screens/flow/wizard-host.ts'
import {untilSignal} from '../signals.ts'
import type {CommandResult} from './format.ts'
import {csv, formatOr, json, markdownTable, type Table, textTable} from './format.ts'

export const REGIONS_FORMATS = ['text', 'json', 'csv', 'markdown'] as const

const REMARKS: Readonly<Record<BucketNaming, string>> = {
  documented: '',
  suffixed: 'some bucket names not published',
  inferred: 'bucket names inferred',
  unknown: 'bucket names not published',
}

type Asked = {
  readonly format?: string | undefined
  /** How to time a connection to each Region, where that was asked for. */
  readonly latency?: Latency | null
}

/** Milliseconds to each Region, null where nothing answered. */
type Times = ReadonlyMap<string, number | null>

/**
 * The Regions known, with their endpoints and the data's date.
 *
 * @throws UserError for an unknown format; Interrupted when a signal ends the measuring
 */
export async function regionsCommand({format, latency = null}: Asked): Promise<CommandResult> {
  const printed = formatOr(REGIONS_FORMATS, format)
  const times = latency?.kind === 'measured' ? await untilSignal(signal => timesOf(latency, signal)) : null
  const stderr = latency?.kind === 'not-measured' ? `${latency.why}\n` : ''
  return {stdout: print(printed, times), stderr, exitCode: EXIT.ready}
}

async function timesOf(latency: Latency & {kind: 'measured'}, signal: AbortSignal): Promise<Times> {
  const times = new Map<string, number | null>()
  const codes = REGIONS.map(({code}) => code)
  for await (const {region, ms} of latency.measure(codes, signal)) times.set(region, ms)
  return times
}

function print(format: (typeof REGIONS_FORMATS)[number], times: Times | null): string {
  if (format === 'json') return json(document(times))
  const shown = times === null ? table() : withTimes(table(), times)
  if (format === 'csv') return csv(shown)
  if (format === 'markdown') return `${markdownTable(shown)}\n${footer(url => `<${url}>`)}`
  return `${textTable(shown)}\n${footer(url => url)}`
}

function withTimes({columns, rows}: Table, times: Times): Table {
  return {
    columns: [...columns, 'TCP connect, ms'],
    rows: rows.map(row => [...row, String(times.get(row[0] ?? '') ?? '-')]),
  }
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

function document(times: Times | null) {
  return {
    asOf: REGION_DATA.asOf,
    sources: REGION_DATA.sources,
    regions: REGIONS.map(region => {
      const {ec2Host, buckets} = endpointsFor(region)
      const timed = times === null ? {} : {tcpConnectMs: times.get(region.code) ?? null}
      return {...region, ec2Host, buckets, ...timed}
    }),
  }
}
