import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {findRegion, nearestRegions, regionOrThrow} from '../../src/aws/find-region.ts'
import {REGIONS} from '../../src/aws/regions.ts'
import {UserError} from '../../src/contract/errors.ts'
import {editDistance} from '../../src/lib/nearest.ts'

describe('findRegion', () => {
  test.each(['us-east-1', 'US-EAST-1', ' us-east-1\n'])('finds %j', code => {
    expect(findRegion(code)?.code).toBe('us-east-1')
  })

  test.each(['', 'us-east', 'us-east-1a', 'cn-north-1', '__proto__'])('does not find %j', code => {
    expect(findRegion(code)).toBeNull()
  })
})

describe('nearestRegions', () => {
  test.each([
    ['us-esat-1', 'us-east-1'],
    ['us-east-1a', 'us-east-1'],
    ['useast1', 'us-east-1'],
    ['us_gov_west_1', 'us-gov-west-1'],
    ['eu-cental-1', 'eu-central-1'],
    ['frank', 'eu-central-1'],
    ['Franfkurt', 'eu-central-1'],
    ['sao paulo', 'sa-east-1'],
    ['N. Virginia', 'us-east-1'],
    ['LONDON', 'eu-west-2'],
    ['germany', 'eusc-de-east-1'],
  ])('takes %j for %s', (input, code) => {
    expect(nearestRegions(input)[0]?.code).toBe(code)
  })

  test.each(['', '   ', 'xyzzy', '!?', 'a'.repeat(100_000)])('suggests nothing for nonsense', input => {
    expect(nearestRegions(input)).toEqual([])
  })

  test('suggests at most three, whatever the input', () => {
    fc.assert(fc.property(fc.string(), input => nearestRegions(input).length <= 3))
  })

  test('finds every Region by its name', () => {
    for (const region of REGIONS) expect(nearestRegions(region.name)).toContain(region)
  })
})

describe('regionOrThrow', () => {
  test('returns the Region', () => {
    expect(regionOrThrow('eu-west-1').name).toBe('Europe (Ireland)')
  })

  test('names the nearest Regions in one line and exits 2', () => {
    const error = thrownBy(() => regionOrThrow('us-esat-1'))
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({exitCode: 2})
    expect(String(error)).toMatch(/"us-esat-1".*us-east-1 \(US East \(N\. Virginia\)\).*drs-onboard regions/)
  })

  test('keeps control characters and endless input out of the message', () => {
    const {message} = thrownBy(() => regionOrThrow(`\u001b[2J${'x'.repeat(10_000)}`)) as Error
    expect(message).not.toContain('\u001b')
    expect(message.length).toBeLessThan(300)
  })
})

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['east', 'esat', 1],
    ['east', 'west', 2],
    ['', 'east', 4],
    ['east', 'eas', 1],
    ['east', 'eest', 1],
  ])('from %j to %j is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance)
  })

  test('is symmetric, 0 for equal texts alone, and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({maxLength: 12}), fc.string({maxLength: 12}), (one, other) => {
        const distance = editDistance(one, other)
        expect(distance).toBe(editDistance(other, one))
        expect(distance === 0).toBe(one === other)
        expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length))
        expect(distance).toBeGreaterThanOrEqual(Math.abs(one.length - other.length))
      }),
    )
  })
})

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
