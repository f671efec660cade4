import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {LEAST_BYTES_PER_SECOND, LONGEST_MS, Pace} from '../../../../src/platform/network/download/pace.ts'

beforeEach(() => {
  vi.useFakeTimers({toFake: ['performance']})
})
afterEach(() => {
  vi.useRealTimers()
})

const TIMEOUT_MS = 5_000
/** What has to come in one window. */
const ENOUGH = (LEAST_BYTES_PER_SECOND * 4 * TIMEOUT_MS) / 1_000

function begin(): Pace {
  const pace = new Pace(TIMEOUT_MS, performance.now())
  pace.begin(0)
  return pace
}

function pass(ms: number): void {
  vi.advanceTimersByTime(ms)
}

describe('the pace of a download', () => {
  it.each([
    [0, true],
    [30, true],
    [ENOUGH - 1, true],
    [ENOUGH, false],
    // A satellite link of 1 Mbit/s.
    [(20 * 1_000_000) / 8, false],
  ])('with %d bytes in a window of 20 s is too slow: %j', (bytes, tooSlow) => {
    const pace = begin()
    pass(pace.windowMs)
    expect(pace.isTooSlow(bytes)).toBe(tooSlow)
  })

  it('is that of each window alone', () => {
    const pace = begin()
    pass(pace.windowMs)
    expect(pace.isTooSlow(100 * ENOUGH)).toBe(false)
    pass(pace.windowMs)
    expect(pace.isTooSlow(100 * ENOUGH + 5)).toBe(true)
  })

  it('counts from where a connection began', () => {
    const pace = begin()
    pace.begin(10 * ENOUGH)
    pass(pace.windowMs)
    expect(pace.isTooSlow(10 * ENOUGH + 5)).toBe(true)
  })

  it('leaves out the time in which the file was waited for', () => {
    const pace = begin()
    pass(5_000)
    pace.rest()
    pass(8_000)
    pace.goOn()
    pass(7_000)
    expect(pace.isTooSlow((ENOUGH * 12) / 20)).toBe(false)
    pace.rest()
    pass(20_000)
    expect(pace.isTooSlow((ENOUGH * 12) / 20)).toBe(false)
    pace.goOn()
    pass(20_000)
    expect(pace.isTooSlow((ENOUGH * 12) / 20 + 5)).toBe(true)
  })

  it('is not enough for ever', () => {
    const pace = begin()
    pass(LONGEST_MS)
    expect(pace.isTooSlow(10 ** 9)).toBe(false)
    pass(pace.windowMs)
    expect(pace.isTooSlow(10 ** 10)).toBe(true)
  })
})
