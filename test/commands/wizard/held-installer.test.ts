import {createHash} from 'node:crypto'
import {chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {installerHolder} from '../../../src/commands/wizard/held-installer.ts'
import {FileExists, UserError} from '../../../src/contract/errors.ts'

let directory: string
let state: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'drs-onboard-held-'))
  state = join(directory, 'state')
})
afterEach(() => rm(directory, {recursive: true}))

const NAME = 'aws-replication-installer-init'
const sha512 = (content: string) => createHash('sha512').update(content).digest('hex')

/** A holder whose latest check brought that content, and found it to have that digest. */
async function holding(content: string, digest = sha512(content)) {
  const holder = installerHolder(state)
  const file = await holder.hold(NAME)
  await file?.requireRoom(content.length)
  await file?.write(Buffer.from('half of another'))
  await file?.restart()
  for (const part of content.match(/.{1,7}/gs) ?? []) await file?.write(Buffer.from(part))
  await file?.keep(digest)
  await file?.discard()
  return holder
}

test('is held under no name, and saved as a program of this user alone', async () => {
  const holder = await holding('installer '.repeat(100_000))
  expect(holder.fileName()).toBe(NAME)
  expect(await readdir(state)).toEqual([])
  const path = join(directory, NAME)
  expect(await holder.save(path, false)).toEqual({path, at: expect.any(Number)})
  expect(await readFile(path, 'utf8')).toBe('installer '.repeat(100_000))
  expect((await stat(path)).mode & 0o7777).toBe(0o700)
})

test.each([
  ['a file', (path: string) => writeFile(path, 'old', {mode: 0o666})],
  ['a link to a file', (path: string) => symlink(join(directory, 'elsewhere'), path)],
  ['a link that leads nowhere', (path: string) => symlink('/nonexistent', path)],
])('%s in its place is replaced only when that is agreed to', async (_, prepare) => {
  const elsewhere = join(directory, 'elsewhere')
  await writeFile(elsewhere, 'untouched')
  const path = join(directory, NAME)
  await prepare(path)
  const holder = await holding('new')
  await expect(holder.save(path, false)).rejects.toThrow(FileExists)
  await holder.save(path, true)
  expect((await lstat(path)).isFile()).toBe(true)
  expect((await lstat(path)).mode & 0o7777).toBe(0o700)
  expect(await readFile(path, 'utf8')).toBe('new')
  expect(await readFile(elsewhere, 'utf8')).toBe('untouched')
})

test('what is no longer what was verified is not saved', async () => {
  const holder = await holding('changed', sha512('as published'))
  await expect(holder.save(join(directory, NAME), false)).rejects.toThrow(/SHA-512 is not the verified one/)
  expect(await readdir(directory)).toEqual(['state'])
})

test.each([
  ['in a directory that is missing', 'missing/installer', /no such file|ENOENT/],
  ['on a directory', 'state', /already exists/],
  ['below a file', 'file/installer', /not a directory/],
])('is not saved %s', async (_, name, why) => {
  await writeFile(join(directory, 'file'), '')
  const holder = await holding('installer')
  await expect(holder.save(join(directory, name), false)).rejects.toThrow(why)
  await expect(holder.save(join(directory, name), false)).rejects.toThrow(UserError)
})

test('a second download takes the place of the first, and one that is not verified leaves none', async () => {
  const holder = await holding('first')
  const file = await holder.hold(NAME)
  await file?.write(Buffer.from('second'))
  await file?.discard()
  expect(holder.fileName()).toBeNull()
  await expect(holder.save(join(directory, NAME), false)).rejects.toThrow(UserError)
})

test('without a directory to hold it in there is none, and the check goes on', async () => {
  await writeFile(join(directory, 'file'), '')
  expect(await installerHolder(join(directory, 'file', 'state')).hold(NAME)).toBeNull()
})

test('a directory that others may write to is not used', async () => {
  const open = await mkdtemp(join(directory, 'open-'))
  await chmod(open, 0o777)
  expect(await installerHolder(open).hold(NAME)).toBeNull()
})

test.runIf(process.platform === 'linux')('a disk that is full drops it, and fails nothing', async () => {
  const holder = installerHolder(state)
  const file = await holder.hold(NAME)
  await file?.requireRoom(Number.MAX_SAFE_INTEGER)
  await file?.write(Buffer.from('installer'))
  expect(await file?.keep(sha512('installer'))).toBeNull()
  expect(holder.fileName()).toBeNull()
})
