import {editDistance} from '../regions/edit-distance.ts'

/** The candidate that differs least from what was typed, if any is close enough to be a typing mistake. */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  const ranked = candidates
    .map(candidate => ({candidate, distance: editDistance(typed.toLowerCase(), candidate.toLowerCase())}))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= Math.max(2, Math.floor(typed.length / 3)) ? best.candidate : null
}
