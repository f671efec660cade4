import {formatPatch, OMIT_HEADERS, structuredPatch} from 'diff'

/** Lines that are shown unchanged on either side of a change. */
const CONTEXT = 2

/**
 * Changes that are looked for: the search takes time as their square, and the sets of a firewall manager may be
 * replaced whole.
 */
const MOST_CHANGES = 1_000

/**
 * The difference of two lists of lines as a unified diff without file names: `@@ -3,4 +3,5 @@`, then lines that begin
 * with a blank, `-` or `+`. Empty where they are the same; where they differ too much, all is shown as replaced.
 * Source: POSIX.1-2024, diff, "Diff -u Output Format".
 */
export function unifiedDiff(before: readonly string[], after: readonly string[]): readonly string[] {
  const patch = structuredPatch('', '', textOf(before), textOf(after), undefined, undefined, {
    context: CONTEXT,
    maxEditLength: MOST_CHANGES,
  })
  if (patch === undefined) return replaced(before, after)
  return patch.hunks.length === 0 ? [] : formatPatch(patch, OMIT_HEADERS).split('\n').slice(0, -1)
}

function replaced(before: readonly string[], after: readonly string[]): readonly string[] {
  return [
    `@@ -1,${before.length} +1,${after.length} @@`,
    ...before.map(line => `-${line}`),
    ...after.map(line => `+${line}`),
  ]
}

function textOf(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}
