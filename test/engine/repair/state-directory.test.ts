import {chmod, chown, mkdir, stat, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {
  prepareStateDirectory,
  requireTrusted,
  stateDirectory,
} from '../../../src/engine/repair/state-directory.ts'
import {temporaryDirectory} from './marks.ts'

describe('stateDirectory', () => {
  it.each([
    ['root', {}, 0, 'linux', '/var/lib/drs-onboard'],
    ['root, whatever XDG says', {XDG_STATE_HOME: '/x'}, 0, 'linux', '/var/lib/drs-onboard'],
    ['a user', {}, 1000, 'linux', join(homedir(), '.local/state/drs-onboard')],
    ['a user with XDG', {XDG_STATE_HOME: '/x'}, 1000, 'linux', '/x/drs-onboard'],
    [
      'a user with a relative XDG',
      {XDG_STATE_HOME: 'x'},
      1000,
      'linux',
      join(homedir(), '.local/state/drs-onboard'),
    ],
    ['the override', {DRS_ONBOARD_STATE_DIR: '/y'}, 0, 'linux', '/y'],
  ] as const)('for %s', (_name, env, user, platform, expected) => {
    expect(stateDirectory(env, user, platform)).toBe(expected)
  })
})

describe('prepareStateDirectory', () => {
  it('creates it for its owner alone', async () => {
    const directory = join(await temporaryDirectory(), 'a', 'b')
    await prepareStateDirectory(directory)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
  })

  it.each([0o770, 0o707, 0o1777])('refuses one of mode %o, which others can write to', async mode => {
    const directory = join(await temporaryDirectory(), 'state')
    await mkdir(directory)
    await chmod(directory, mode)
    await expect(prepareStateDirectory(directory)).rejects.toThrow(/can be written by other users/)
    expect((await stat(directory)).mode & 0o7777).toBe(mode)
  })

  it.runIf(process.getuid?.() === 0)('refuses one of another user', async () => {
    const directory = await temporaryDirectory()
    await chown(directory, 12345, 12345)
    await expect(prepareStateDirectory(directory)).rejects.toThrow(/can be written by other users/)
    expect(await requireTrusted(directory, 12345)).toBe(true)
  })

  it('says that nothing was changed when there is no place for it', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    await expect(prepareStateDirectory(join(file, 'state'))).rejects.toThrow(
      /^Changes cannot be recorded in .* \(part of the path is not a directory\), so nothing was changed; /,
    )
  })
})
