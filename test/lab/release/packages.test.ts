import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {makeRelease, VERSION} from './build.ts'

const BUILD_MS = 300_000

describeLab('the packages', () => {
  let release: string
  let scratch: string

  beforeAll(async () => {
    release = await makeRelease('--only', 'deb,rpm')
    scratch = dirname(release)
  }, BUILD_MS)
  afterAll(() => {
    if (release !== undefined) rmSync(scratch, {recursive: true})
  })

  const run = (program: string, ...args: readonly string[]) => execFileSync(program, args, {encoding: 'utf8'})

  // Only root can make files root's own.
  test.runIf(process.getuid?.() === 0)('.deb is installed, runs, and is purged without a trace', () => {
    const root = join(scratch, 'deb')
    for (const folder of ['info', 'updates', 'triggers'])
      mkdirSync(join(root, 'var/lib/dpkg', folder), {recursive: true})
    for (const file of ['status', 'available']) writeFileSync(join(root, 'var/lib/dpkg', file), '')
    const dpkg = ['--root', root, '--force-depends', '--log=/dev/null']
    run('dpkg', ...dpkg, '--install', join(release, `drs-onboard_${VERSION}_amd64.deb`))
    expect(run(join(root, 'usr/bin/drs-onboard'), '--version')).toBe(`${VERSION}\n`)
    expect(existsSync(join(root, 'usr/share/doc/drs-onboard/copyright'))).toBe(true)
    run('dpkg', ...dpkg, '--purge', 'drs-onboard')
    expect(existsSync(join(root, 'usr'))).toBe(false)
  })

  test('.deb depends on what the program asks for', () => {
    const depends = run('dpkg-deb', '--field', join(release, `drs-onboard_${VERSION}_amd64.deb`), 'Depends')
    expect(depends).toBe('libc6 (>= 2.28), libstdc++6 (>= 7), libgcc-s1 | libgcc1\n')
  })

  test.runIf(process.getuid?.() === 0)('.rpm is installed, runs, and is erased without a trace', () => {
    const root = join(scratch, 'rpm')
    mkdirSync(root)
    const rpm = ['--root', root, '--nodeps']
    run('rpm', ...rpm, '--install', join(release, `drs-onboard-${VERSION}-1.x86_64.rpm`))
    expect(run(join(root, 'usr/bin/drs-onboard'), '--version')).toBe(`${VERSION}\n`)
    expect(existsSync(join(root, 'usr/share/doc/drs-onboard'))).toBe(true)
    run('rpm', ...rpm, '--erase', 'drs-onboard')
    for (const path of ['usr/bin/drs-onboard', 'usr/share/doc/drs-onboard'])
      expect(existsSync(join(root, path))).toBe(false)
  })

  test('.rpm requires glibc 2.28, and is one that RHEL 8 can unpack', () => {
    const file = join(release, `drs-onboard-${VERSION}-1.x86_64.rpm`)
    const required = run('rpm', '--query', '--package', '--requires', file)
    const newest = [...required.matchAll(/\(GLIBC_2\.(\d+)\)/g)].map(([, minor]) => Number(minor))
    expect(Math.max(...newest)).toBe(28)
    expect(required).toContain('libstdc++.so.6(CXXABI_1.3.11)(64bit)')
    expect(required).toContain('rpmlib(PayloadIsXz)')
    expect(required).not.toContain('PayloadIsZstd')
  })
}, ['strip', 'rpmbuild'])
