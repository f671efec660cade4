import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {matchEveryAfter, matches, matchesSomeAfter} from '../../../src/aws/iam/pattern.ts'

const pattern = fc.string({unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8})
const text = fc.string({unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8})

const asRegExp = (wildcards: string) =>
  new RegExp(`^${wildcards.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')

/** Every text of 1 to `longest` letters. */
function texts(letters: readonly string[], longest: number): readonly string[] {
  const shorter = longest > 1 ? texts(letters, longest - 1) : ['']
  const longer = shorter.filter(({length}) => length === longest - 1)
  return [...shorter, ...longer.flatMap(start => letters.map(letter => start + letter))].filter(
    found => found !== '' || longest === 0,
  )
}

describe('matches', () => {
  test.each([
    ['*', '', true],
    ['?', '', false],
    ['s3:Get*', 's3:GetObject', true],
    ['s3:get*', 's3:GetObject', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a**c', 'ac', true],
    ['a.c', 'abc', false],
  ])('%j on %j: %s', (wildcards, input, expected) => {
    expect(matches(wildcards, input)).toBe(expected)
  })

  test('agrees with a regular expression', () => {
    fc.assert(
      fc.property(
        pattern,
        text,
        (wildcards, input) => matches(wildcards, input) === asRegExp(wildcards).test(input),
      ),
    )
  })
})

describe('what follows a prefix', () => {
  const endings = texts(['a', 'b', 'c'], 4)

  test('the reference lists every ending', () => {
    expect(new Set(endings).size).toBe(3 + 9 + 27 + 81)
  })

  test('matchesSomeAfter finds what enumeration finds', () => {
    fc.assert(
      fc.property(
        pattern.filter(({length}) => length <= 4),
        text,
        (wildcards, prefix) => {
          const enumerated = endings.some(ending => asRegExp(wildcards).test(prefix + ending))
          expect(matchesSomeAfter(wildcards, prefix)).toBe(enumerated)
        },
      ),
    )
  })

  test('matchEveryAfter holds exactly where every ending is matched by one of the patterns', () => {
    const few = fc.array(
      pattern.filter(({length}) => length <= 3),
      {maxLength: 3},
    )
    fc.assert(
      fc.property(few, text, (patterns, prefix) => {
        const enumerated = endings.every(ending =>
          patterns.some(wildcards => asRegExp(wildcards).test(prefix + ending)),
        )
        expect(matchEveryAfter(patterns, prefix)).toBe(enumerated)
      }),
      {
        numRuns: 500,
        examples: [
          [['a?', 'a??*'], 'a'],
          [['?*'], ''],
          [['a*', 'b*', 'c*'], 'a'],
        ],
      },
    )
  })

  test('long patterns are read in bounded time', () => {
    expect(matchEveryAfter([`${'*?'.repeat(2000)}b`], 'arn:aws:s3:::bucket/')).toBe(false)
  })
})
