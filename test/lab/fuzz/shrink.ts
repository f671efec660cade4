/**
 * Takes pieces out of a rule set for as long as it still shows what it is kept for: first many at once, then fewer,
 * down to single ones (delta debugging: Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input").
 * Pieces that the others need make `shows` answer no, and stay.
 */
export async function shrink<Piece>(
  pieces: readonly Piece[],
  shows: (pieces: readonly Piece[]) => Promise<boolean>,
): Promise<readonly Piece[]> {
  let kept = pieces
  for (let size = Math.ceil(pieces.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const without = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (await shows(without)) kept = without
      else at += size
    }
  }
  return kept
}
