import {afterAll, beforeAll, expect, test} from 'vitest'
import {KEYS, type Terminal} from '../../pty/terminal.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {DROPS_1500} from './rulesets.ts'

const CTRL_D = '\u0004'

const UNDO_LISTS = 'review and revert'

describeLab('fix, undo and latency on a terminal', () => {
  let lab: Lab
  let before: string
  let fixed: string

  beforeAll(async () => {
    lab = await startLab()
    await lab.source.firewall.restore(DROPS_1500)
    before = await lab.source.firewall.save()
  })
  afterAll(() => lab?.stop())

  const ONLY_1500 = ['--staging-subnet', STAGING.subnet, '--only', 'firewall-1500']

  const open = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Terminal> =>
    lab.source.openDrsOnboard(args, {cols: 80, rows: 24, env})

  test('fix asks nothing that flags have answered: checks, findings, repair, and checks again', async () => {
    await using terminal = await open(['fix', '--region', lab.region, ...ONLY_1500])
    expect(await terminal.until('r check again')).toMatch(/Step 2 of \d {2}Findings/)
    expect(terminal.history()).not.toMatch(/AWS Region will|Running as/)
    terminal.type(KEYS.enter)
    await terminal.until('Repair plan')
    terminal.type(KEYS.enter)
    await terminal.until('Yes, apply the change')
    terminal.type('y')
    await terminal.until('Repair finished')
    fixed = await lab.source.firewall.save()
    expect(fixed).not.toBe(before)
    terminal.type(KEYS.enter)
    await terminal.until('f full report')
    expect(terminal.unwrapped()).toMatch(/cli\.js undo|drs-onboard undo/)
    terminal.type('r')
    await terminal.until(/Findings.*(Ready|Incomplete)/s)
    terminal.type(KEYS.enter)
    await terminal.until('Enter finish')
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).toBe(0)
    expect(terminal.history()).toMatch(/READY|INCOMPLETE/)
  })

  test('--latency times a connection to each Region, in a list and where one is chosen', async () => {
    const {code, stdout} = await lab.source.drsOnboard(['regions', '--latency', '--format', 'csv'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^eu-central-1,.*,\d+$/m)
    // The lab has no name for it.
    expect(stdout).toMatch(/^eusc-de-east-1,.*,-$/m)
    await using terminal = await open(['--latency'])
    await terminal.until('Region')
    terminal.type('frank')
    await terminal.until(/eu-central-1 +\d+ ms/)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })

  test('undo lists what is in place, shows each command, and reverts nothing by Enter or q', async () => {
    await using terminal = await open(['undo'])
    expect(await terminal.until(UNDO_LISTS)).toMatch(/iptables-nft .*-D OUTPUT/)
    terminal.type(KEYS.enter)
    expect(await terminal.until('❯ No, change nothing')).toMatch(/iptables-nft .*-D OUTPUT/)
    terminal.type(KEYS.enter)
    await terminal.until('Step 1 of 2')
    terminal.type('q')
    await terminal.until('Quit? Nothing is reverted.')
    terminal.type('y')
    expect(await terminal.exit()).toBe(0)
    expect(terminal.history().trim()).toBe('Nothing was changed.')
    expect(terminal.cursorShown).toBe(true)
    expect(await lab.source.firewall.save()).toBe(fixed)
  })

  test.each([
    ['Ctrl-C on the screen', {}, UNDO_LISTS, KEYS.ctrlC, 130],
    ['Enter at the plain question', {ACCESSIBLE: '1'}, 'Revert these changes? [y/N]', KEYS.enter, 0],
    ['Ctrl-C at the plain question', {ACCESSIBLE: '1'}, 'Revert these changes? [y/N]', KEYS.ctrlC, 130],
    ['the end of input at the plain question', {ACCESSIBLE: '1'}, 'Revert these changes? [y/N]', CTRL_D, 129],
  ])('undo changes nothing after %s', async (_, env, shown, keys, code) => {
    await using terminal = await open(['undo'], env)
    await terminal.until(shown)
    terminal.type(keys)
    expect(await terminal.exit()).toBe(code)
    expect(await lab.source.firewall.save()).toBe(fixed)
  })

  test.each([
    ['on the screen', {}, UNDO_LISTS, `${KEYS.enter}y`],
    ['at the plain question', {ACCESSIBLE: '1'}, 'Revert these changes? [y/N]', `y${KEYS.enter}`],
  ])('undo reverts what is agreed to %s', async (_, env, shown, keys) => {
    expect((await lab.source.drsOnboard(['fix', '--yes', ...ONLY_1500])).code).toBe(0)
    await using terminal = await open(['undo'], env)
    await terminal.until(shown)
    terminal.type(keys)
    expect(await terminal.exit()).toBe(0)
    expect(terminal.history()).toMatch(/UNDONE {2}Accept TCP 1500.*Reverted: /s)
    expect(await lab.source.firewall.save()).toBe(before)
  })
})
