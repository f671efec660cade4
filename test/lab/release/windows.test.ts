import {execFileSync} from 'node:child_process'
import {mkdirSync, rmSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {codesOf, reportOf} from '../product/report.ts'
import {WINE_TOOLS} from '../windows/node-exe.ts'
import {BLOCK_1500, DOMAIN_NETWORK, host, ONLY_1500, TARGETS} from '../windows/situation.ts'
import {startWindowsHost, type WindowsHost, windowsPath} from '../windows/wine.ts'
import {makeRelease, VERSION} from './build.ts'

const BUILD_MS = 300_000

// Every program that is started takes its time in wine.
vi.setConfig({testTimeout: 180_000})

describeLab('the executable for Windows, in wine', () => {
  let release: string
  let lab: Lab
  let windows: WindowsHost

  beforeAll(async () => {
    release = await makeRelease('--only', 'windows-x64')
    const folder = join(dirname(release), 'unpacked')
    mkdirSync(folder)
    execFileSync('python3', [
      '-m',
      'zipfile',
      '-e',
      join(release, `drs-onboard-${VERSION}-windows-x64.zip`),
      folder,
    ])
    const program = join(folder, `drs-onboard-${VERSION}`, 'drs-onboard.exe')
    lab = await startLab({replicationServer: true})
    windows = await startWindowsHost(lab, [windowsPath(program)])
  }, BUILD_MS)
  afterAll(async () => {
    await lab?.stop()
    if (release !== undefined) rmSync(dirname(release), {recursive: true})
  })

  test('says its version, whatever NODE_OPTIONS wants', async () => {
    const {stdout, code} = await windows.drsOnboard(['--version'], {env: {NODE_OPTIONS: '--no-such-option'}})
    expect([stdout, code]).toEqual([`${VERSION}\n`, 0])
  })

  test('finds a server ready over the whole path', async () => {
    await windows.setRegistry(host({}, {}))
    windows.setNetwork(DOMAIN_NETWORK)
    const targets = [...TARGETS, '--replication-server', STAGING.ipv4]
    const result = await windows.drsOnboard(['check', ...targets, '--json'])
    expect(codesOf(reportOf(result)).filter(code => !/ pass ok$/.test(code))).toEqual([])
    expect(result.code).toBe(0)
  })

  test('guards a change that overrides a rule, and undoes it', async () => {
    await windows.setRegistry(host({}, {'no-1500': BLOCK_1500}))
    windows.setNetwork(DOMAIN_NETWORK)
    const fixed = await windows.drsOnboard(['fix', '--yes', '--allow-disruptive', ...ONLY_1500, '--json'])
    expect([fixed.code, reportOf(fixed).applied.map(({result}) => result)]).toEqual([0, ['kept']])
    expect(await windows.rule('no-1500')).toBe(BLOCK_1500.replace('TRUE', 'FALSE'))
    expect((await windows.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await windows.rule('no-1500')).toBe(BLOCK_1500)
  })

  test('judges here what was captured there', async () => {
    await windows.setRegistry(host({}, {'no-1500': BLOCK_1500}))
    windows.setNetwork(DOMAIN_NETWORK)
    const {stdout} = await windows.drsOnboard(['capture'])
    const explain = ['explain', '--state', '-', '--to', '10.0.0.1', '--port', '1500', '--json']
    const there = await windows.drsOnboard(explain, {input: stdout})
    const here = await lab.source.drsOnboard(explain, {input: stdout})
    expect(JSON.parse(there.stdout)).toEqual(JSON.parse(here.stdout))
    expect(JSON.parse(there.stdout)).toMatchObject({verdict: 'block'})
  })

  test('is refused by Node.js on Windows 8, in a sentence', async () => {
    await windows.run(['winecfg', '-v', 'win8'])
    const refused = await windows.drsOnboard(['--version'])
    expect(refused.stderr).toContain('Windows 8.1, Windows Server 2012 R2, or higher')
    expect(refused.code).not.toBe(0)
    await windows.run(['winecfg', '-v', 'win81'])
    expect((await windows.drsOnboard(['--version'])).code).toBe(0)
  })
}, [...WINE_TOOLS, 'strip', 'osslsigncode', 'zip'])
