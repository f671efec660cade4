import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {type Start, selfCommand, typedCommand} from '../../../src/platform/process/self-command.ts'

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
