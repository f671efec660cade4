import {UserError} from '../contract/errors.ts'
import {ownCommandText} from '../contract/own-command.ts'
import {editDistance} from '../lib/nearest.ts'
import type {Region} from './regions.ts'
import {REGION_DATA, REGIONS} from './regions.ts'

const SUGGESTIONS = 3
/** Longer input is no misspelt Region, and would only make the comparison slow. */
const LONGEST_INPUT = 64

/** The Region of that code, whatever its case; null where AWS lists none for DRS. */
export function findRegion(code: string): Region | null {
  const wanted = code.trim().toLowerCase()
  return REGIONS.find(region => region.code === wanted) ?? null
}

/**
 * The Region of that code; throws a `UserError` that names the nearest ones.
 *
 * @param from where the code was found, if its reader may not know
 */
export function regionOrThrow(code: string, from: string | null = null): Region {
  const region = findRegion(code)
  if (region) return region
  const nearest = nearestRegions(code).map(({code, name}) => `${code} (${name})`)
  const instead = nearest.length > 0 ? `use ${nearest.join(' or ')}, or ` : ''
  throw new UserError(
    `AWS Elastic Disaster Recovery has no Region ${JSON.stringify(code.slice(0, LONGEST_INPUT))}${from === null ? '' : ` (from ${from})`} as of ` +
      `${REGION_DATA.asOfText}: ${instead}see \`${ownCommandText('regions')}\` for the list.`,
  )
}

/** Up to three Regions that the input may have meant, best first: by part of a code or name, else by edit distance. */
export function nearestRegions(input: string): readonly Region[] {
  const wanted = fold(input)
  if (wanted === '' || wanted.length > LONGEST_INPUT) return []
  const tolerance = wanted.length < 5 ? 1 : Math.floor(wanted.length / 3)
  const distances = REGIONS.map(region => ({region, distance: distanceTo(region, wanted)}))
  const best = Math.min(...distances.map(({distance}) => distance))
  return distances
    .filter(({distance}) => distance <= Math.min(tolerance, best + 1))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, SUGGESTIONS)
    .map(({region}) => region)
}

function distanceTo(region: Region, wanted: string): number {
  const name = fold(region.name)
  const isPart = region.code.startsWith(wanted) || (wanted.length > 2 && name.includes(wanted))
  if (isPart) return 0
  return Math.min(...[region.code, ...name.split('-')].map(word => editDistance(wanted, word)))
}

/** `São Paulo`, `us_east_1` and `N. Virginia` in the letters of a Region code. */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
