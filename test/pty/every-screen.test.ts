import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {bundle} from '../bundle.ts'
import {NODE} from '../lab/lib/paths.ts'
import {KEY} from '../screens/walk.tsx'
import {WAYS, type Way} from '../screens/ways.ts'
import {KEYS, openTerminal, type Terminal} from './terminal.ts'

/**
 * Runs a program as a shell does: the terminal's modes before, while it is stopped, and after, each in a file; a line to
 * go on once it has stopped.
 */
const SHELL = `set -m
cd "$1"; shift
stty -a > before
"$@"
code=$?
if [ $code = 148 ]; then
  stty -a > stopped
  echo 'Stopped; Enter to go on.'
  read -r _
  fg %1 > /dev/null
  code=$?
fi
stty -a > after
exit $code
`

/** One way to each screen; others lead to another state of the same. */
const SCREENS = [
  'interrupted run',
  'an earlier run to go on with',
  'Region',
  'source server',
  'targets',
  'explanation',
  'checks',
  'findings',
  'finding in detail',
  'repair plan',
  'confirmation',
  'repair finished',
  'installer',
  'summary',
  'full report',
  'summary, saving',
]

const ENDINGS = [
  ['Ctrl-C', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'drs-onboard-play-'))
  await writeFile(join(directory, 'shell.sh'), SHELL)
  await bundle('test/pty/play.ts', join(directory, 'play.mjs'))
})
afterAll(() => rm(directory, {recursive: true}))

function wayTo(name: string): Way {
  const way = WAYS[name]
  if (way === undefined) throw new Error(`there is no way to ${name}`)
  return way
}

/** Opens the terminal, and goes the way to the screen. */
async function reach(name: string): Promise<{readonly terminal: Terminal; readonly folder: string}> {
  const folder = await mkdtemp(join(directory, 'run-'))
  const argv = [NODE, join(directory, 'play.mjs'), name, 'pid'] as const
  const terminal = openTerminal(['bash', join(directory, 'shell.sh'), folder, ...argv], {cols: 80, rows: 24})
  const {way} = wayTo(name)
  for (const [shows, ...keys] of way) {
    await terminal.until(shows)
    for (const key of keys) terminal.type(key in KEY ? KEY[key as keyof typeof KEY] : key)
  }
  return {terminal, folder}
}

describe.concurrent.each(SCREENS)('at the screen: %s', name => {
  test.each(ENDINGS)('Ctrl-Z and back, then %s: %d, the terminal as before', async (how, code) => {
    const {terminal, folder} = await reach(name)
    await using _ = terminal
    const read = (file: string) => readFile(join(folder, file), 'utf8')
    terminal.type(KEYS.ctrlZ)
    await terminal.until('Enter to go on.')
    expect(terminal.cursorShown).toBe(true)
    terminal.type(KEYS.enter)
    const [shows = ''] = wayTo(name).way.at(-1) ?? []
    await terminal.until(shows)
    if (how === 'Ctrl-C') terminal.type(KEYS.ctrlC)
    else process.kill(Number(await read('pid')), how)
    expect(await terminal.exit()).toBe(code)
    expect(terminal.cursorShown).toBe(true)
    expect(await read('after')).toBe(await read('before'))
    expect(await read('stopped')).toBe(await read('before'))
  })
})
