import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {KEYS, type Terminal} from '../../pty/terminal.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {closeGate} from './gate.ts'
import {DROPS_1500} from './rulesets.ts'

/** What is on the screen once it is reached, and what to type there to come to the next. */
const SCREENS = [
  ['region', /AWS Region/, `frankfurt${KEYS.enter}`],
  ['server', /Debian|Linux/, KEYS.enter],
  ['targets', /[Ss]taging area subnet/, `${STAGING.subnet}${KEYS.enter}${STAGING.ipv4}${KEYS.enter}`],
  ['findings', /Findings/, KEYS.enter],
  ['plan', /Repair plan/, KEYS.enter],
  ['confirm', /Yes, apply the change/, 'y'],
  ['repaired', /Repair finished/, KEYS.enter],
  ['installer', /Agent installer/, KEYS.enter],
  ['summary', /Summary/, ''],
] as const

type ScreenName = (typeof SCREENS)[number][0]

/** Screens that are reached without a change, and those after one. */
const BEFORE_A_CHANGE: readonly ScreenName[] = ['region', 'server', 'targets', 'findings', 'plan', 'confirm']
const AFTER_A_CHANGE: readonly ScreenName[] = ['repaired', 'installer', 'summary']

type Session = {
  readonly terminal: Terminal
  readonly state: Readonly<Record<'DRS_ONBOARD_STATE_DIR', string>>
  /** What the shell has left in a file: `pid`, `code`, `stty-before`, `stty-after`. */
  read(name: string): Promise<string>
}

let sessions = 0

/** The wizard in a shell, with files and a state folder of the session's own. */
async function inShell(lab: Lab, env: Readonly<Record<string, string>> = {}): Promise<Session> {
  sessions += 1
  const folder = `${lab.directory}/session-${sessions}`
  const state = {DRS_ONBOARD_STATE_DIR: `${folder}/state`}
  await mkdir(state.DRS_ONBOARD_STATE_DIR, {recursive: true, mode: 0o700})
  await writeFile(
    `${folder}/wizard.sh`,
    [
      'trap : HUP',
      `stty -a > ${folder}/stty-before`,
      `(echo $BASHPID > ${folder}/pid; exec "$@")`,
      'code=$?',
      `stty -a > ${folder}/stty-after`,
      `echo $code > ${folder}/code`,
      'exit $code',
      '',
    ].join('\n'),
  )
  const argv = ['bash', `${folder}/wizard.sh`, ...lab.source.drsOnboardArgv([])] as const
  const terminal = await lab.source.openTerminal(argv, {cols: 80, rows: 24, env: {...env, ...state}})
  return {terminal, state, read: async name => (await readFile(`${folder}/${name}`, 'utf8')).trim()}
}

async function expectRestored({terminal, read}: Session): Promise<void> {
  expect(await read('stty-after')).toBe(await read('stty-before'))
  expect(terminal.cursorShown).toBe(true)
}

describeLab('the wizard, left at a screen by', () => {
  let lab: Lab
  let before: string

  beforeAll(async () => {
    lab = await startLab({replicationServer: true})
    await lab.source.firewall.restore(DROPS_1500)
    before = await lab.source.firewall.save()
  })
  afterAll(() => lab?.stop())

  test.concurrent.each([
    ...BEFORE_A_CHANGE.map(name => [name, 'Ctrl-C', 130] as const),
    ['targets', 'SIGTERM', 143] as const,
    ['targets', 'SIGHUP', 129] as const,
  ])('%s, %s: %d, the terminal as before, nothing changed', async (name, how, code) => {
    const session = await inShell(lab)
    await using terminal = session.terminal
    await walkTo(terminal, name)
    if (how === 'Ctrl-C') terminal.type(KEYS.ctrlC)
    else process.kill(Number(await session.read('pid')), how)
    expect(await terminal.exit()).toBe(code)
    await expectRestored(session)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('a lost connection: 129', async () => {
    const {terminal, read} = await inShell(lab)
    await walkTo(terminal, 'findings')
    terminal.hangUp()
    await expect.poll(() => read('code').catch(() => null), {timeout: 20_000}).toBe('129')
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test.each(AFTER_A_CHANGE)('%s, Ctrl-C: 130, what helped stays and is named', async name => {
    const session = await inShell(lab)
    await using terminal = session.terminal
    await walkTo(terminal, name)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    await expectRestored(session)
    expect(await lab.source.firewall.save()).not.toBe(before)
    // The terminal breaks lines anywhere.
    expect(terminal.history().replace(/\s/g, '')).toMatch(
      /open-1500-\w+wasverifiedandstaysinplace;`[^`]*undo`reverts/,
    )
    expect((await lab.source.drsOnboard(['undo', '--yes'], {env: session.state})).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })
})

describeLab('the wizard at work, left by', () => {
  let lab: Lab
  let before: string

  beforeEach(async () => {
    lab = await startLab({replicationServer: true})
    await lab.source.firewall.restore(DROPS_1500)
    before = await lab.source.firewall.save()
  })
  afterEach(() => lab?.stop())

  test('Ctrl-C while checks run', async () => {
    await lab.router.firewall.iptables('-I', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
    const session = await inShell(lab)
    await using terminal = session.terminal
    await walkTo(terminal, 'targets')
    terminal.type(`${STAGING.subnet}${KEYS.enter}${STAGING.ipv4}${KEYS.enter}`)
    await terminal.until(/Checking|Checks/)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    await expectRestored(session)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test.each([
    ['Ctrl-C', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s while a change is being applied: it is reverted, then %d', async (how, code) => {
    const gate = await closeGate(lab)
    const session = await inShell(lab, {PATH: gate.path})
    await using terminal = session.terminal
    await walkTo(terminal, 'confirm')
    terminal.type('y')
    await gate.reached()
    if (how === 'Ctrl-C') terminal.type(KEYS.ctrlC)
    else process.kill(Number(await session.read('pid')), how)
    await terminal.until('Stopping: reverting the current change')
    await gate.open()
    expect(await terminal.exit()).toBe(code)
    await expectRestored(session)
    expect(await lab.source.firewall.save()).toBe(before)
    expect(
      (await lab.source.drsOnboard(['undo', '--list', '--json'], {env: session.state})).stdout.trim(),
    ).toBe('[]')
  })

  test('a lost connection while a change is being applied: it is reverted, then 129', async () => {
    const gate = await closeGate(lab)
    const {terminal, read, state} = await inShell(lab, {PATH: gate.path})
    await walkTo(terminal, 'confirm')
    terminal.type('y')
    await gate.reached()
    terminal.hangUp()
    await gate.open()
    await expect.poll(() => read('code').catch(() => null), {timeout: 20_000}).toBe('129')
    expect(await lab.source.firewall.save()).toBe(before)
    expect((await lab.source.drsOnboard(['undo', '--list', '--json'], {env: state})).stdout.trim()).toBe('[]')
  })
})

async function walkTo(terminal: Terminal, wanted: ScreenName): Promise<void> {
  for (const [name, shown, next] of SCREENS) {
    await terminal.until(shown, 30_000)
    if (name === wanted) return
    terminal.type(next)
  }
}
