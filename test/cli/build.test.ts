import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, expect, test} from 'vitest'
import {CLI, NODE, PROJECT} from '../lab/lib/paths.ts'
import {openTerminal} from '../pty/terminal.ts'
import {run, scratch} from './run.ts'

type Metafile = {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, {readonly entryPoint?: string}>>
}

const UNPATCHED = join(scratch, 'dist')
const METAFILE = join(scratch, 'metafile.json')
const PROGRAM = join(UNPATCHED, 'cli.js')

beforeAll(() => {
  const flags = ['--unpatched', '--outdir', UNPATCHED, '--metafile', METAFILE]
  execFileSync(NODE, ['scripts/build.js', ...flags], {cwd: PROJECT})
})

/** The project's own sources in the file that is built from one of them. */
function sourcesOf(entryPoint: string): readonly string[] {
  const metafiles: readonly Metafile[] = JSON.parse(readFileSync(METAFILE, 'utf8'))
  const built = metafiles.find(({outputs}) =>
    Object.values(outputs).some(output => output.entryPoint === entryPoint),
  )
  return Object.keys(built?.inputs ?? {}).filter(path => path.startsWith('src/'))
}

test.each([
  [['--help']],
  [['check', '--only', 'os', '--region', 'eu-central-1', '--format', 'junit']],
  [['regions', '--json']],
  [['endpoints']],
])('a build without patches says the same to %j', async args => {
  const patched = await run(args)
  const unpatched = await run(args, {program: PROGRAM})
  const alike = (said: string) => said.replaceAll(PROGRAM, CLI).replaceAll(/time(stamp)?="[^"]*"/g, '')
  expect(alike(unpatched.stdout)).toBe(alike(patched.stdout))
  expect(unpatched.code).toBe(patched.code)
})

test('a build without patches draws the wizard', async () => {
  await using terminal = openTerminal([NODE, PROGRAM], {cwd: scratch})
  expect(await terminal.until('Step 1 of')).toContain('Region')
})

test('no module is in two files that run together and holds state or is compared by identity', () => {
  const screens = new Set(sourcesOf('src/screens/index.ts'))
  const both = sourcesOf('src/main.ts').filter(path => screens.has(path))
  expect(both.length).toBeGreaterThan(10)
  const holding = both.filter(path =>
    /^(export )?(let|class) /m.test(readFileSync(join(PROJECT, path), 'utf8')),
  )
  expect(holding).toEqual([])
})

// One character beyond Latin-1 makes the engine keep a whole file in two bytes a character, and read it slower.
test('what is built is plain ASCII', () => {
  for (const name of readdirSync(join(PROJECT, 'dist')).filter(file => file.endsWith('.js'))) {
    const at = readFileSync(join(PROJECT, 'dist', name), 'latin1').search(/[^\0-\x7f]/)
    expect({name, at}).toEqual({name, at: -1})
  }
})

test('the types of the programmatic interface are one file, which needs no other package', () => {
  const types = readFileSync(join(PROJECT, 'dist', 'index.d.ts'), 'utf8')
  expect(types).not.toMatch(/^import |import\(/m)
  const use = `
    import {compileFirewall, firewallState, readFirewallState, type Verdict} from './index.js'
    export const verdict: Verdict = compileFirewall(await readFirewallState()).judge({to: '52.95.110.1', port: 443}).verdict
    export const queue: number | undefined = (state => state.platform === 'linux' ? state.queueReaders?.[0]?.queue : 0)(
      firewallState.parse(null),
    )
    // @ts-expect-error
    export const port = compileFirewall(await readFirewallState()).judge({to: '52.95.110.1'})
  `
  const folder = join(scratch, 'types')
  mkdirSync(folder, {recursive: true})
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
  writeFileSync(join(folder, 'index.d.ts'), types)
  writeFileSync(join(folder, 'use.ts'), use)
  const flags = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--lib', 'es2024,dom']
  const tsc = join(PROJECT, 'node_modules', '.bin', 'tsc')
  const {status, stdout} = spawnSync(tsc, [...flags, '--ignoreConfig', 'use.ts'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect({status, stdout}).toEqual({status: 0, stdout: ''})
})
