import {expect, test} from 'vitest'
import {complaints, NOTHING, sumOf} from './tally.ts'

test.each([
  {tally: {right: 10}, found: []},
  {tally: {right: 0}, found: ['Nothing was found out.']},
  {tally: {right: 10, wrong: 1}, found: ['1 definite answers were wrong.']},
  {tally: {right: 10, blamed: 97, misblamed: 3}, found: ['Only 97.00 % of the blames were exact.']},
  {tally: {right: 10, blamed: 98, misblamed: 2}, found: []},
  {tally: {right: 10, blamed: 90, misblamed: 3}, found: []},
])('$tally leads to $found', ({tally, found}) => {
  expect(complaints(sumOf([NOTHING, {...NOTHING, ...tally}]))).toEqual(found)
})
