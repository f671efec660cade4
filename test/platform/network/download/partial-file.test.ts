import {spawnSync} from 'node:child_process'
import {lstat, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {beginPartialFile} from '../../../../src/platform/network/download/partial-file.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'drs-onboard-partial-'))
})
afterEach(() => rm(directory, {recursive: true}))

const NAME = 'installer'

it('appears under its name only when it is kept, as a program', async () => {
  const file = await beginPartialFile(directory, NAME)
  await file.write(Buffer.from('one '))
  await file.write(Buffer.from('two'))
  expect(await readdir(directory)).toEqual([
    expect.stringMatching(new RegExp(`^\\.drs-onboard-${process.pid}-[0-9a-f]{16}\\.tmp$`)),
  ])
  expect(await file.keep()).toBe(path.join(directory, NAME))
  await file.discard()
  expect(await readdir(directory)).toEqual([NAME])
  expect(await readFile(path.join(directory, NAME), 'utf8')).toBe('one two')
  expect((await stat(path.join(directory, NAME))).mode & 0o777).toBe(0o755)
})

it('replaces an older installer only when it is kept', async () => {
  await writeFile(path.join(directory, NAME), 'old')
  const file = await beginPartialFile(directory, NAME)
  await file.write(Buffer.from('new'))
  expect(await readFile(path.join(directory, NAME), 'utf8')).toBe('old')
  await file.keep()
  expect(await readFile(path.join(directory, NAME), 'utf8')).toBe('new')
})

it('begins again', async () => {
  const file = await beginPartialFile(directory, NAME)
  await file.write(Buffer.from('half of it'))
  await file.restart()
  await file.write(Buffer.from('all'))
  expect(await readFile(await file.keep(), 'utf8')).toBe('all')
})

it('leaves nothing when it is discarded', async () => {
  const file = await beginPartialFile(directory, NAME)
  await file.write(Buffer.from('half'))
  await file.discard()
  expect(await readdir(directory)).toEqual([])
})

it('replaces a link in its place, and never writes through it', async () => {
  const victim = path.join(directory, 'victim')
  await writeFile(victim, 'untouched')
  await symlink(victim, path.join(directory, NAME))
  const file = await beginPartialFile(directory, NAME)
  await file.write(Buffer.from('installer'))
  await file.keep()
  expect(await readFile(victim, 'utf8')).toBe('untouched')
  expect((await lstat(path.join(directory, NAME))).isFile()).toBe(true)
})

it('removes what killed runs left, and nothing else', async () => {
  const ended = spawnSync('true').pid
  const left = `.drs-onboard-${ended}-0123456789abcdef.tmp`
  const others = [
    `.drs-onboard-${process.pid}-0123456789abcdef.tmp`,
    `.drs-onboard-${ended}-fedcba9876543210.tmp`,
    `drs-onboard-${ended}-0123456789abcdef.tmp`,
  ]
  const long = new Date(Date.now() - 2 * 60 * 60 * 1_000)
  for (const name of [left, ...others]) {
    await writeFile(path.join(directory, name), '')
    if (!name.includes('fedcba')) await utimes(path.join(directory, name), long, long)
  }
  await (await beginPartialFile(directory, NAME)).discard()
  expect((await readdir(directory)).sort()).toEqual(others.sort())
})

it('says in words why a directory will not do', async () => {
  const missing = path.join(directory, 'missing')
  await expect(beginPartialFile(missing, NAME)).rejects.toThrow(`${missing} does not exist: create it`)
  const plain = path.join(directory, 'file')
  await writeFile(plain, '')
  await expect(beginPartialFile(plain, NAME)).rejects.toThrow(`${plain} is not a directory`)
})

it('looks for room before it is written', async () => {
  const file = await beginPartialFile(directory, NAME)
  await file.requireRoom(1)
  await expect(file.requireRoom(2 ** 60)).rejects.toThrow(
    /^\S+ has no space left for the installer \(\d+ MiB free, 1099511627776 MiB needed, plus 64 MiB reserve\): free some/,
  )
  await file.discard()
})
