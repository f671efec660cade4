import {existsSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {JournalEntry} from '../../../src/repair/journal/entry.ts'
import {describeLab} from '../lib/describe-lab.ts'
import type {Running} from '../lib/host.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {DRS_ONBOARD} from '../lib/paths.ts'
import {type HeldRecheck, holdRecheck} from './held-recheck.ts'
import {reportOf} from './report.ts'

const RULES = ['--region', 'eu-central-1', '--only', 'firewall-443']
const FIX = ['fix', '--yes', '--allow-disruptive', ...RULES, '--json']
/** Longer than the moment that a late run has to revert its remedy itself. */
const LONG = {timeout: 40_000}

describeLab('a disruptive change', () => {
  let lab: Lab
  let held: HeldRecheck
  let before: string

  beforeEach(async () => {
    lab = await startLab()
    await lab.source.firewall.iptables(...'-t raw -A OUTPUT -p tcp --dport 443 -j DROP'.split(' '))
    before = await lab.source.firewall.save()
    held = await holdRecheck(lab)
  })
  afterEach(() => lab?.stop())

  /** A fix that leads a process group of its own, as under a login shell, with its change in place. */
  async function startFix(...more: readonly string[]): Promise<Running> {
    const argv = ['setsid', ...lab.source.drsOnboardArgv([...FIX, ...more])] as const
    const running = lab.source.start(argv, {env: {PATH: held.path}})
    await held.reached()
    expect(await lab.source.firewall.save()).not.toBe(before)
    return running
  }

  const isBack = () => expect.poll(() => lab.source.firewall.save(), LONG).toBe(before)
  const standing = async () => JSON.parse((await lab.source.drsOnboard(['undo', '--list', '--json'])).stdout)
  const guards = async () => {
    const processes = await lab.source.must(['ps', '-eo', 'args'])
    return processes.split('\n').filter(line => line.includes(`${DRS_ONBOARD.at(-1)} guard 2`))
  }

  async function entries(): Promise<readonly JournalEntry[]> {
    const texts = await lab.source.must(['sh', '-c', 'cat /var/lib/drs-onboard/journal/*.json | tr -d "\\n"'])
    return JSON.parse(`[${texts.replaceAll('}{', '},{')}]`)
  }

  test.each(['SIGKILL', 'SIGHUP'] as const)(
    'goes back when %s ends the whole process group of its run',
    async signal => {
      const running = await startFix()
      process.kill(-running.pid, signal)
      await running.ended
      await isBack()
      await expect.poll(standing, LONG).toEqual([])
      await expect.poll(guards, LONG).toEqual([])
    },
  )

  test('is recorded as reverted, with the reason', async () => {
    const running = await startFix()
    process.kill(-running.pid, 'SIGKILL')
    await expect.poll(async () => (await entries())[0]?.result, LONG).toBe('undone')
    expect(await entries()).toMatchObject([
      {reason: 'Its run stopped, or did not confirm it in time.', steps: ['undone']},
    ])
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('goes back when its run hangs: it is ended, and no other', async () => {
    const running = await startFix('--confirm-within', '1')
    running.kill('SIGSTOP')
    await isBack()
    expect((await running.ended).code).toBe(137)
    await expect.poll(standing, LONG).toEqual([])
  })

  test('goes back, by its run itself, when it cannot be proved in time', async () => {
    const running = await startFix('--confirm-within', '1')
    await isBack()
    await held.open()
    const ended = await running.ended
    expect(reportOf(ended).applied).toMatchObject([
      {result: 'rolled-back', reason: 'Not verified within 1 s.'},
    ])
    expect(ended.code).toBe(4)
    await expect.poll(guards, LONG).toEqual([])
  })

  test('stays when it is proved, and its watch ends', async () => {
    const running = await startFix('--confirm-within', '30')
    // It is detached, and may be seen a moment later.
    await expect.poll(guards, LONG).toHaveLength(1)
    await held.open()
    expect(reportOf(await running.ended).applied).toMatchObject([{result: 'kept', reason: null}])
    await expect.poll(guards, LONG).toEqual([])
    expect(await entries()).toMatchObject([{result: 'kept', confirmed: true}])
    expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  // The executable has no script that a stand-in could be.
  test.skipIf(DRS_ONBOARD.length === 1)('is not made where its watch cannot be started', async () => {
    const cli = `${lab.directory}/cli.js`
    const [node, built] = lab.source.drsOnboardArgv([])
    await writeFile(
      cli,
      `if (process.argv[2] === 'guard') process.exit(1)\nawait import(${JSON.stringify(built)})\n`,
    )
    const fixed = await lab.source.run([node, cli, ...FIX])
    expect(reportOf(fixed).applied).toMatchObject([
      {
        result: 'failed',
        reason: expect.stringMatching(/^Nothing was changed: the watchdog .* could not be started\.$/),
      },
    ])
    const {code} = fixed
    expect(code).toBe(4)
    expect(await lab.source.firewall.save()).toBe(before)
    expect(await standing()).toEqual([])
  })

  test('is left alone without --allow-disruptive, and said', async () => {
    const fixed = await lab.source.drsOnboard(['fix', '--yes', ...RULES, '--json'])
    expect(reportOf(fixed).applied).toEqual([])
    expect(fixed.stderr).toMatch(
      /^Not applied, because it overrides a rule that looks intentional: .* --allow-disruptive/m,
    )
    expect(fixed.code).toBe(3)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  // systemd itself does not run in a lab: a stand-in records how it is asked, and does what `--scope` does.
  test.each([
    ['takes it', 'shift 5; exec "$@"'],
    ['refuses', 'echo "Failed to connect to bus" >&2; exit 1'],
  ])('where systemd %s, is watched over', async (_name, action) => {
    const log = `${lab.directory}/asked`
    await lab.source.must(['mkdir', '-p', '/run/systemd/system'])
    await writeFile(`${lab.directory}/held/systemd-run`, `#!/bin/sh\necho "$@" >> ${log}\n${action}\n`, {
      mode: 0o755,
    })
    const running = await startFix()
    expect(existsSync(log)).toBe(true)
    expect(await readFile(log, 'utf8')).toMatch(
      /^--scope --quiet --collect --unit=drs-onboard-\S+ -- (\S+ )+guard \S+\n$/,
    )
    expect(await guards()).toHaveLength(1)
    process.kill(-running.pid, 'SIGKILL')
    await isBack()
  })
})
