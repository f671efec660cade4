import {describe, expect, test} from 'vitest'
import {type Case, inShort, judgeCase} from '../host.ts'
import {FILTER_CASES} from './cases/filter.ts'
import {SET_AND_UNKNOWN_CASES} from './cases/sets-and-unknowns.ts'
import {TRACKING_CASES} from './cases/tracking.ts'

const GROUPS: readonly [string, readonly Case[]][] = [
  ['filter', FILTER_CASES],
  ['tracking, marks, owners, NAT', TRACKING_CASES],
  ['sets and unknowns', SET_AND_UNKNOWN_CASES],
]

describe.each(GROUPS)('%s', (_, cases) => {
  for (const [rules, expected, more] of cases)
    test(`${rules} → ${expected} ${JSON.stringify({...more, sets: undefined})}`, () => {
      expect(inShort(judgeCase(rules, {engine: 'legacy', ...more}))).toBe(expected)
      expect(inShort(judgeCase(rules, {engine: 'nft', ...more}))).toBe(expected)
    })
})
