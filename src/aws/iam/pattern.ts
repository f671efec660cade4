/**
 * IAM wildcards: `*` stands for any run of characters, also none, and `?` for one character.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */

/** Positions in a pattern that a text read so far may have led to. */
type Positions = ReadonlySet<number>

/** Stands for a character that no pattern spells out, so that only a wildcard can match it. */
const ANY_OTHER = Symbol('a character that no pattern contains')

/** The longest object key that S3 takes, in characters. */
const LONGEST_KEY = 1024

/** Whether the pattern matches the whole text. */
export function matches(pattern: string, text: string): boolean {
  return read(pattern, text).has(pattern.length)
}

/** Whether the pattern matches at least one text that goes on after the prefix. */
export function matchesSomeAfter(pattern: string, prefix: string): boolean {
  for (const position of read(pattern, prefix)) if (position < pattern.length) return true
  return false
}

/**
 * Whether the patterns together match every text that goes on after the prefix. A text of `n` characters that no
 * pattern spells out stands for all texts of `n` characters; past the number of `?` only a `*` can match, so that
 * longer texts behave alike.
 */
export function matchEveryAfter(patterns: readonly string[], prefix: string): boolean {
  const questionMarks = Math.max(0, ...patterns.map(pattern => pattern.split('?').length - 1))
  let reached = patterns.map(pattern => ({pattern, positions: read(pattern, prefix)}))
  for (let length = 1; length <= Math.min(questionMarks + 1, LONGEST_KEY); length++) {
    reached = reached.map(({pattern, positions}) => ({
      pattern,
      positions: step(pattern, positions, ANY_OTHER),
    }))
    if (!reached.some(({pattern, positions}) => positions.has(pattern.length))) return false
  }
  return true
}

function read(pattern: string, text: string): Positions {
  let positions = withStars(pattern, [0])
  for (const character of text) {
    if (positions.size === 0) break
    positions = step(pattern, positions, character)
  }
  return positions
}

function step(pattern: string, positions: Positions, character: string | typeof ANY_OTHER): Positions {
  const next: number[] = []
  for (const position of positions) {
    const expected = pattern[position]
    if (expected === '*') next.push(position)
    else if (expected === '?' || expected === character) next.push(position + 1)
  }
  return withStars(pattern, next)
}

/** Adds the positions behind stars, which match nothing as well. */
function withStars(pattern: string, positions: readonly number[]): Positions {
  const all = new Set<number>()
  for (let position of positions) {
    while (!all.has(position)) {
      all.add(position)
      if (pattern[position] !== '*') break
      position++
    }
  }
  return all
}
