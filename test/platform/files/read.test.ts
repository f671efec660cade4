import {execFileSync} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {readSystemFile} from '../../../src/platform/files/read.ts'
import {readPersistence} from '../../../src/platform/linux/firewall/managers.ts'
import {readLinuxHost} from '../../../src/platform/linux/host.ts'
import {readUsers} from '../../../src/platform/linux/passwd.ts'
import {readProxySettings} from '../../../src/platform/linux/proxy-settings.ts'
import {isInHostsFile} from '../../../src/platform/network/dns/this-host.ts'
import type {RunCommand} from '../../../src/platform/process/command.ts'

let directory: string
const at = (...names: string[]) => join(directory, ...names)

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'drs-onboard-read-'))
  execFileSync('mkfifo', [at('pipe')])
  writeFileSync(at('file'), 'text')
  writeFileSync(at('huge'), '')
  truncateSync(at('huge'), 2 ** 40)
  symlinkSync('file', at('link'))
  symlinkSync('pipe', at('link-to-pipe'))
})
afterAll(() => rmSync(directory, {recursive: true}))

const openFiles = () => readdirSync('/proc/self/fd').length

describe('a file of the system', () => {
  it.each([
    ['file', 'text'],
    ['link', 'text'],
  ])('is read: %s', async (name, text) => {
    expect(await readSystemFile(at(name))).toBe(text)
  })

  it('of /proc, which says that it is empty, is read to its end', async () => {
    expect(await readSystemFile('/proc/self/status')).toContain('CapEff')
    expect((await readSystemFile('/proc/kallsyms', {limit: 2 ** 26})).length).toBeGreaterThan(100_000)
  })

  it.each([
    ['a pipe', () => at('pipe'), / is a named pipe, not a file$/],
    ['a link to a pipe', () => at('link-to-pipe'), / is a named pipe, not a file$/],
    ['a device without an end', () => '/dev/zero', /^\/dev\/zero is a device, not a file$/],
    ['a terabyte', () => at('huge'), / is larger than 4 MiB$/],
    ['a directory', () => directory, /EISDIR/],
    ['missing', () => at('none'), /ENOENT/],
  ])('that is %s is an error at once', async (_, path, message) => {
    const before = openFiles()
    await expect(readSystemFile(path())).rejects.toThrow(message)
    expect(openFiles()).toBe(before)
  })

  it('whose links are not to be followed', async () => {
    await expect(readSystemFile(at('link'), {follow: false})).rejects.toThrow(
      /is a symbolic link, not a file$/,
    )
    expect(await readSystemFile(at('file'), {follow: false})).toBe('text')
  })

  it('that grows while it is read stops at the limit', async () => {
    await expect(readSystemFile('/proc/kallsyms', {limit: 1_000})).rejects.toThrow('is larger than')
  })
})

describe.each([
  ['a pipe', () => at('pipe')],
  ['a device without an end', () => '/dev/zero'],
  ['a terabyte', () => at('huge')],
])('where every file of the host is %s', (_, target) => {
  let root: string
  beforeAll(async () => {
    root = mkdtempSync(join(directory, 'root-'))
    await mkdir(join(root, 'etc/iptables'), {recursive: true})
    await mkdir(join(root, 'etc/apt/apt.conf.d'), {recursive: true})
    for (const name of [
      'os-release',
      'passwd',
      'hosts',
      'environment',
      'nftables.conf',
      'iptables/rules.v4',
      'apt/apt.conf.d/01proxy',
    ])
      symlinkSync(target(), join(root, 'etc', name))
  })

  it('the operating system cannot be read, which is one sentence', async () => {
    await expect(readLinuxHost(root)).rejects.toThrow(
      /^\S+\/etc\/os-release is [^(]+, so the operating system is not known; make the file readable\.$/,
    )
  })

  it('users are not known, and why', async () => {
    expect(await readUsers(['root'], root)).toMatch(/\/etc\/passwd is /)
  })

  it('the hosts file names nobody, and no proxy is configured', async () => {
    expect(await isInHostsFile('localhost', join(root, 'etc/hosts'))).toBe(false)
    expect(await readProxySettings(root)).toEqual([])
  })

  it('no file of rules is read', async () => {
    const run: RunCommand = async ([program]) => ({kind: 'not-found', program})
    expect((await readPersistence(null, {root, run})).files).toEqual({})
  })
})
