import {readFile, writeFile} from 'node:fs/promises'
import {afterEach, beforeEach, expect, test} from 'vitest'
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

const KEPT: readonly ScreenName[] = ['repaired', 'installer', 'summary']

describeLab('the wizard, left by', () => {
  let lab: Lab
  let before: string

  beforeEach(async () => {
    lab = await startLab({replicationServer: true})
    await lab.source.firewall.restore(DROPS_1500)
    before = await lab.source.firewall.save()
  })
  afterEach(() => lab?.stop())

  const inShell = async (env: Readonly<Record<string, string>> = {}): Promise<Terminal> => {
    const script = `${lab.directory}/wizard.sh`
    await writeFile(
      script,
      [
        'trap : HUP',
        `stty -a > ${lab.directory}/stty-before`,
        `(echo $BASHPID > ${lab.directory}/pid; exec "$@")`,
        'code=$?',
        `stty -a > ${lab.directory}/stty-after`,
        `echo $code > ${lab.directory}/code`,
        'exit $code',
        '',
      ].join('\n'),
    )
    return lab.source.openTerminal(['bash', script, ...lab.source.drsOnboardArgv([])], {
      cols: 80,
      rows: 24,
      env,
    })
  }
  const read = async (name: string) => (await readFile(`${lab.directory}/${name}`, 'utf8')).trim()

  const expectRestored = async (terminal: Terminal) => {
    expect(await read('stty-after')).toBe(await read('stty-before'))
    expect(terminal.cursorShown).toBe(true)
  }

  test.each(SCREENS.map(([name]) => name))(
    'Ctrl-C at the screen %s: 130, the terminal as before',
    async name => {
      await using terminal = await inShell()
      await walkTo(terminal, name)
      terminal.type(KEYS.ctrlC)
      expect(await terminal.exit()).toBe(130)
      await expectRestored(terminal)
      if (KEPT.includes(name)) {
        expect(await lab.source.firewall.save()).not.toBe(before)
        // The terminal breaks lines anywhere.
        expect(terminal.history().replace(/\s/g, '')).toMatch(
          /open-1500-\w+hadhelpedandstaysinplace;`drs-onboardundo`/,
        )
        expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
      }
      expect(await lab.source.firewall.save()).toBe(before)
    },
  )

  test('Ctrl-C while checks run', async () => {
    await lab.router.firewall.iptables('-I', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
    await using terminal = await inShell()
    await walkTo(terminal, 'targets')
    terminal.type(`${STAGING.subnet}${KEYS.enter}${STAGING.ipv4}${KEYS.enter}`)
    await terminal.until(/Checking|Checks/)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    await expectRestored(terminal)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test.each([
    ['Ctrl-C', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s while a change is being applied: it is taken back, then %d', async (how, code) => {
    const gate = await closeGate(lab)
    await using terminal = await inShell({PATH: gate.path})
    await walkTo(terminal, 'confirm')
    terminal.type('y')
    await gate.reached()
    if (how === 'Ctrl-C') terminal.type(KEYS.ctrlC)
    else process.kill(Number(await read('pid')), how)
    await terminal.until('Stopping: taking back the change under way')
    await gate.open()
    expect(await terminal.exit()).toBe(code)
    await expectRestored(terminal)
    expect(await lab.source.firewall.save()).toBe(before)
    expect((await lab.source.drsOnboard(['undo', '--list', '--json'])).stdout.trim()).toBe('[]')
  })

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s at a question: %d, the terminal as before', async (signal, code) => {
    await using terminal = await inShell()
    await walkTo(terminal, 'targets')
    process.kill(Number(await read('pid')), signal)
    expect(await terminal.exit()).toBe(code)
    await expectRestored(terminal)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('a lost connection at a question: 129', async () => {
    const terminal = await inShell()
    await walkTo(terminal, 'findings')
    terminal.hangUp()
    await expect.poll(() => read('code').catch(() => null), {timeout: 20_000}).toBe('129')
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('a lost connection while a change is being applied: it is taken back, then 129', async () => {
    const gate = await closeGate(lab)
    const terminal = await inShell({PATH: gate.path})
    await walkTo(terminal, 'confirm')
    terminal.type('y')
    await gate.reached()
    terminal.hangUp()
    await gate.open()
    await expect.poll(() => read('code').catch(() => null), {timeout: 20_000}).toBe('129')
    expect(await lab.source.firewall.save()).toBe(before)
    expect((await lab.source.drsOnboard(['undo', '--list', '--json'])).stdout.trim()).toBe('[]')
  })
})

async function walkTo(terminal: Terminal, wanted: ScreenName): Promise<void> {
  for (const [name, shown, next] of SCREENS) {
    await terminal.until(shown, 30_000)
    if (name === wanted) return
    terminal.type(next)
  }
}
