import {once} from 'node:events'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import type {Running} from '../lib/host.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {closeGate, type Gate} from './gate.ts'
import {reportOf} from './report.ts'
import {DROPS_443} from './rulesets.ts'

const REGION = ['--region', 'eu-central-1']
const RULES = [...REGION, '--staging-subnet', STAGING.subnet, '--only', 'firewall-443,firewall-1500']

const ENDINGS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

describeLab('a check that is ended from outside', () => {
  let lab: Lab

  beforeEach(async () => {
    lab = await startLab()
    await lab.router.firewall.iptables('-I', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
  })
  afterEach(() => lab?.stop())

  test.each(ENDINGS)('by %s: exit code %d at once, and no report', async (signal, code) => {
    const running = lab.source.startDrsOnboard([
      'check',
      ...REGION,
      '--only',
      'os,drs-endpoint',
      '--timeout',
      '600',
    ])
    await said(running, /os:/)
    running.kill(signal)
    const {stdout, ...ended} = await running.ended
    expect(ended.code).toBe(code)
    expect(stdout).toBe('')
  })
})

describeLab('a fix in the middle of a change', () => {
  let lab: Lab
  let gate: Gate
  let before: string
  let running: Running

  beforeEach(async () => {
    lab = await startLab()
    await lab.source.firewall.restore(DROPS_443)
    before = await lab.source.firewall.save()
    gate = await closeGate(lab)
    running = lab.source.startDrsOnboard(['fix', '--yes', ...RULES, '--json'], {env: {PATH: gate.path}})
    await gate.reached()
  })
  afterEach(() => lab?.stop())

  const undoable = async () => JSON.parse((await lab.source.drsOnboard(['undo', '--list', '--json'])).stdout)

  test.each(ENDINGS)('ended by %s: exit code %d, and the change is reverted', async (signal, code) => {
    running.kill(signal)
    await gate.open()
    const ended = await running.ended
    expect(ended.code).toBe(code)
    expect(ended.stdout).toBe('')
    expect(await lab.source.firewall.save()).toBe(before)
    expect(await undoable()).toEqual([])
  })

  test('a second signal ends it at once; the journal knows what is left, and undo reverts it', async () => {
    running.kill('SIGTERM')
    running.kill('SIGINT')
    expect([130, 143]).toContain((await running.ended).code)
    expect(await undoable()).toMatchObject([{state: 'interrupted'}])
    await gate.open()
    expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test.each([
    ['stdout', ['stdout']],
    ['stderr', ['stderr']],
    ['both', ['stdout', 'stderr']],
  ] as const)('whose reader of %s leaves: the repair is completed', async (_name, streams) => {
    for (const stream of streams) {
      running[stream].destroy()
      if (!running[stream].closed) await once(running[stream], 'close')
    }
    await gate.open()
    expect((await running.ended).code).toBe(0)
    expect(await undoable()).toMatchObject([{state: 'kept'}, {state: 'kept'}])
    expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('lets no second fix in', async () => {
    const second = await lab.source.drsOnboard(['fix', '--yes', ...RULES])
    expect(second.code).toBe(2)
    expect(second.stdout).toBe('')
    expect(second.stderr).toMatch(/^drs-onboard: Another run of drs-onboard is active [^\n]+\n$/)
    expect(await lab.source.firewall.save()).toBe(before)
    await gate.open()
    const first = await running.ended
    expect(first.code).toBe(0)
    expect(reportOf(first).applied.map(({result}) => result)).toEqual(['kept', 'kept'])
  })

  test.each([[['undo', '--yes']], [['undo']], [['undo', '--yes', '--json']]])(
    '%j says that it is at work',
    async args => {
      const undone = await lab.source.drsOnboard(args)
      expect(undone).toMatchObject({code: 2, stdout: ''})
      expect(undone.stderr).toContain(
        `drs-onboard: Another run of drs-onboard is active (process ${running.pid}, `,
      )
    },
  )

  test('is listed as being applied', async () => {
    expect(await undoable()).toMatchObject([{state: 'running'}])
    await gate.open()
    expect((await running.ended).code).toBe(0)
    expect(await undoable()).toHaveLength(2)
  })
})

/** Waits until the program has said something on stderr. */
function said({stderr, ended}: Running, wanted: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let all = ''
    stderr.on('data', text => {
      all += text
      if (wanted.test(all)) resolve()
    })
    void ended.then(() => reject(new Error(`the program ended before ${wanted}:\n${all}`)))
  })
}
