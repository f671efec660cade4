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

  test.each([
    ['y', `y${KEYS.enter}`, 0, true],
    ['n', `n${KEYS.enter}`, 0, false],
    ['Enter', KEYS.enter, 0, false],
    ['Ctrl-C', KEYS.ctrlC, 130, false],
    ['the end of input', CTRL_D, 129, false],
  ] as const)('shows each command and asks; %s', async (_name, keys, code, undone) => {
    await using terminal = await lab.source.openDrsOnboard(['undo'], {cols: 120})
    const asked = await terminal.until('Take this back? [y/N]')
    expect(asked).toMatch(/iptables-nft .*-D OUTPUT/)
    terminal.type(keys)
    expect(await terminal.exit()).toBe(code)
    expect(await lab.source.firewall.save()).toBe(undone ? before : fixed)
    expect(terminal.history()).toContain(undone ? 'Taken back' : code === 0 ? 'Nothing was changed.' : '')
  })
})
