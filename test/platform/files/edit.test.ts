import {execFileSync, spawnSync} from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {lchown} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {Command} from '../../../src/contract/remedy.ts'
import {editFile, settleOldFile, whyNotEditable} from '../../../src/platform/files/edit.ts'
import {type RunCommand, runCommand} from '../../../src/platform/process/command.ts'

const isRoot = process.getuid?.() === 0
const OTHER = 65534
/** The packages attr and acl of Debian. */
const hasTools = ['setfattr', 'setfacl'].every(tool => spawnSync(tool, ['--version']).error === undefined)

let directory: string
let rules: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drs-onboard-edit-'))
  rules = join(directory, 'rules')
  writeFileSync(rules, 'one\ntwo\n')
})
afterEach(() => rmSync(directory, {recursive: true}))

const limits = {timeoutMs: 60_000}
const sed = (script: string, path: string): Command => ['sed', '-i', '--follow-symlinks', '-e', script, path]
const insert = (path = rules) => runCommand(sed('2s/^/new\\n/', path), limits)
const remove = (path = rules) => runCommand(sed('/new/d', path), limits)

/** Owner, mode and every attribute, as getfattr(1) and stat(1) print them. */
function belongings(path = rules): string {
  const attributes = execFileSync('getfattr', ['--absolute-names', '-d', '-m', '-', '-e', 'hex', path])
  return `${attributes}${execFileSync('stat', ['--format', '%u:%g %a', path])}`
}

function give(...attributes: readonly [name: string, value: string][]): void {
  for (const [name, value] of attributes) execFileSync('setfattr', ['-n', name, '-v', value, rules])
}

/** What a file may have beside its content. */
const BELONGINGS: readonly (readonly [what: string, give: () => void])[] = [
  ['attributes of users', () => give(['user.origin', 'config management'], ['user.empty', ''])],
  ['an access control list', () => execFileSync('setfacl', ['-m', 'u:65534:r,g:65534:rw', rules])],
  ['its mode', () => chmodSync(rules, 0o604)],
]

const OF_ROOT: typeof BELONGINGS = [
  ['an SELinux context', () => give(['security.selinux', 'system_u:object_r:etc_t:s0'])],
  ['attributes of root', () => give(['trusted.seal', '0x00ff10'])],
  [
    'all of them, and another owner',
    () => {
      chownSync(rules, 7, 8)
      chmodSync(rules, 0o640)
      give(['user.a', '1'], ['trusted.b', '2'], ['security.selinux', 'x'])
      execFileSync('setfacl', ['-m', 'u:1:r', rules])
    },
  ],
]

describe.skipIf(!hasTools)('an edit by a program that replaces the file', () => {
  it.each([...BELONGINGS, ...(isRoot ? OF_ROOT : [])])(
    'keeps %s, and so does its undo',
    async (_, prepare) => {
      prepare()
      const before = belongings()
      expect(await editFile(rules, runCommand, insert)).toMatchObject({ran: true, fault: null})
      expect(readFileSync(rules, 'utf8')).toBe('one\nnew\ntwo\n')
      expect(belongings()).toBe(before)
      expect(await editFile(rules, runCommand, remove)).toMatchObject({ran: true, fault: null})
      expect(readFileSync(rules, 'utf8')).toBe('one\ntwo\n')
      expect(belongings()).toBe(before)
      expect(readdirSync(directory)).toEqual(['rules'])
    },
  )

  it('keeps those of what a link leads to', async () => {
    const link = join(directory, 'link')
    symlinkSync('rules', link)
    give(['user.origin', 'x'])
    const before = belongings()
    expect(await editFile(link, runCommand, () => insert(link))).toMatchObject({fault: null})
    expect(belongings()).toBe(before)
    expect(readdirSync(directory).sort()).toEqual(['link', 'rules'])
  })

  it('that changes nothing leaves the very file', async () => {
    const {ino} = statSync(rules)
    expect(await editFile(rules, runCommand, remove)).toMatchObject({fault: null})
    expect(statSync(rules).ino).toBe(ino)
  })

  it('that fails, or makes or removes the file, leaves nothing behind', async () => {
    const fails = () => runCommand(['false'], limits)
    expect(await editFile(rules, runCommand, fails)).toMatchObject({ran: true, fault: null})
    expect(await editFile(rules, runCommand, () => runCommand(['rm', rules], limits))).toMatchObject({
      fault: null,
    })
    expect(readdirSync(directory)).toEqual([])
    const make = () => runCommand(['tee', rules], {...limits, input: 'made'})
    expect(await editFile(rules, runCommand, make)).toMatchObject({fault: null})
    expect(readdirSync(directory)).toEqual(['rules'])
  })
})

