import {afterEach, beforeEach, expect, test} from 'vitest'
import {KEYS} from '../../pty/terminal.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {DROPS_1500} from './rulesets.ts'

const CTRL_D = '\u0004'

describeLab('undo on a terminal', () => {
  let lab: Lab
  let before: string
  let fixed: string

  beforeEach(async () => {
    lab = await startLab()
    await lab.source.firewall.restore(DROPS_1500)
    before = await lab.source.firewall.save()
    const args = ['--staging-subnet', STAGING.subnet, '--only', 'firewall-1500']
    expect((await lab.source.drsOnboard(['fix', '--yes', ...args])).code).toBe(0)
    fixed = await lab.source.firewall.save()
  })
  afterEach(() => lab?.stop())

  test('lists what stands, shows each command, and takes nothing back by Enter, q or Ctrl-C', async () => {
    {
      await using terminal = await lab.source.openDrsOnboard(['undo'], {cols: 80, rows: 24})
      expect(await terminal.until('take back, after a question')).toMatch(/iptables-nft .*-D OUTPUT/)
      terminal.type(KEYS.enter)
      expect(await terminal.until('❯ No, change nothing')).toMatch(/iptables-nft .*-D OUTPUT/)
      terminal.type(KEYS.enter)
      await terminal.until('Step 1 of 2')
      terminal.type('q')
      await terminal.until('Leave? Nothing is taken back.')
      terminal.type('y')
      expect(await terminal.exit()).toBe(0)
      expect(terminal.history().trimEnd()).toBe('Nothing was changed.')
      expect(terminal.cursorShown).toBe(true)
    }
    {
      await using terminal = await lab.source.openDrsOnboard(['undo'], {cols: 80, rows: 24})
      await terminal.until('take back, after a question')
      terminal.type(`${KEYS.enter}${KEYS.ctrlC}`)
      expect(await terminal.exit()).toBe(130)
    }
    expect(await lab.source.firewall.save()).toBe(fixed)
  })

  test('takes back what is agreed to', async () => {
    await using terminal = await lab.source.openDrsOnboard(['undo'], {cols: 120, rows: 24})
    await terminal.until('take back, after a question')
    terminal.type(KEYS.enter)
    await terminal.until('Take this back?')
    terminal.type('y')
    expect(await terminal.exit()).toBe(0)
    expect(terminal.history()).toMatch(/^UNDONE .*\nTaken back/m)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test.each([
    ['y', `y${KEYS.enter}`, 0, true],
    ['Enter', KEYS.enter, 0, false],
    ['Ctrl-C', KEYS.ctrlC, 130, false],
    ['the end of input', CTRL_D, 129, false],
  ] as const)('asks one plain question where linear text is wanted; %s', async (_name, keys, code, undone) => {
    await using terminal = await lab.source.openDrsOnboard(['undo'], {cols: 120, env: {ACCESSIBLE: '1'}})
    const asked = await terminal.until('Take this back? [y/N]')
    expect(asked).toMatch(/iptables-nft .*-D OUTPUT/)
    terminal.type(keys)
    expect(await terminal.exit()).toBe(code)
    expect(await lab.source.firewall.save()).toBe(undone ? before : fixed)
    expect(terminal.history()).toContain(undone ? 'Taken back' : code === 0 ? 'Nothing was changed.' : '')
  })
})
