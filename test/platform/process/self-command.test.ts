import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, describe, expect, it} from 'vitest'
import {type Start, selfCommand, typedCommand} from '../../../src/platform/process/self-command.ts'
import {NODE, PROJECT} from '../../lab/lib/paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'self-command-'))
afterAll(() => rmSync(folder, {recursive: true}))

const script = join(folder, 'dist', 'cli.js')
const node = join(folder, 'node-24', 'node')
for (const file of [script, node]) {
  mkdirSync(join(file, '..'), {recursive: true})
  writeFileSync(file, '')
  chmodSync(file, 0o755)
}
const bin = join(folder, 'bin')
mkdirSync(bin)
symlinkSync(script, join(bin, 'drs-onboard'))
symlinkSync(node, join(bin, 'node'))
const other = join(folder, 'other')
mkdirSync(other)
writeFileSync(join(other, 'drs-onboard'), '')

const start = (env: NodeJS.ProcessEnv, more: Partial<Start> = {}): Start => ({
  execPath: node,
  script,
  env,
  platform: 'linux',
  user: 1000,
  ...more,
})

/** Without a script of its own. */
const EXECUTABLE = {execPath: script, script: null}

describe('typedCommand', () => {
  it.each<[string, Start, readonly string[]]>([
    [
      'npm start',
      start({npm_lifecycle_event: 'start', npm_package_name: 'drs-onboard'}),
      ['npm', 'start', '--silent', '--'],
    ],
    ['npx', start({npm_command: 'exec', npm_lifecycle_script: 'drs-onboard check'}), ['npx', 'drs-onboard']],
    [
      'npx of another program',
      start({npm_command: 'exec', npm_lifecycle_script: 'node x', PATH: bin}),
      ['drs-onboard'],
    ],
    ['a link on PATH', start({PATH: `/nowhere:${bin}`}), ['drs-onboard']],
    ['another program of that name on PATH', start({PATH: `${other}:${bin}`}), ['node', script]],
    ['a relative entry of PATH', start({PATH: 'bin'}), [node, script]],
    ['neither on PATH', start({}), [node, script]],
    [
      'a start script of another package',
      start({npm_lifecycle_event: 'start', npm_package_name: 'x', PATH: bin}),
      ['drs-onboard'],
    ],
    ['under sudo', start({SUDO_UID: '1000', PATH: bin}, {user: 0}), ['sudo', 'drs-onboard']],
    ['root without sudo', start({PATH: bin}, {user: 0}), ['drs-onboard']],
    ['an executable on PATH', start({PATH: `/nowhere:${bin}`}, EXECUTABLE), ['drs-onboard']],
    ['an executable that PATH does not lead to', start({PATH: other}, EXECUTABLE), [script]],
    [
      'an executable, whatever npm script it is started from',
      start({npm_lifecycle_event: 'start', npm_package_name: 'drs-onboard'}, EXECUTABLE),
      [script],
    ],
    ['an executable under sudo', start({SUDO_UID: '1000'}, {...EXECUTABLE, user: 0}), ['sudo', script]],
    ['a plain user whose parent ran sudo', start({SUDO_UID: '1000', PATH: bin}), ['drs-onboard']],
  ])('%s', (_, given, typed) => {
    expect(typedCommand(given)).toEqual(typed)
  })
})

it('starts this program again from anywhere', () => {
  const [program, path] = selfCommand(start({}, {script: 'dist/cli.js'}))
  expect(program).toBe(node)
  expect(path).toBe(join(process.cwd(), 'dist/cli.js'))
})

it('starts an executable again without a script', () => {
  expect(selfCommand(start({}, EXECUTABLE))).toEqual([script])
})

it('follows a program that is moved while it runs, and that only', async () => {
  const module = fileURLToPath(new URL('../../../src/platform/process/self-command.ts', import.meta.url))
  const before = join(folder, 'before')
  const after = join(folder, 'after')
  copyFileSync(NODE, before)
  const program = `const {renameSync, rmSync} = process.getBuiltinModule('node:fs')
    const {thisProgram} = await import(${JSON.stringify(module)})
    const seen = [thisProgram()]
    renameSync(${JSON.stringify(before)}, ${JSON.stringify(after)})
    seen.push(thisProgram())
    rmSync(${JSON.stringify(after)})
    seen.push(thisProgram())
    console.log(JSON.stringify(seen))`
  const {stdout} = spawnSync(before, ['--input-type=module', '--eval', program], {encoding: 'utf8'})
  expect(JSON.parse(stdout)).toEqual([before, after, before])
})

it('is the only place where the program reads what it was started as', () => {
  const source = join(PROJECT, 'src')
  const readers = readdirSync(source, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(({parentPath, name}) => join(parentPath, name))
    .filter(path => /\bexecPath\b|\bargv0\b|argv\[1\]|\bargv\.at\(1\)/.test(readFileSync(path, 'utf8')))
  expect(readers.map(path => relative(source, path))).toEqual(['platform/process/self-command.ts'])
})
