import {chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {cacheDirectory, isOwn} from '../../src/platform/process/compile-cache.ts'

describe('where compiled code is kept', () => {
  test.each([
    ['linux', 0, {HOME: '/home/ann', XDG_CACHE_HOME: '/tmp/x'}, '/var/cache/drs-onboard'],
    ['linux', 1000, {HOME: '/home/ann'}, '/home/ann/.cache/drs-onboard'],
    ['linux', 1000, {HOME: '/home/ann', XDG_CACHE_HOME: '/scratch'}, '/scratch/drs-onboard'],
    ['linux', 1000, {HOME: '/home/ann', XDG_CACHE_HOME: 'scratch'}, '/home/ann/.cache/drs-onboard'],
    ['linux', 1000, {HOME: 'ann'}, null],
    ['linux', 1000, {}, null],
    ['win32', null, {HOME: '/home/ann'}, null],
  ] as const)('%s, user %s, %j: %s', (platform, user, environment, directory) => {
    expect(cacheDirectory(environment, platform, user)).toBe(directory)
  })
})

describe('a folder for compiled code', () => {
  const user = process.getuid?.() ?? null
  let scratch: string
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'drs-onboard-cache-'))
  })
  afterEach(() => rmSync(scratch, {recursive: true}))

  test('is made for this user alone', () => {
    const directory = join(scratch, 'a/b')
    expect(isOwn(directory, user)).toBe(true)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  test.each([0o775, 0o777, 0o1777])('is not used with mode %o', mode => {
    const directory = join(scratch, 'open')
    mkdirSync(directory)
    chmodSync(directory, mode)
    expect(isOwn(directory, user)).toBe(false)
  })

  test("is not used where it is another user's, a link, or cannot be made", () => {
    mkdirSync(join(scratch, 'real'), {mode: 0o700})
    symlinkSync('real', join(scratch, 'link'))
    expect(isOwn(join(scratch, 'real'), (user ?? 0) + 1)).toBe(false)
    expect(isOwn(join(scratch, 'link'), user)).toBe(false)
    expect(isOwn('/dev/null/cache', user)).toBe(false)
  })
})
