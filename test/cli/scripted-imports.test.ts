import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {CLI} from '../lab/lib/paths.ts'
import {run, scratch} from './run.ts'

/** Writes the URL of each module that is loaded, one a line, to the file named by LOADED. */
const RECORD = `
import {appendFileSync} from 'node:fs'
import {registerHooks} from 'node:module'
registerHooks({load(url, context, next) {
  appendFileSync(process.env.LOADED, url + '\\n')
  return next(url, context)
}})`
const RECORDING = ['--import', `data:text/javascript,${encodeURIComponent(RECORD)}`]

/** What only React and Ink say in their own code. */
const TELLTALES = ['react.transitional.element', 'ink-box']

const holdsScreens = (file: string): boolean => {
  const code = readFileSync(file, 'utf8')
  return TELLTALES.some(telltale => code.includes(telltale))
}

test('the screens are in files of their own', () => {
  const directory = dirname(CLI)
  const files = readdirSync(directory).filter(name => name.endsWith('.js'))
  const screens = files.filter(name => holdsScreens(join(directory, name)))
  expect(screens.length).toBeGreaterThan(0)
  expect(screens).not.toContain('cli.js')
})

test.each([
  [['check', '--only', 'os,privileges']],
  [['check', '--only', 'os', '--format', 'junit']],
  [['fix', '--dry-run', '--only', 'os']],
  [['fix', '--yes', '--only', 'os']],
  [['fix']],
  [['undo', '--list']],
  [['undo', '--yes']],
  [['regions']],
  [['endpoints', '--region', 'eu-central-1']],
  [['policy', '--region', 'eu-central-1']],
  [['diagnose', '/dev/null']],
  [['schema']],
  [['--help']],
  [[]],
])('%j loads neither React nor Ink', async args => {
  const record = join(scratch, `loaded-${args.join('-').replace(/\W+/g, '-')}`)
  await run(args, {node: RECORDING, env: {LOADED: record}})
  const loaded = readFileSync(record, 'utf8')
    .split('\n')
    .filter(url => url.startsWith('file:'))
    .map(url => fileURLToPath(url))
  expect(loaded).toContain(CLI)
  expect(loaded.length).toBeGreaterThan(1)
  expect(loaded.filter(holdsScreens)).toEqual([])
  expect(loaded.filter(file => /node_modules\/(react|ink|yoga-layout|@inkjs)\//.test(file))).toEqual([])
})
