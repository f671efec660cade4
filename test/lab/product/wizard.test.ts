import {stat} from 'node:fs/promises'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {KEYS, type Terminal} from '../../pty/terminal.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {reportOf} from './report.ts'
import {DROPS_1500} from './rulesets.ts'

describeLab('the wizard on a server that blocks 1500', () => {
  let lab: Lab
  let before: string

  beforeEach(async () => {
    lab = await startLab({replicationServer: true})
    await lab.source.firewall.restore(DROPS_1500)
    before = await lab.source.firewall.save()
  })
  afterEach(() => lab?.stop())

  test('walks from the Region to a summary, repaired, with keys typed in a terminal', async () => {
    await using terminal = await lab.source.openDrsOnboard([], {cols: 80, rows: 24})
    await untilConfirm(terminal)
    terminal.type('y')
    await terminal.until(/Repair finished/)
    terminal.type(KEYS.enter)
    await terminal.until(/k keep installer/)
    const installer = `${lab.directory}/init`
    // Ctrl-U: the line is typed again.
    terminal.type('k')
    await terminal.until('File to write:')
    terminal.type(`\u0015${installer}${KEYS.enter}`)
    await terminal.until(/Kept:/)
    terminal.type(KEYS.enter)
    await terminal.until('Summary')
    await terminal.until('Verified: SHA-512 of ')
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).toBe(0)
    const {mode, size} = await stat(installer)
    expect(mode & 0o777).toBe(0o700)
    expect(size).toBeGreaterThan(0)
    const left = terminal.unwrapped()
    expect(left).toContain(`${installer} --region eu-central-1`)
    expect(left).not.toContain('curl -fO')
    expect(left).toMatch(/READY|INCOMPLETE/)
    expect(left).toMatch(/(cli\.js|drs-onboard) undo/)

    await lab.source.must(['bash', '-c', `exec 3<>/dev/tcp/${STAGING.ipv4}/1500`])
    expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('Ctrl-C before anything was confirmed ends with 130 and changes nothing', async () => {
    await using terminal = await lab.source.openDrsOnboard([], {cols: 80, rows: 24})
    await untilConfirm(terminal)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('what it repaired is what the scripted check sees', async () => {
    await using terminal = await lab.source.openDrsOnboard(['--region', 'eu-central-1'], {
      cols: 100,
      rows: 30,
    })
    await untilConfirm(terminal, 'server')
    terminal.type('y')
    await terminal.until(/Repair finished/)
    const checked = await lab.source.drsOnboard([
      'check',
      '--region',
      'eu-central-1',
      '--staging-subnet',
      STAGING.subnet,
      '--only',
      'firewall-1500',
      '--json',
    ])
    expect(reportOf(checked).findings.map(({code}) => code)).toEqual(['ok'])
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })
})

/** Goes through the questions, the checks and the plan up to the question whether to apply it. */
async function untilConfirm(terminal: Terminal, from: 'region' | 'server' = 'region'): Promise<void> {
  if (from === 'region') {
    await terminal.until('Region')
    terminal.type('frank')
    await terminal.until(/eu-central-1/)
    terminal.type(KEYS.enter)
  }
  await terminal.until(/server/i)
  await terminal.until(/Debian|Linux/)
  terminal.type(KEYS.enter)
  await terminal.until(/[Ss]taging area subnet/)
  terminal.type(STAGING.subnet)
  await terminal.until(STAGING.subnet)
  terminal.type(KEYS.enter)
  await terminal.until(/[Rr]eplication server/)
  terminal.type(STAGING.ipv4)
  await terminal.until(STAGING.ipv4)
  terminal.type(KEYS.enter)
  await terminal.until('Findings', 30_000)
  terminal.type(KEYS.enter)
  await terminal.until(/plan/i)
  terminal.type(KEYS.enter)
  await terminal.until(/\[y\/N\]|y.*apply|Apply/)
}
