import {describe, expect, it} from 'vitest'
import {whenFree} from '../../../src/platform/files/draft.ts'

/** Fails so many times, then says how often it was tried. */
function busy(times: number, code: string) {
  let tried = 0
  return async () => {
    tried++
    if (tried <= times) throw Object.assign(new Error(`${code}: no`), {code})
    return tried
  }
}

describe('whenFree', () => {
  it.each(['EPERM', 'EACCES', 'EBUSY'])('on Windows waits out %s', async code => {
    expect(await whenFree(busy(3, code), 'win32', 0)).toBe(4)
  })

  it('gives up in the end', async () => {
    await expect(whenFree(busy(1_000, 'EBUSY'), 'win32', 0)).rejects.toThrow('EBUSY')
  })

  it('takes no other error for a passing one', async () => {
    await expect(whenFree(busy(1, 'ENOSPC'), 'win32', 0)).rejects.toThrow('ENOSPC')
  })

  it('elsewhere takes the first error for the last', async () => {
    await expect(whenFree(busy(1, 'EPERM'), 'linux', 0)).rejects.toThrow('EPERM')
  })
})
