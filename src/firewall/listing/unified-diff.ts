/** Lines that are shown unchanged on either side of a change. */
const CONTEXT = 2

/** Above this many pairs of lines, what lies between the first and the last change is shown as replaced. */
const MOST_PAIRS = 1_000_000

type Edit = {readonly sign: ' ' | '-' | '+'; readonly text: string}

/**
 * The difference of two lists of lines as a unified diff without file names: `@@ -3,4 +3,5 @@`, then lines that begin
 * with a blank, `-` or `+`. Empty where they are the same.
 * Source: POSIX.1-2024, diff, "Diff -u Output Format".
 */
export function unifiedDiff(before: readonly string[], after: readonly string[]): readonly string[] {
  return hunksOf(editsOf(before, after)).flatMap(({edits, oldLine, newLine}) => {
    const old = edits.filter(({sign}) => sign !== '+').length
    const now = edits.filter(({sign}) => sign !== '-').length
    return [
      `@@ -${spanText(oldLine, old)} +${spanText(newLine, now)} @@`,
      ...edits.map(({sign, text}) => `${sign}${text}`),
    ]
  })
}

/** An empty span is named by the line before it. */
function spanText(first: number, length: number): string {
  if (length === 0) return `${first - 1},0`
  return length === 1 ? `${first}` : `${first},${length}`
}

function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  const kept = (lines: readonly string[]) => lines.map((text): Edit => ({sign: ' ', text}))
  return [
    ...kept(before.slice(0, head)),
    ...between(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...kept(before.slice(before.length - tail)),
  ]
}

/** By the longest common subsequence; what goes stands before what comes. */
function between(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const gone = (lines: readonly string[]) => lines.map((text): Edit => ({sign: '-', text}))
  const come = (lines: readonly string[]) => lines.map((text): Edit => ({sign: '+', text}))
  if (before.length * after.length > MOST_PAIRS) return [...gone(before), ...come(after)]
  const common = commonLengths(before, after)
  const at = (i: number, j: number) => common[i]?.[j] ?? 0
  const edits: Edit[] = []
  let [i, j] = [0, 0]
  while (i < before.length && j < after.length) {
    const [old = '', now = ''] = [before[i], after[j]]
    if (old === now) {
      edits.push({sign: ' ', text: old})
      i += 1
      j += 1
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      edits.push({sign: '-', text: old})
      i += 1
    } else {
      edits.push({sign: '+', text: now})
      j += 1
    }
  }
  return [...edits, ...gone(before.slice(i)), ...come(after.slice(j))]
}

/** Entry `[i][j]`: how many lines `before` from i and `after` from j have in common at most, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const lengths = Array.from({length: before.length + 1}, () => new Uint32Array(after.length + 1))
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i], lengths[i + 1]]
    if (!row || !below) continue
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  return lengths
}

type Hunk = {readonly edits: readonly Edit[]; readonly oldLine: number; readonly newLine: number}

function hunksOf(edits: readonly Edit[]): readonly Hunk[] {
  const changed = edits.flatMap(({sign}, index) => (sign === ' ' ? [] : [index]))
  const spans: {from: number; to: number}[] = []
  for (const index of changed) {
    const last = spans.at(-1)
    const from = Math.max(0, index - CONTEXT)
    const to = Math.min(edits.length, index + CONTEXT + 1)
    if (last && from <= last.to) last.to = to
    else spans.push({from, to})
  }
  return spans.map(({from, to}) => {
    const earlier = edits.slice(0, from)
    return {
      edits: edits.slice(from, to),
      oldLine: earlier.filter(({sign}) => sign !== '+').length + 1,
      newLine: earlier.filter(({sign}) => sign !== '-').length + 1,
    }
  })
}
