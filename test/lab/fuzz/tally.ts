/** What came of some rule sets; probes are counted, but for `sets` and `refused`. */
export type Tally = {
  sets: number
  /** Rule sets that the kernel would not take. */
  refused: number
  right: number
  wrong: number
  unknown: number
  blocked: number
  blamed: number
  misblamed: number
  /** Answers that are other by the text of nft than by its JSON. */
  readersDiffer: number
}

export const NOTHING: Tally = {
  sets: 0,
  refused: 0,
  right: 0,
  wrong: 0,
  unknown: 0,
  blocked: 0,
  blamed: 0,
  misblamed: 0,
  readersDiffer: 0,
}

const LEAST_BLAMES = 100
const LEAST_BLAME_SHARE = 0.98

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = {...NOTHING}
  for (const tally of tallies) for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key]
  return sum
}

export function printTally(name: string, tally: Tally): string {
  const probes = tally.right + tally.wrong + tally.unknown
  const blames = tally.blamed + tally.misblamed
  return [
    `${name}: ${tally.sets} sets (${tally.refused} refused)`,
    `${tally.right} right`,
    `${tally.wrong} wrong`,
    `${tally.unknown} unknown (${percent(tally.unknown, probes)})`,
    `${tally.blocked} blocked`,
    `${tally.blamed} of ${blames} blamed exactly (${percent(tally.blamed, blames)})`,
    `${tally.readersDiffer} readers differ`,
  ].join(', ')
}

/** Why a run is no success, one sentence each; empty for a success. */
export function complaints(all: Tally): string[] {
  const blames = all.blamed + all.misblamed
  const found: string[] = []
  if (all.wrong > 0) found.push(`${all.wrong} definite answers were wrong.`)
  if (all.right === 0) found.push('Nothing was found out.')
  if (blames >= LEAST_BLAMES && all.blamed < LEAST_BLAME_SHARE * blames)
    found.push(`Only ${percent(all.blamed, blames)} of the blames were exact.`)
  return found
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`
}
