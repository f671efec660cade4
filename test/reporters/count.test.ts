import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const HEAD = `import {beforeAll, describe, expect, test} from 'vitest'\n`

describe('the last line of a run', () => {
  let directory = ''
  beforeAll(() => {
    // Inside the project, where vitest finds its packages.
    directory = mkdtempSync(join(PROJECT, 'node_modules', '.count-'))
    const reporter = join(PROJECT, 'test/reporters/count.ts')
    const config = `import {CountReporter} from ${JSON.stringify(reporter)}
      export default {test: {reporters: ['default', new CountReporter()], include: ['*.test.ts'], exclude: []}}`
    writeFileSync(join(directory, 'vitest.config.ts'), config)
  })
  afterAll(() => rmSync(directory, {recursive: true}))

  test.each([
    {name: 'all pass', body: `test('a', () => {}); test('b', () => {})`, line: '2 passed, 0 failed', code: 0},
    {
      name: 'one fails',
      body: `test('a', () => {}); test('b', () => expect(1).toBe(2))`,
      line: '1 passed, 1 failed',
      code: 1,
    },
    {
      name: 'one is skipped',
      body: `test('a', () => {}); test.skip('b', () => {})`,
      line: '1 passed, 0 failed, 1 skipped',
      code: 0,
    },
    {
      name: 'one is skipped, CI',
      body: `test('a', () => {}); test.skip('b', () => {})`,
      ci: 'true',
      line: '1 passed, 0 failed, 1 skipped',
      code: 1,
    },
    {
      name: 'a file cannot be loaded',
      body: `import './not-there.ts'; test('a', () => {})`,
      line: '0 passed, 1 failed',
      code: 1,
    },
    {
      name: 'a hook fails',
      body: `describe('d', () => { beforeAll(() => { throw new Error() }); test('a', () => {}) })`,
      line: '0 passed, 1 failed, 1 skipped',
      code: 1,
    },
    {
      name: 'an error nobody handles',
      body: `test('a', () => { setTimeout(() => { throw new Error() }) }); test('b', () => new Promise(r => setTimeout(r, 50)))`,
      line: '2 passed, 1 failed',
      code: 1,
    },
    {name: 'no test', body: `export {}`, line: '0 passed, 1 failed', code: 1},
  ])('$name: $line', ({body, line, code, ci = ''}) => {
    writeFileSync(join(directory, 'some.test.ts'), `${HEAD}${body}\n`)
    const vitest = join(PROJECT, 'node_modules/vitest/vitest.mjs')
    const env = {...process.env, CI: ci}
    const ran = spawnSync(process.execPath, [vitest, 'run'], {cwd: directory, env, encoding: 'utf8'})
    expect([ran.stdout.trimEnd().split('\n').at(-1), ran.status]).toEqual([line, code])
  })
})
