/** The candidate that differs least from what was typed, if any is close enough to be a typing mistake. */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  const ranked = candidates
    .map(candidate => ({candidate, distance: editDistance(typed.toLowerCase(), candidate.toLowerCase())}))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= Math.max(2, Math.floor(typed.length / 3)) ? best.candidate : null
}

/** Levenshtein distance. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({length: b.length + 1}, (_, at) => at)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const substituted = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
