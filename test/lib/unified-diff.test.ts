import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {unifiedDiff} from '../../src/lib/unified-diff.ts'

const CHAIN = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

describe('unifiedDiff', () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['nothing', CHAIN, CHAIN, []],
    ['an insertion', CHAIN, CHAIN.toSpliced(3, 0, 'x'), ['@@ -2,4 +2,5 @@', ' b', ' c', '+x', ' d', ' e']],
    ['one at the start', CHAIN, ['x', ...CHAIN], ['@@ -1,2 +1,3 @@', '+x', ' a', ' b']],
    ['one at the end', CHAIN, [...CHAIN, 'x'], ['@@ -6,2 +6,3 @@', ' f', ' g', '+x']],
    ['a removal', CHAIN, CHAIN.toSpliced(3, 1), ['@@ -2,5 +2,4 @@', ' b', ' c', '-d', ' e', ' f']],
    ['a change', ['a'], ['b'], ['@@ -1,1 +1,1 @@', '-a', '+b']],
    ['a new chain', [], ['a', 'b'], ['@@ -0,0 +1,2 @@', '+a', '+b']],
    [
      'two changes far apart',
      CHAIN,
      ['x', ...CHAIN, 'y'],
      ['@@ -1,2 +1,3 @@', '+x', ' a', ' b', '@@ -6,2 +7,3 @@', ' f', ' g', '+y'],
    ],
    [
      'two changes whose surroundings meet',
      CHAIN,
      CHAIN.toSpliced(1, 1).toSpliced(4, 1),
      ['@@ -1,7 +1,5 @@', ' a', '-b', ' c', ' d', ' e', '-f', ' g'],
    ],
  ])('shows %s', (_, before, after, expected) => {
    expect(unifiedDiff(before, after)).toEqual(expected)
  })

  it('shows what is too much to compare as replaced', () => {
    const lines = (prefix: string) => Array.from({length: 1_100}, (_, index) => `${prefix}${index}`)
    const diff = unifiedDiff(lines('a'), lines('b'))
    expect(diff.slice(0, 2)).toEqual(['@@ -1,1100 +1,1100 @@', '-a0'])
    expect(diff.at(-1)).toBe('+b1099')
  })

  it('turns the one into the other, whatever they are', () => {
    const some = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), {maxLength: 12})
    fc.assert(
      fc.property(some, some, (before, after) => {
        expect(patched(before, unifiedDiff(before, after))).toEqual(after)
      }),
    )
  })
})

/** Applies a unified diff, and insists on every line that it says is there. */
function patched(before: readonly string[], diff: readonly string[]): readonly string[] {
  const after: string[] = []
  let at = 0
  for (const line of diff) {
    const [, first, length] = /^@@ -(\d+)(?:,(\d+))? /.exec(line) ?? []
    if (first !== undefined) {
      const start = length === '0' ? Number(first) : Number(first) - 1
      after.push(...before.slice(at, start))
      at = start
      continue
    }
    const text = line.slice(1)
    if (line.startsWith('+')) after.push(text)
    else {
      expect(before[at]).toBe(text)
      if (line.startsWith(' ')) after.push(text)
      at += 1
    }
  }
  return [...after, ...before.slice(at)]
}
