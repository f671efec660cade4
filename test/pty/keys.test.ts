import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {bundle} from '../bundle.ts'
import {NODE} from '../lab/lib/paths.ts'
import {KEY} from '../screens/walk.tsx'
import {WAYS} from '../screens/ways.ts'
import {KEYS, openTerminal, type Terminal} from './terminal.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'drs-onboard-keys-'))
  await bundle('test/pty/play.ts', join(directory, 'play.mjs'))
})
afterAll(() => rm(directory, {recursive: true}))

type Options = {
  readonly cols?: number
  readonly env?: Readonly<Record<string, string>>
  readonly term?: string
}

/** Goes the way to a screen, on a terminal that names itself by TERM alone. */
async function reach(name: string, {cols = 80, env = {}, term}: Options = {}): Promise<Terminal> {
  const {PATH} = process.env
  const argv = [NODE, join(directory, 'play.mjs'), name, join(directory, 'pid')] as const
  const terminal = openTerminal(argv, {cols, rows: 24, env: {PATH, ...env}, ...(term && {term})})
  for (const [shows, ...keys] of WAYS[name]?.way ?? []) {
    await terminal.until(shows)
    for (const key of keys) terminal.type(key in KEY ? KEY[key as keyof typeof KEY] : key)
  }
  return terminal
}

const PAGE = {up: '\u001B[5~', down: '\u001B[6~', home: '\u001B[H', end: '\u001B[F'}
const INSTALL = 'sudo -E ./aws-replication-installer-init --region eu-west-1 --no-prompt'

describe.concurrent('keys', () => {
  test('/ searches, n and N go on and back, Esc clears', async () => {
    await using terminal = await reach('full report')
    await terminal.until('/ search')
    terminal.type('/row 5')
    await terminal.until(/>>Row 5 of[\s\S]*1 of 11/)
    terminal.type(`${KEYS.enter}n`)
    await terminal.until(/>>Row 50 of[\s\S]*2 of 11/)
    terminal.type('N')
    await terminal.until('1 of 11')
    terminal.type(KEYS.escape)
    await terminal.until('/ search')
    expect(terminal.screen().join()).not.toContain('>>')
  })

  test('/ and what is searched for may come in one write, and Ctrl-C still leaves', async () => {
    await using terminal = await reach('full report', {cols: 40})
    await terminal.until('/ search')
    terminal.type('/qq')
    await terminal.until('not found')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })

  test('in a list, / and letters that are commands elsewhere search, also in one write', async () => {
    await using terminal = await reach('repair plan')
    await terminal.until('/ search')
    terminal.type('/qs c')
    await terminal.until(/not found[\s\S]*Esc cancel/)
    terminal.type(`${KEYS.escape}/deny${KEYS.enter}`)
    await terminal.until(/❯[^\n]*Remove the rule[\s\S]*\/deny {2}1 of 1[\s\S]*Esc clear/)
    expect(terminal.screen().join('\n')).toContain('2 of 3 chosen')
  })

  test('Page Up and Down, Home and End, j and k scroll', async () => {
    await using terminal = await reach('full report')
    for (const [key, shows] of [
      [PAGE.down, /^Row 17 of/m],
      [PAGE.up, /^Row 1 of/m],
      [PAGE.end, /^Row 60 of/m],
      [PAGE.home, /^Row 1 of/m],
      ['jj', /\n\nRow 3 of/],
      ['k', /\n\nRow 2 of/],
    ] as const) {
      terminal.type(key)
      await terminal.until(shows)
    }
  })

  test('Tab goes on to the next field', async () => {
    await using terminal = await reach('targets')
    await terminal.until('nonsense')
    terminal.type(`${KEYS.tab}zzz`)
    await terminal.until('zzz')
    expect(terminal.screen().join('\n')).toMatch(/^ {2}nonsense$/m)
  })

  test('c copies the install command', async () => {
    await using terminal = await reach('summary')
    terminal.type('c')
    await terminal.until('Copied where your terminal allows it: the install command.')
    expect(terminal.written).toContain(`\u001B]52;c;${Buffer.from(INSTALL).toString('base64')}\u0007`)
  })

  test.each(['linux', 'dumb'])('there is no c on TERM=%s', async term => {
    await using terminal = await reach('summary', {term})
    terminal.type('cf')
    await terminal.until('Row 1 of the report')
    expect(terminal.written).not.toMatch(/\]52;|c copy/)
  })

  test('k keeps the installer', async () => {
    await using terminal = await reach('installer')
    terminal.type('k')
    await terminal.until('File to write:')
    terminal.type(KEYS.enter)
    await terminal.until('Kept: /root/aws-replication-installer-init')
  })
})

const URL =
  'https://aws-elastic-disaster-recovery-eu-west-1.s3.eu-west-1.amazonaws.com/latest/linux/aws-replication-installer-init'

describe.concurrent.each([40, 80])('at %i columns', cols => {
  test('the terminal joins the rows of a URL and of a command', async () => {
    await using terminal = await reach('installer', {cols})
    expect(terminal.unwrapped()).toContain(URL)
    terminal.type(PAGE.end)
    await terminal.until('--no-prompt')
    expect(terminal.unwrapped()).toContain(INSTALL)
    terminal.type(PAGE.home)
    await terminal.until('PASS')
    expect(terminal.unwrapped()).toContain(URL)
    // Over what was there, and back.
    terminal.type('?')
    await terminal.until('Help:')
    terminal.type('?')
    await terminal.until('PASS')
    expect(terminal.unwrapped()).toContain(URL)
    expect(terminal.written).not.toContain('\u001B]8;')
  })

  test('commands of a plan, and of a summary', async () => {
    await using plan = await reach('remedy in detail', {cols})
    plan.type(PAGE.end)
    await plan.until(/undo[\s\S]*ACCEPT/)
    expect(plan.unwrapped()).toContain(
      'iptables -w -D OUTPUT -p tcp --dport 443 -m comment --comment drs-443 -j ACCEPT',
    )
    await using summary = await reach('summary', {cols})
    expect(summary.unwrapped()).toContain(INSTALL)
  })

  test('a URL is a hyperlink where the terminal has them', async () => {
    await using terminal = await reach('installer', {cols, env: {FORCE_HYPERLINK: '1'}})
    expect(terminal.unwrapped()).toContain(URL)
    expect(terminal.written).toContain(`;${URL}\u001B\\`)
  })
})
