import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {searchPath} from '../../../src/platform/process/search-path.ts'

const SYSTEM = '/usr/sbin:/sbin:/usr/bin:/bin'

const scratch = mkdtempSync(join(tmpdir(), 'drs-onboard-path-'))
afterAll(() => rmSync(scratch, {recursive: true}))

function directory(name: string, mode: number): string {
  const path = join(scratch, name)
  mkdirSync(path, {recursive: true})
  chmodSync(path, mode)
  return path
}

describe('on Linux', () => {
  test.each([
    [undefined, SYSTEM],
    ['', SYSTEM],
    [':', SYSTEM],
    ['/usr/bin:/bin', '/usr/bin:/bin:/usr/sbin:/sbin'],
    ['.:/usr/bin::bin', '/usr/bin:/usr/sbin:/sbin:/bin'],
    ['/nowhere/bin:/usr/sbin', '/usr/sbin:/sbin:/usr/bin:/bin'],
    [SYSTEM, SYSTEM],
  ])('%j is searched as %s', (given, path) => {
    expect(searchPath(given, 'linux').path).toBe(path)
  })

  test('says what is left out, and why', () => {
    const open = directory('open', 0o777)
    expect(searchPath(`:bin:${open}:/nowhere`, 'linux').leftOut).toEqual([
      {entry: '', because: 'relative'},
      {entry: 'bin', because: 'relative'},
      {entry: open, because: 'open to others'},
    ])
  })

  test.each([
    ['of this user alone', () => directory('own', 0o755), true],
    ['of a group', () => directory('group', 0o775), true],
    ['with a slash at the end', () => `${directory('slash', 0o755)}/`, true],
    ['that everybody can write to', () => directory('all', 0o777), false],
    ['that everybody can add to', () => directory('sticky', 0o1777), false],
    ['below one that everybody can write to', () => directory('all/below', 0o755), false],
    ['below one that everybody can add to', () => directory('sticky/below', 0o755), true],
    ['behind a link', () => link('behind', directory('own', 0o755)), true],
    ['behind a link to an open one', () => link('astray', directory('all', 0o777)), false],
    ['behind a link in an open one', () => link('all/link', directory('own', 0o755)), false],
    ['that is a loop', () => link('loop', join(scratch, 'loop')), false],
    ['that is a file', () => import.meta.filename, true],
  ])('a directory %s: %j', (_name, make, searched) => {
    const path = make()
    expect(searchPath(path, 'linux').path.split(':').includes(path)).toBe(searched)
  })

  function link(name: string, to: string): string {
    const path = join(scratch, name)
    symlinkSync(to, path)
    return path
  }
})

describe('on Windows', () => {
  test.each([
    ['C:\\Windows\\System32;C:\\Windows', 'C:\\Windows\\System32;C:\\Windows'],
    ['.;C:\\Windows;bin;;C:tools;\\tools', 'C:\\Windows'],
    [
      '"C:\\Program Files\\x";\\\\server\\share;d:/tools',
      '"C:\\Program Files\\x";\\\\server\\share;d:/tools',
    ],
    ['', ''],
  ])('%j is searched as %j', (given, path) => {
    expect(searchPath(given, 'win32').path).toBe(path)
  })
})
