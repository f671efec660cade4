import {mkdir, writeFile} from 'node:fs/promises'
import {setTimeout} from 'node:timers/promises'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {describeLab} from '../lab/lib/describe-lab.ts'
import {type Lab, startLab} from '../lab/lib/lab.ts'
import {STAGING} from '../lab/lib/topology.ts'
import {DROPS_1500} from '../lab/product/rulesets.ts'
import {KEYS, type Terminal, type TerminalSize} from './terminal.ts'

const WIDE = {cols: 80, rows: 24}
const TARGETS = `${STAGING.subnet}${KEYS.enter}${STAGING.ipv4}${KEYS.enter}`
const ESC = '\u001B'
/** DEC private mode 2026: what begins every frame. */
const FRAME = `${ESC}[?2026h`
const ERASE_SCREEN = `${ESC}[H${ESC}[J`
/** CSI SGR: colours and weights. */
const LOOK = new RegExp(`${ESC}\\[[\\d;]*m`, 'g')
/** CSI ED: more than what is below the cursor. */
const CLEAR = new RegExp(`${ESC}\\[[23]J`)

type Options = TerminalSize & {
  readonly args?: readonly string[]
  readonly term?: string
  readonly env?: Readonly<Record<string, string>>
}

describeLab('the built wizard on a terminal', () => {
  let lab: Lab
  let sessions = 0

  beforeAll(async () => {
    lab = await startLab({replicationServer: true})
    await lab.source.firewall.restore(DROPS_1500)
  })
  afterAll(() => lab?.stop())

  /** A session with a state folder of its own, so that none goes on where another was left. */
  const stateOfItsOwn = async () => {
    sessions += 1
    const directory = `${lab.directory}/state-${sessions}`
    await mkdir(directory, {mode: 0o700})
    return {DRS_ONBOARD_STATE_DIR: directory}
  }
  const wizard = async ({args = [], env = {}, ...options}: Options = {}): Promise<Terminal> =>
    lab.source.openDrsOnboard(args, {...WIDE, ...options, env: {...(await stateOfItsOwn()), ...env}})

  const leave = async (terminal: Terminal) => {
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  }

  test.concurrent('Down and Enter in one write take what is highlighted then', async () => {
    await using terminal = await wizard({env: {AWS_REGION: 'eu-west-1', CI: '1'}})
    await terminal.until('Source server')
    terminal.type(KEYS.escape)
    await terminal.until('❯ eu-west-1')
    terminal.type(`${KEYS.down}${KEYS.enter}`)
    await terminal.until(/Region eu-west-2/)
    await leave(terminal)
  })

  test.concurrent('an arrow that comes in pieces is one key', async () => {
    await using terminal = await wizard({env: {AWS_REGION: 'eu-west-1'}})
    await terminal.until('Source server')
    terminal.type(KEYS.escape)
    await terminal.until('❯ eu-west-1')
    for (const piece of KEYS.down) {
      terminal.type(piece)
      await new Promise(resolve => setImmediate(resolve))
    }
    await terminal.until('❯ eu-west-2')
    await leave(terminal)
  })

  test.concurrent('what is pasted stays in the field, whatever lines it has', async () => {
    await using terminal = await wizard({args: ['--region', 'eu-central-1']})
    await terminal.until('Host name')
    terminal.type(KEYS.enter)
    await terminal.until('Staging area subnet')
    terminal.type(`\u001B[200~${STAGING.subnet}\nq\n\u001B[201~`)
    await terminal.until(`${STAGING.subnet} q`)
    await terminal.until('Not valid')
    await leave(terminal)
  })

  test.concurrent('typed ahead, before the first frame, is taken as typed', async () => {
    await using terminal = await wizard()
    terminal.type(`frank${KEYS.enter}`)
    await terminal.until('Host name')
    expect(terminal.screen()[1]).toContain('Region eu-central-1')
    await leave(terminal)
  })

  test.concurrent('over a link with half a second each way, keys land where they were meant', async () => {
    await using terminal = await wizard({args: ['--region', 'eu-central-1']})
    await terminal.until('Host name')
    // Nobody waits a second for each echo: keys come in a steady stream, late, and none of them is seen first.
    const keys = [KEYS.enter, ...STAGING.subnet, KEYS.down, ...STAGING.ipv4, 'x', KEYS.backspace, KEYS.up]
    await Promise.all(keys.map((key, at) => setTimeout(500 + at * 20).then(() => terminal.type(key))))
    await terminal.until(`${STAGING.ipv4}\n`)
    await terminal.until(/↑↓ other field/)
    expect(terminal.screen().join('\n')).toContain(STAGING.subnet)
    await leave(terminal)
  })

  test.concurrent('Ctrl-Z gives the terminal back to the shell, and fg draws a clean frame', async () => {
    const env = {...(await stateOfItsOwn()), PS1: 'ready> ', TERM: 'xterm-256color'}
    const shell = ['bash', '--norc', '--noprofile', '-i'] as const
    await using terminal = await lab.source.openTerminal(shell, {...WIDE, env})
    await terminal.until('ready>')
    terminal.type(`stty -a | md5sum; ${lab.source.drsOnboardArgv([]).join(' ')}${KEYS.enter}`)
    await terminal.until('Step 1 of')
    const [before = ''] = /[\da-f]{32}/.exec(terminal.history()) ?? []
    expect(before).not.toBe('')
    terminal.type(KEYS.ctrlZ)
    await terminal.until(/Stopped[\s\S]*\nready>/)
    expect(terminal.cursorShown).toBe(true)
    terminal.type(`clear; stty -a | md5sum${KEYS.enter}`)
    await terminal.until(new RegExp(`^${before}`))
    terminal.type(`clear; fg${KEYS.enter}`)
    await terminal.until(/Step 1 of[\s\S]*type to filter/)
    terminal.type(`tokyo${KEYS.enter}`)
    await terminal.until('Region ap-northeast-1')
    terminal.type(KEYS.ctrlC)
    await terminal.until(/ready>\s*$/)
    terminal.type(`echo "code $?"${KEYS.enter}`)
    await terminal.until('code 130')
    terminal.type(`exit${KEYS.enter}`)
    expect(await terminal.exit()).toBe(0)
  })

  test.concurrent('Ctrl-Z where no shell could continue it only redraws the frame', async () => {
    await using terminal = await wizard()
    await terminal.until('Step 1 of')
    const before = terminal.written.length
    terminal.type(KEYS.ctrlZ)
    await vi.waitFor(() => expect(terminal.written.slice(before)).toContain(FRAME), 15_000)
    terminal.type(`tokyo${KEYS.enter}`)
    await terminal.until('Region ap-northeast-1')
    await leave(terminal)
  })

  test.concurrent('TERM=dumb gets linear text: line feeds are all that moves the cursor', async () => {
    await using terminal = await wizard({term: 'dumb'})
    await terminal.until('part of a code or name')
    terminal.type(`frank${KEYS.enter}`)
    await terminal.until('Enter to continue')
    terminal.type(KEYS.enter)
    await terminal.until('Staging area subnet (CIDR), ')
    terminal.type(`${STAGING.subnet}${KEYS.enter}`)
    await terminal.until('Replication server (HOST or HOST:PORT), ')
    terminal.type(`${STAGING.ipv4}${KEYS.enter}`)
    await terminal.until('Enter for the plan', 30_000)
    terminal.type(`1${KEYS.enter}`)
    await terminal.until('Cause code')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    expect(terminal.written).toMatch(/^[\r\n\x20-\x7E]*$/)
  })

  test.concurrent('TERM=linux gets ASCII alone', async () => {
    await using terminal = await wizard({term: 'linux', args: ['--region', 'eu-central-1']})
    await terminal.until('Host name')
    await leave(terminal)
    expect(terminal.written).toMatch(/^\p{ASCII}*$/u)
    expect(terminal.written).toContain(FRAME)
  })

  test.concurrent.each([
    ['--no-color', ['--no-color'], {}],
    ['NO_COLOR', [], {NO_COLOR: '1'}],
  ] as const)('%s: no colours', async (_, args, env) => {
    await using terminal = await wizard({args, env})
    await terminal.until('Step 1 of')
    await leave(terminal)
    expect(terminal.written.match(LOOK)).toBeNull()
  })

  test.concurrent('a storm of new sizes ends in one clean frame', async () => {
    await using terminal = await wizard()
    await terminal.until('Step 1 of')
    const sizes = Array.from({length: 24}, (_, at) => ({
      cols: 20 + ((at * 67) % 181),
      rows: 10 + ((at * 29) % 51),
    }))
    for (const size of [...sizes, WIDE]) {
      terminal.resize(size)
      await new Promise(resolve => setImmediate(resolve))
    }
    await using afresh = await wizard()
    await afresh.until('type to filter')
    await vi.waitFor(() => expect(terminal.screen()).toEqual(afresh.screen()), 15_000)
    expect(terminal.written.split(ERASE_SCREEN).length - 1).toBeLessThanOrEqual(sizes.length + 1)
    expect(terminal.written).not.toMatch(CLEAR)
    await leave(afresh)
    await leave(terminal)
  })

  test.concurrent('no more than 15 frames a second while checks run, and none taller than the screen', async () => {
    const args = [
      '--region',
      'eu-central-1',
      '--staging-subnet',
      STAGING.subnet,
      '--replication-server',
      '203.0.113.9',
    ]
    await using terminal = await wizard({args})
    await terminal.until('Host name')
    const before = terminal.written.length
    const started = performance.now()
    terminal.type(KEYS.enter)
    await terminal.until('Findings', 30_000)
    const seconds = (performance.now() - started) / 1_000
    const frames = terminal.written.slice(before).split(FRAME).length - 1
    expect(frames).toBeGreaterThan(3)
    expect(frames).toBeLessThanOrEqual(15 * (seconds + 1))
    // Whatever was taller would have scrolled.
    expect(terminal.history().split('\n').length).toBeLessThan(WIDE.rows)
    await leave(terminal)
  })

  test.concurrent.each([
    ['to its end', null, 3],
    ['to Ctrl-C', KEYS.ctrlC, 130],
  ] as const)('check says how far it is, and leaves nothing of that: %s', async (_, key, code) => {
    // Nobody answers there, so that it takes as long as the time limit.
    const args = [
      'check',
      '--region',
      'eu-central-1',
      '--replication-server',
      '203.0.113.9',
      '--timeout',
      '3',
    ]
    await using terminal = await wizard({args})
    await terminal.until(/\d+ of \d+ checks/)
    if (key !== null) terminal.type(key)
    expect(await terminal.exit()).toBe(code)
    expect(terminal.history()).not.toMatch(/of \d+ checks/)
    expect(terminal.cursorShown).toBe(true)
  })

  test.concurrent.each(['--quiet', '--accessible'])('check draws no progress with %s', async flag => {
    const args = ['check', '--region', 'eu-central-1', '--only', 'os,firewall-443', flag]
    await using terminal = await wizard({args})
    await terminal.exit()
    expect(terminal.written).not.toContain(' checks')
  })

  test('the whole way with a repair, in linear text, to a server that is ready', async () => {
    const before = await lab.source.firewall.save()
    const script = `${lab.directory}/plain.sh`
    await writeFile(script, 'stty -a | md5sum; "$@"; code=$?; stty -a | md5sum; exit $code\n')
    const argv = ['bash', script, ...lab.source.drsOnboardArgv(['--region', 'eu-central-1'])] as const
    const env = {...(await stateOfItsOwn()), ACCESSIBLE: '1'}
    await using terminal = await lab.source.openTerminal(argv, {...WIDE, env})
    await terminal.until('Enter to continue')
    terminal.type(KEYS.enter)
    await terminal.until('Staging area subnet (CIDR), ')
    terminal.type(TARGETS.replaceAll(KEYS.enter, '\n'))
    await terminal.until('Enter for the plan', 30_000)
    terminal.type(KEYS.enter)
    await terminal.until('Enter to continue, a number')
    terminal.type(KEYS.enter)
    await terminal.until('1. No, change nothing (default)')
    terminal.type(`2${KEYS.enter}`)
    await terminal.until('Repair finished.', 30_000)
    terminal.type(KEYS.enter)
    await terminal.until(/Agent installer[\s\S]*Enter to continue/)
    terminal.type(KEYS.enter)
    await terminal.until('Enter to finish')
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).toBe(0)
    // The report that follows may have colours.
    expect(terminal.written.slice(0, terminal.written.indexOf('Enter to finish'))).not.toContain(ESC)
    const modes = terminal.history().match(/[\da-f]{32} {2}-/g) ?? []
    expect(new Set(modes).size).toBe(1)
    expect((await lab.source.drsOnboard(['undo', '--yes'], {env})).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })
})
