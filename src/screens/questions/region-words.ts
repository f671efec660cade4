import type {Region} from '../../aws/regions.ts'
import type {Latency} from '../flow/wizard-host.ts'

/** Regions whose code or name holds every word of the text. */
export function filterRegions(regions: readonly Region[], text: string): readonly Region[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return regions.filter(({code, name}) => words.every(word => `${code} ${name}`.toLowerCase().includes(word)))
}

/** What is to be known of a highlighted Region; empty where there is nothing. */
export function regionNote(
  highlighted: Region | undefined,
  suggested: string | null,
  from: string | null,
): string {
  if (highlighted?.optIn) return 'opt-in: off until the AWS account has enabled this Region.'
  if (highlighted !== undefined && highlighted.code === suggested && from !== null)
    return `Suggested by ${from}.`
  return ''
}

/** Room for the longest time that is worth showing, and the gap after it. */
const LATENCY_WIDTH = 9

type Known = ReadonlyMap<string, number | null>

/** The column that tells how far a Region is: empty until that is known, a dash where nothing answered. */
export function latencyColumn(latency: Latency | null, known: Known, region: string): string {
  if (latency?.kind !== 'measured') return ''
  const ms = known.get(region)
  const text = ms === undefined ? '' : ms === null ? '-' : `${ms} ms`
  return `${text.padStart(LATENCY_WIDTH - 2)}  `
}

/** How far the measuring has come, or why there is none; empty where nobody asked for it. */
export function latencyNote(latency: Latency | null, known: Known, regions: number): string {
  if (latency === null) return ''
  if (latency.kind === 'not-measured') return latency.why
  if (known.size < regions)
    return `TCP connection to each Region's DRS endpoint: ${known.size} of ${regions} timed.`
  return "Times are of a TCP connection to each Region's DRS endpoint."
}
