/**
 * Takes lines out of a rule set for as long as it still shows what it is kept for: first large pieces, then smaller
 * ones, down to single lines (delta debugging: Zeller and Hildebrandt, "Simplifying and isolating failure-inducing
 * input"). Lines that the others need make `shows` answer no, and stay.
 */
export async function shrink(
  lines: readonly string[],
  shows: (lines: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  let kept = lines
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const without = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (await shows(without)) kept = without
      else at += size
    }
  }
  return kept
}
