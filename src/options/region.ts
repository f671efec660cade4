import {regionOrThrow} from '../aws/find-region.ts'
import type {Region} from '../aws/regions.ts'
import type {RunOptions} from './resolve.ts'

/**
 * The Region of the options; null where none is given.
 *
 * @throws UserError for one that does not exist; it says where the name came from unless that was the flag
 */
export function regionOf({region, sources}: Pick<RunOptions, 'region' | 'sources'>): Region | null {
  if (region === null) return null
  const source = sources.get('region')
  return regionOrThrow(region, source === undefined || source.kind === 'flag' ? null : source.name)
}
