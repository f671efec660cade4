import {execFileSync, spawnSync} from 'node:child_process'
import {rmSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {KEYS, openTerminal} from '../../pty/terminal.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {startLab} from '../lib/lab.ts'
import {DROPS_443} from '../product/rulesets.ts'
import {makeRelease, VERSION} from './build.ts'
import {unpack} from './unpack.ts'

const BUILD_MS = 300_000

const SHIM = 'libdrsonboard-glibc.so'

describeLab('the executable for an old Linux', () => {
  let release: string
  let folder: string
  let program: string
  let old: readonly string[]

  beforeAll(async () => {
    release = await makeRelease('--only', 'linux-x64-old')
    folder = unpack(release, 'linux-x64-old')
    program = join(folder, 'drs-onboard')
    const emulator = join(dirname(release), 'old-kernel')
    execFileSync('gcc', ['-O2', '-o', emulator, join(import.meta.dirname, 'old-kernel.c')])
    old = [emulator, '313', program]
  }, BUILD_MS)
  afterAll(() => {
    if (release !== undefined) rmSync(dirname(release), {recursive: true})
  })

  const symbols = (name: string) =>
    execFileSync('objdump', ['-T', join(folder, name)], {encoding: 'utf8', maxBuffer: 2 ** 28}).split('\n')

  test.each(['drs-onboard', 'libstdc++.so.6', 'libgcc_s.so.1', SHIM])(
    '%s asks for no glibc after 2.17',
    name => {
      const headers = execFileSync('objdump', ['-p', join(folder, name)], {encoding: 'utf8'})
      const asked = [...headers.matchAll(/ GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor))
      expect(asked.length).toBeGreaterThan(0)
      expect(Math.max(...asked)).toBeLessThanOrEqual(17)
    },
  )

  test('what is asked for in any version is in the library beside it', () => {
    const has = symbols(SHIM).flatMap(line => / g .* \.text\s.*?(\w+)$/.exec(line)?.[1] ?? [])
    const asked = ['drs-onboard', 'libstdc++.so.6'].flatMap(name =>
      symbols(name).flatMap(line => /DF \*UND\*\s+[0-9a-f]{16}\s+Base\s+(\w+)$/.exec(line)?.[1] ?? []),
    )
    expect(asked).toEqual(expect.arrayContaining(['getrandom', 'fcntl64', '__cxa_thread_atexit_impl']))
    expect(asked.filter(name => !has.includes(name))).toEqual([])
  })

  test('takes its libraries from beside itself, and finds every function', () => {
    const {stdout} = spawnSync(program, ['--version'], {
      encoding: 'utf8',
      env: {LD_BIND_NOW: '1', LD_DEBUG: 'libs', LD_DEBUG_OUTPUT: join(dirname(release), 'libraries')},
    })
    expect(stdout).toBe(`${VERSION}\n`)
    const loaded = execFileSync('sh', ['-c', `cat ${dirname(release)}/libraries.*`], {encoding: 'utf8'})
    for (const name of ['libstdc++.so.6', 'libgcc_s.so.1', SHIM])
      expect(loaded).toContain(`calling init: ${join(folder, name)}`)
  })

  test('checks where the kernel is one of 3.10', () => {
    const [emulator = '', ...words] = old
    const run = (...args: readonly string[]) => spawnSync(emulator, [...words, ...args], {encoding: 'utf8'})
    const checked = run('check', '--only', 'os', '--json')
    expect(JSON.parse(checked.stdout)).toMatchObject({schemaVersion: 1})
    expect(checked.status).toBe(0)
    expect(run('regions').stdout).toContain('eu-central-1')
  })

  test('draws the wizard there', async () => {
    const [emulator = '', ...words] = old
    await using terminal = openTerminal([emulator, ...words], {cols: 100, rows: 30, cwd: '/'})
    expect(await terminal.until('Step 1 of')).toContain('Region')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })

  test('fixes and undoes there, and what it tests by TLS is open then', async () => {
    await using lab = await startLab()
    await lab.source.firewall.restore(DROPS_443)
    const before = await lab.source.firewall.save()
    const run = (...args: readonly string[]) => {
      const [emulator = '', ...words] = old
      return lab.source.run([emulator, ...words, ...args])
    }
    const rules = ['--region', 'eu-central-1', '--only', 'firewall-443,drs-endpoint']
    const fixed = await run('fix', '--yes', ...rules, '--json')
    expect(JSON.parse(fixed.stdout)).toMatchObject({outcome: 'incomplete', applied: [{result: 'kept'}]})
    expect(fixed.code).toBe(0)
    expect((await run('undo', '--yes')).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })
}, ['strip', 'gcc', 'patchelf'])
