import {chmod, chown, lchown, lstat, mkdir, rename, stat, symlink, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {UserError} from '../../../src/contract/errors.ts'
import {
  prepareStateDirectory,
  requireTrusted,
  stateDirectory,
} from '../../../src/repair/journal/state-directory.ts'
import {temporaryDirectory} from '../marks.ts'

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

  it('says that nothing was changed when there is no place for it', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    await expect(prepareStateDirectory(join(file, 'state'))).rejects.toThrow(
      /^Changes cannot be recorded in .* \(part of the path is not a directory\), so nothing was changed; /,
    )
  })
})

const OTHER = 12345
const isRoot = process.getuid?.() === 0

/** A state directory with a journal and backups, two directories below the temporary one. */
async function scene() {
  const base = await temporaryDirectory()
  const parent = join(base, 'parent')
  const state = join(parent, 'state')
  for (const path of [parent, state, join(state, 'journal'), join(state, 'backups')]) await mkdir(path)
  return {base, parent, state}
}
type Scene = Awaited<ReturnType<typeof scene>>

describe('requireTrusted', () => {
  it('takes one that nobody else can write to, also below a sticky directory', async () => {
    const {state, parent} = await scene()
    expect(await requireTrusted(state)).toBe(true)
    await chmod(parent, 0o1777)
    expect(await requireTrusted(state)).toBe(true)
    expect(await requireTrusted(join(parent, 'absent'))).toBe(false)
    expect(await requireTrusted(join(parent, 'absent', 'state'))).toBe(false)
  })

  const modes = [0o770, 0o720, 0o707, 0o702, 0o777, 0o1777, 0o2770]
  it.each<[string, (scene: Scene) => Promise<unknown>, RegExp]>([
    ...modes.map((mode): [string, (scene: Scene) => Promise<unknown>, RegExp] => [
      `of mode ${mode.toString(8)}`,
      ({state}) => chmod(state, mode),
      /state can be written by other users \(mode/,
    ]),
    [
      'whose journal is',
      ({state}) => chmod(join(state, 'journal'), 0o777),
      /journal can be written by other/,
    ],
    [
      'whose copies are',
      ({state}) => chmod(join(state, 'backups'), 0o1777),
      /backups can be written by other/,
    ],
    [
      'whose journal is a link',
      async ({base, state}) => {
        await mkdir(join(base, 'elsewhere'))
        await symlink(join(base, 'elsewhere'), join(state, 'journal.new'))
        await rename(join(state, 'journal'), join(state, 'journal.old'))
        await rename(join(state, 'journal.new'), join(state, 'journal'))
      },
      /journal is a symbolic link/,
    ],
    [
      'that is a link',
      async ({base, state}) => {
        await rename(state, join(base, 'real'))
        await symlink(join(base, 'real'), state)
      },
      /state is a symbolic link/,
    ],
    [
      'in a directory that others can write to',
      ({parent}) => chmod(parent, 0o775),
      /parent can be written by/,
    ],
    ['in one that anybody can', ({parent}) => chmod(parent, 0o777), /parent can be written by other users/],
  ])('refuses one %s, and leaves it as it is', (_name, change, because) => refuses(change, because))

  it.runIf(isRoot).each<[string, (scene: Scene) => Promise<unknown>, RegExp]>([
    [
      'of another user',
      ({state}) => chown(state, OTHER, OTHER),
      /state belongs to another user \(uid 12345\)/,
    ],
    [
      'whose journal is',
      ({state}) => chown(join(state, 'journal'), OTHER, OTHER),
      /journal belongs to another/,
    ],
    [
      'whose copies are',
      ({state}) => chown(join(state, 'backups'), OTHER, OTHER),
      /backups belongs to another/,
    ],
    [
      "in another user's directory",
      ({parent}) => chown(parent, OTHER, OTHER),
      /parent belongs to another user/,
    ],
    [
      "in another user's sticky directory",
      async ({parent}) => {
        await chown(parent, OTHER, OTHER)
        await chmod(parent, 0o1777)
      },
      /parent belongs to another user/,
    ],
    [
      "behind another user's link",
      async ({base, parent}) => {
        await rename(parent, join(base, 'real'))
        await symlink('real', parent)
        await lchown(parent, OTHER, OTHER)
      },
      /parent is a symbolic link/,
    ],
  ])('refuses one %s, and leaves it as it is', (_name, change, because) => refuses(change, because))

  async function refuses(change: (scene: Scene) => Promise<unknown>, because: RegExp): Promise<void> {
    const all = await scene()
    await change(all)
    const seen = () => Promise.all([all.parent, all.state].map(async path => (await lstat(path)).mode))
    const before = await seen()
    for (const use of [requireTrusted, prepareStateDirectory]) {
      const error: unknown = await use(all.state).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(UserError)
      const {message} = error as UserError
      expect(message).toMatch(because)
      expect(message).toMatch(/nothing in it was read or run/)
      expect(message).toMatch(/move it away|move \S+ away/)
      // Following that would run what another user has put there.
      expect(message).not.toMatch(/chmod|chown|yours|0700/)
    }
    expect(await seen()).toEqual(before)
  }

  it('follows a link of the system on the way to a default, and none on the way that is given', async () => {
    const {base, state} = await scene()
    await symlink('parent', join(base, 'link'))
    const path = join(base, 'link', 'state')
    expect(await requireTrusted(path)).toBe(true)
    vi.stubEnv('DRS_ONBOARD_STATE_DIR', path)
    await expect(requireTrusted(path)).rejects.toThrow(/link is a symbolic link/)
    await expect(requireTrusted(state)).resolves.toBe(true)
    vi.unstubAllEnvs()
  })

  it('sees through links that lead up, on, and nowhere', async () => {
    const {base, parent} = await scene()
    await symlink('../parent/.', join(parent, 'up'))
    await symlink(`${parent}/up/../parent`, join(base, 'on'))
    await symlink('loop', join(base, 'loop'))
    expect(await requireTrusted(join(base, 'on', 'state'))).toBe(true)
    await expect(requireTrusted(join(base, 'loop', 'state'))).rejects.toThrow(/loop is a symbolic link/)
    await chmod(parent, 0o777)
    await expect(requireTrusted(join(base, 'on', 'state'))).rejects.toThrow(/parent can be written by other/)
  })
})
