import {readFile} from 'node:fs/promises'
import {transform} from 'esbuild'
import {execa} from 'execa'
import {expect, test} from 'vitest'

const START = new URL('../../scripts/start.cjs', import.meta.url).pathname

/** Starts from the clone as a Node.js of that version would. */
const startedBy = (version: string) =>
  execa(
    process.execPath,
    [
      '-e',
      `Object.defineProperty(process.versions, 'node', {value: '${version}'}); require(${JSON.stringify(START)})`,
    ],
    {reject: false},
  )

test.each(['10.24.1', '12.22.12', '16.20.2', '20.20.2', '22.2.0'])(
  'Node.js %s is told in one sentence which one is needed',
  async version => {
    const {exitCode, stdout, stderr} = await startedBy(version)
    expect({exitCode, stdout, stderr}).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `drs-onboard requires Node.js 22.3 or later; this is ${version} (${process.execPath}). Run \`npm ci\`, which installs one, without --ignore-scripts and --omit, and start again.`,
    })
  },
)

test('an old Node.js can read the file that says so', async () => {
  const source = await readFile(START, 'utf8')
  const supported = {'dynamic-import': true}
  const [old, asItIs] = await Promise.all(
    ['es2015', 'esnext'].map(target => transform(source, {target, supported})),
  )
  expect(old?.code).toBe(asItIs?.code)
})

test('npm start begins there, and the oldest version is that of package.json and of the program', async () => {
  const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
  const {scripts, engines} = JSON.parse(await read('package.json'))
  expect(scripts.start).toBe('node scripts/start.cjs')
  const [, oldest] = /OLDEST_NODE = '([\d.]+)'/.exec(await read('scripts/start.cjs')) ?? []
  expect(engines.node).toBe(`>=${oldest}`)
  expect(await read('src/cli.ts')).toContain(`OLDEST_NODE = '${oldest}'`)
})
