import fc from 'fast-check'
import {expect, test} from 'vitest'
import {shrink} from './shrink.ts'

test('keeps exactly the lines that are needed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(99), {minLength: 1, maxLength: 40}),
      fc.array(fc.nat(39), {maxLength: 4}),
      async (numbers, picks) => {
        const lines = numbers.map(String)
        const needed = new Set(picks.flatMap(pick => lines[pick] ?? []))
        const small = await shrink(lines, async left => [...needed].every(line => left.includes(line)))
        expect(new Set(small)).toEqual(needed)
      },
    ),
  )
})
