import type {Region} from '../../regions/region.ts'

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
