import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {HOST, judge} from '../host.ts'

describe('damaged input', () => {
  const fixtures = readdirSync(join(import.meta.dirname, 'fixtures'))
    .filter(file => file !== 'single-rules.json')
    .map(file => JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', file), 'utf8')).state)
  const damage = fc.record({
    state: fc.constantFrom(...fixtures),
    cuts: fc.array(
      fc.record({
        at: fc.double({min: 0, max: 1, noNaN: true}),
        length: fc.nat(30),
        by: fc.string({maxLength: 8}),
      }),
      {maxLength: 3},
    ),
  })

  test('never crashes or hangs', () => {
    fc.assert(
      fc.property(damage, ({state, cuts}) => {
        for (const field of ['nftJson', 'nftText'] as const) {
          let text: string = state[field]
          for (const {at, length, by} of cuts) {
            const start = Math.floor(at * text.length)
            text = text.slice(0, start) + by + text.slice(start + length)
          }
          const other = field === 'nftJson' ? 'nftText' : 'nftJson'
          const judged = judge({...HOST, ...state, [field]: text, [other]: null})
          expect(['allow', 'block', 'unknown']).toContain(judged.verdict)
        }
      }),
      {numRuns: 300},
    )
  })

  test('cut off anywhere, a rule set is not allowed through', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...fixtures),
        fc.double({min: 0.01, max: 0.99, noNaN: true}),
        (state, share) => {
          for (const field of ['nftJson', 'nftText'] as const) {
            const whole: string = state[field]
            const text = whole.slice(0, Math.floor(share * whole.trimEnd().length))
            const other = field === 'nftJson' ? 'nftText' : 'nftJson'
            // A text that ends between two tables looks whole.
            if (field === 'nftText' && /(?:^|\n)\}\n?$/.test(text)) continue
            expect(judge({...HOST, ...state, [field]: text, [other]: null}).verdict).not.toBe('allow')
          }
        },
      ),
      {numRuns: 300},
    )
  })
})
