import {writeFile} from 'node:fs/promises'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {reportOf} from './report.ts'
import {DROPS_443} from './rulesets.ts'

const RULES = ['--region', 'eu-central-1', '--only', 'firewall-443']
const FIX = ['fix', '--yes', ...RULES, '--json']
const UNDO = ['undo', '--yes']
const STATE = '/var/lib/drs-onboard'
const NOTHING = 'There is nothing to undo.\n'

describeLab('a server that changes under a run', () => {
  let lab: Lab
  let before: string

  beforeEach(async () => {
    lab = await startLab()
    await lab.source.firewall.restore(DROPS_443)
    before = await lab.source.firewall.save()
  })
  afterEach(() => lab?.stop())

  const rules = () => lab.source.firewall.save()
  const shell = (script: string) => lab.source.must(['sh', '-c', script])
  const run = (...args: readonly string[]) => lab.source.drsOnboard(args)
  const listed = async () => (await run('undo', '--list')).stdout

  /** Puts an iptables first on the PATH that runs a shell line `when` it is asked for that, then does its work. */
  async function iptablesThat(when: '-C' | '-I', line: string): Promise<{env: {PATH: string}}> {
    const here = `${lab.directory}/bin`
    await lab.source.must(['mkdir', here])
    const script = `#!/bin/sh\ncase " $* " in *" ${when} "*) ${line} ;; esac\nexec /usr/sbin/iptables-nft "$@"\n`
    await writeFile(`${here}/iptables-nft`, script, {mode: 0o755})
    return {env: {PATH: `${here}:${SYSTEM_PATH}`}}
  }

  describe('the program that changes the rules', () => {
    const HIDE = 'mount -t tmpfs tmpfs /usr/sbin'

    test('is gone between plan and change: nothing is changed, and nothing is left to undo', async () => {
      const asked =
        '/usr/sbin/iptables-nft "$@"; code=$?; rm "$0"; mount -t tmpfs tmpfs /usr/sbin; exit $code'
      const fixed = await lab.source.drsOnboard(FIX, await iptablesThat('-C', asked))
      expect(reportOf(fixed).applied).toMatchObject([
        {result: 'failed', reason: '`iptables-nft` is not installed.'},
      ])
      expect(fixed.code).toBe(4)
      await shell('umount /usr/sbin')
      expect(await rules()).toBe(before)
      expect(await listed()).toBe(NOTHING)
    })

    test('is gone at undo, which says what to run by hand, and works when it is back', async () => {
      expect((await run(...FIX)).code).toBe(0)
      const fixed = await rules()
      await shell(HIDE)
      const undone = await run(...UNDO)
      expect(undone.stdout).toMatch(
        /^FAILED .*: `iptables-nft` is not installed; run this command yourself: iptables-nft /m,
      )
      expect(undone.code).toBe(4)
      await shell('umount /usr/sbin')
      expect(await rules()).toBe(fixed)
      expect((await run(...UNDO)).code).toBe(0)
      expect(await rules()).toBe(before)
    })
  })

  test('a disk that fills up during the change: it is reverted, and said', async () => {
    await shell(`mkdir -m 700 ${STATE} && mount -t tmpfs -o size=64k,mode=700 tmpfs ${STATE}`)
    const fill = `dd if=/dev/zero of=${STATE}/filler 2> /dev/null`
    const fixed = await lab.source.drsOnboard(FIX, await iptablesThat('-I', fill))
    expect(fixed.stderr).toMatch(
      /^drs-onboard: The journal \S+ cannot be written \(no space left on the device\)\. The change was reverted; free some space there and start again\.$/m,
    )
    expect(fixed.code).toBe(4)
    expect(await rules()).toBe(before)
    await shell(`rm ${STATE}/filler`)
    const undone = await run(...UNDO)
    expect(undone.code).toBe(0)
    expect(await listed()).toBe(NOTHING)
    expect(await rules()).toBe(before)
  })

  test('a journal that is cut off: nothing is done by it, until it is restored', async () => {
    expect((await run(...FIX)).code).toBe(0)
    const fixed = await rules()
    await shell(`cd ${STATE}/journal && cp *.json ../whole && truncate -s 200 *.json`)
    for (const args of [UNDO, ['undo', '--list'], FIX]) {
      const refused = await run(...args)
      expect(refused.stderr).toMatch(/^drs-onboard: The journal \S+ is invalid .* so nothing was changed/)
      expect(refused).toMatchObject({code: 2, stdout: ''})
    }
    expect(await rules()).toBe(fixed)
    await shell(`cd ${STATE}/journal && mv ../whole *.json`)
    expect((await run(...UNDO)).code).toBe(0)
    expect(await rules()).toBe(before)
  })

  describe('after a reboot', () => {
    /** The rules that no file keeps are gone, and the kernel reports another boot. */
    async function reboot(left: string): Promise<void> {
      await lab.source.firewall.restore(left)
      const bootId = '/proc/sys/kernel/random/boot_id'
      await shell(
        `echo 01234567-89ab-cdef-0123-456789abcdef > /run/boot_id && mount --bind /run/boot_id ${bootId}`,
      )
    }

    test('undo says that the change did not survive it', async () => {
      expect((await run(...FIX)).code).toBe(0)
      await reboot(DROPS_443)
      expect(await listed()).toMatch(/, lost at the reboot of \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m)
      const undone = await run(...UNDO)
      expect(undone.stdout).toMatch(/^GONE .*: it did not survive the reboot$/m)
      expect(undone.code).toBe(0)
      expect(await rules()).toBe(before)
      expect(await listed()).toBe(NOTHING)
    })

    test('undo reverts what somebody has saved meanwhile', async () => {
      expect((await run(...FIX)).code).toBe(0)
      await reboot(await lab.source.must(['iptables-nft-save']))
      expect(await listed()).toMatch(/, in place$/m)
      const undone = await run(...UNDO)
      expect(undone.stdout).toMatch(/^UNDONE /m)
      expect(undone.code).toBe(0)
      expect(await rules()).toBe(before)
    })

    test('a run that it cut off holds no lock any more, and is reverted by the next', async () => {
      const killed = await lab.source.drsOnboard(
        FIX,
        await iptablesThat('-I', '/usr/sbin/iptables-nft "$@"; kill -KILL $PPID; exit'),
      )
      expect(killed.code).toBe(137)
      await reboot(DROPS_443)
      const fixed = await run(...FIX)
      expect(fixed.stderr).toMatch(/^From an interrupted run: GONE .*: it did not survive the reboot$/m)
      expect(reportOf(fixed).applied).toMatchObject([{result: 'kept'}])
      expect((await run(...UNDO)).code).toBe(0)
      expect(await rules()).toBe(before)
    })
  })
})
