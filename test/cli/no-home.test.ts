import {spawnSync} from 'node:child_process'
import {chmodSync, cpSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {CLI, NODE, PROJECT} from '../lab/lib/paths.ts'

/** A user that no passwd(5) knows. */
const UID = 61_234

// Another user can be tried by root alone.
describe.runIf(process.getuid?.() === 0)('a user without an entry in passwd', () => {
  let program: string

  beforeAll(() => {
    // A checkout may be where only root may look.
    program = mkdtempSync(join(tmpdir(), 'drs-onboard-no-home-'))
    cpSync(dirname(CLI), join(program, 'dist'), {recursive: true})
    cpSync(join(PROJECT, 'package.json'), join(program, 'package.json'))
    cpSync(NODE, join(program, 'node'), {dereference: true})
    chmodSync(program, 0o755)
  })
  afterAll(() => rmSync(program, {recursive: true}))

  const run = (args: readonly string[], env: Record<string, string>) =>
    spawnSync(join(program, 'node'), [join(program, 'dist/cli.js'), ...args], {
      uid: UID,
      gid: UID,
      cwd: '/',
      env: {PATH: '/usr/bin:/bin', ...env},
      encoding: 'utf8',
    })

  const HOMES = [{}, {HOME: ''}, {HOME: 'here'}, {HOME: '/nonexistent'}, {XDG_STATE_HOME: 'here', HOME: '.'}]

  test.each(HOMES)('with %j checks all the same', env => {
    const {status, stdout, stderr} = run(['check', '--only', 'os,privileges', '--json'], env)
    expect(JSON.parse(stdout)).toMatchObject({schemaVersion: 1})
    expect(stderr).not.toMatch(/bug|homedir/)
    expect(status).toBe(0)
  })

  test.each(HOMES)('with %j has nothing to undo', env => {
    const {status, stdout, stderr} = run(['undo', '--list'], env)
    expect([status, stdout, stderr]).toEqual([
      0,
      'There is nothing to undo.\n',
      expect.not.stringContaining('bug'),
    ])
  })

  test.each(HOMES.slice(0, 2))('with %j is told in a sentence why nothing is repaired', env => {
    const {status, stderr} = run(['fix', '--yes', '--only', 'os,privileges'], env)
    expect(stderr).not.toMatch(/bug|homedir/)
    expect([0, 2]).toContain(status)
  })
})