describe.skipIf(!hasTools)('an edit that is killed in the middle', () => {
  const killed = async (run: () => Promise<unknown>) => {
    const dies = async () => {
      await run()
      throw new Error('killed')
    }
    await expect(editFile(rules, runCommand, dies)).rejects.toThrow('killed')
  }

  it.each([
    ['before the program', async () => undefined, 'one\ntwo\n'],
    ['after it', insert, 'one\nnew\ntwo\n'],
  ])('%s: the next gives back what the file had', async (_, run, text) => {
    give(['user.origin', 'x'])
    const before = belongings()
    await killed(run)
    expect(readFileSync(rules, 'utf8')).toBe(text)
    expect(await settleOldFile(rules, runCommand)).toBeNull()
    expect(belongings()).toBe(before)
    expect(readdirSync(directory)).toEqual(['rules'])
  })

  it('and undone is the very file that it was', async () => {
    give(['user.origin', 'x'])
    const {ino} = statSync(rules)
    await killed(insert)
    expect(await whyNotEditable(rules)).toBeNull()
    expect(await editFile(rules, runCommand, remove)).toMatchObject({fault: null})
    expect(statSync(rules).ino).toBe(ino)
    expect(readdirSync(directory)).toEqual(['rules'])
  })
})

it.skipIf(!hasTools)('is faulty where attributes cannot be kept, and undone without loss', async () => {
  give(['user.origin', 'x'])
  const before = belongings()
  const withoutCopy: RunCommand = async (command, more) =>
    command[0] === 'cp' ? {kind: 'not-found', program: 'cp'} : await runCommand(command, more)
  expect(await editFile(rules, withoutCopy, insert)).toMatchObject({
    ran: true,
    fault: expect.stringMatching(/^the attributes of \S+\/rules cannot be kept: `cp` /),
  })
  expect(await editFile(rules, withoutCopy, remove)).toMatchObject({ran: true, fault: null})
  expect(belongings()).toBe(before)
  expect(readdirSync(directory)).toEqual(['rules'])
})

describe('a file is not to be edited', () => {
  it.each([1, 2])('with %d further names', async count => {
    for (let name = 0; name < count; name += 1) linkSync(rules, join(directory, `name-${name}`))
    expect(await whyNotEditable(rules)).toBe(`it has ${count + 1} hard links, which an edit would separate`)
  })

  it.skipIf(!isRoot)('through a link of another user', async () => {
    const link = join(directory, 'link')
    symlinkSync('rules', link)
    await lchown(link, OTHER, OTHER)
    expect(await whyNotEditable(link)).toMatch(/^it leads through a symbolic link, "link", of another user/)
    expect(await editFile(link, runCommand, insert)).toMatchObject({ran: false})
    expect(readFileSync(rules, 'utf8')).toBe('one\ntwo\n')
  })

  it('but may be where it is missing, or has one name', async () => {
    expect(await whyNotEditable(rules)).toBeNull()
    expect(await whyNotEditable(join(directory, 'none'))).toBeNull()
    expect(await whyNotEditable(join(directory, 'none', 'none'))).toBeNull()
    mkdirSync(join(directory, 'sub'))
    expect(await whyNotEditable(join(directory, 'sub', 'none'))).toBeNull()
  })
})
