import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {KEYS} from '../../pty/terminal.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {DRS_ONBOARD, NODE} from '../lib/paths.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {STAGING} from '../lib/topology.ts'
import {reportOf} from './report.ts'
import {DROPS_443} from './rulesets.ts'

const TARGETS = [
  '--region',
  'eu-central-1',
  '--staging-subnet',
  STAGING.subnet,
  '--only',
  'firewall-443,firewall-1500',
]
const KILLED = 137

describeLab('a fix that is killed half-way', () => {
  let lab: Lab
  let before: string

  beforeEach(async () => {
    lab = await startLab()
    await lab.source.firewall.restore(DROPS_443)
    before = await lab.source.firewall.save()
    await killAtInsertion(lab)
    const killed = await lab.source.drsOnboard(['fix', '--yes', ...TARGETS], {
      env: {PATH: `${lab.directory}/killers:${SYSTEM_PATH}`},
    })
    expect(killed.code).toBe(KILLED)
    expect(await lab.source.firewall.save()).not.toBe(before)
  })
  afterEach(() => lab?.stop())

  test('is listed, and undone to the byte', async () => {
    const listed = await lab.source.drsOnboard(['undo', '--list'])
    expect(listed.stdout).toContain('half-applied by an interrupted run')
    const undone = await lab.source.drsOnboard(['undo', '--yes'])
    expect(undone.code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('is named by check, which changes nothing', async () => {
    const half = await lab.source.firewall.save()
    const checked = await lab.source.drsOnboard(['check', ...TARGETS, '--json'])
    expect(checked.stderr).toContain(`${DRS_ONBOARD.at(-1)} undo`)
    expect(await lab.source.firewall.save()).toBe(half)
  })

  test('is reverted by the next fix before it plans', async () => {
    const fixed = await lab.source.drsOnboard(['fix', '--yes', ...TARGETS, '--json'])
    expect(fixed.stderr).toContain('From an interrupted run: UNDONE')
    expect(reportOf(fixed).applied.map(({result}) => result)).toEqual(['kept', 'kept'])
    expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })

  test('is offered to be undone by the next wizard', async () => {
    await using terminal = await lab.source.openDrsOnboard(['--region', 'eu-central-1'])
    await terminal.until(/interrupted|half/i)
    terminal.type(KEYS.enter)
    await terminal.until(/UNDONE|taken back|undone/i)
    expect(await lab.source.firewall.save()).toBe(before)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })
})

describeLab('a fix that is killed in its second change, when the first is verified and kept', () => {
  let lab: Lab
  let before: string
  let half: string

  const run = (...args: readonly string[]) => lab.source.drsOnboard(args)
  const rules = () => lab.source.firewall.save()

  beforeAll(async () => {
    lab = await startLab()
    await killAtInsertion(lab, '--dport 1500 ')
  })
  afterAll(() => lab?.stop())

  beforeEach(async () => {
    await lab.source.must(['rm', '-rf', '/var/lib/drs-onboard'])
    await lab.source.firewall.restore(DROPS_443)
    before = await rules()
    const killed = await lab.source.drsOnboard(['fix', '--yes', ...TARGETS], {
      env: {PATH: `${lab.directory}/killers:${SYSTEM_PATH}`},
    })
    expect(killed.code).toBe(KILLED)
    half = await rules()
    expect(half.match(/drs-onboard:open-443-\w+"/g)).toHaveLength(1)
    expect(half.match(/drs-onboard:open-1500-\w+"/g)).toHaveLength(1)
  })

  /** As after a power cut: the rules are gone with the kernel, and it has another boot id. */
  const reboot = async () => {
    await lab.source.firewall.restore(DROPS_443)
    const edit = 's/"bootId": "[^"]*"/"bootId": "of-another-boot"/'
    await lab.source.must(['sh', '-c', 'sed -i "$0" /var/lib/drs-onboard/journal/*.json', edit])
  }

  test.each([
    ['killed', async () => {}, /^UNDONE /gm],
    ['ended by a power cut', reboot, /^GONE .*did not survive the reboot/gm],
  ] as const)('%s: one undo reverts both', async (_name, happen, told) => {
    await happen()
    const undone = await run('undo', '--yes')
    expect(undone.stdout.match(told)).toHaveLength(2)
    expect(undone.code).toBe(0)
    expect(await rules()).toBe(before)
    expect((await run('undo', '--list')).stdout).toBe('There is nothing to undo.\n')
  })

  test.runIf(process.getuid?.() === 0)(
    "another user's process with the words of the killed command keeps nobody waiting",
    async () => {
      const journal = await lab.source.must(['sh', '-c', 'cat /var/lib/drs-onboard/journal/*-02.json'])
      const command: string[] = JSON.parse(journal).remedy.steps[0].do
      const wait = 'process.stdout.write("begun"); setInterval(() => {}, 1000)'
      const posing = await lab.source.startServer(
        [
          ...(['setpriv', '--reuid=12345', '--regid=12345', '--clear-groups', '--'] as const),
          ...[NODE, '-e', wait, '--', ...command.slice(1)],
        ],
        /begun/,
      )
      const undone = await run('undo', '--yes')
      expect(undone.stdout).not.toContain('WAITING')
      expect(undone.code).toBe(0)
      expect(await rules()).toBe(before)
      posing.kill('SIGKILL')
      await posing.ended
    },
  )

  test('the killed command itself is waited for, which is told', async () => {
    const journal = await lab.source.must(['sh', '-c', 'cat /var/lib/drs-onboard/journal/*-02.json'])
    const command: string[] = JSON.parse(journal).remedy.steps[0].do
    const slow = `${lab.directory}/slow`
    const script = '#!/bin/sh\necho begun\nsleep 4\n'
    await lab.source.must(
      ['sh', '-c', 'mkdir -p "$0"; cat > "$0/$1"; chmod 755 "$0/$1"', slow, command[0] ?? ''],
      {
        input: script,
      },
    )
    const orphan = await lab.source.startServer([`${slow}/${command[0]}`, ...command.slice(1)], /begun/)
    const undone = await lab.source.drsOnboard(['undo', '--yes'], {env: {PATH: `${SYSTEM_PATH}:${slow}`}})
    expect(undone.stdout).toMatch(
      new RegExp(`^WAITING .*is still running \\(process ${orphan.pid}\\); waiting for up to 60 s$`, 'm'),
    )
    await orphan.ended
    expect(undone.code).toBe(0)
    expect(await rules()).toBe(before)
  })

  test('check names both', async () => {
    const checked = await run('check', ...TARGETS, '--json')
    expect(checked.stderr).toMatch(
      /interrupted, and open-1500-\w+ is half-applied, open-443-\w+ is in place; revert/,
    )
    expect(await rules()).toBe(half)
  })

  test('the next fix reverts both, plans both, and one undo reverts what it did', async () => {
    const fixed = await run('fix', '--yes', ...TARGETS, '--json')
    expect(fixed.stderr.match(/^From an interrupted run: UNDONE/gm)).toHaveLength(2)
    expect(reportOf(fixed).applied.map(({result}) => result)).toEqual(['kept', 'kept'])
    expect((await run('undo', '--yes')).code).toBe(0)
    expect(await rules()).toBe(before)
  })

  test('the next wizard offers to revert both', async () => {
    await using terminal = await lab.source.openDrsOnboard(['--region', 'eu-central-1'])
    await terminal.until(/verified and in place/)
    await terminal.until(/Revert all 2 changes now/)
    terminal.type(KEYS.enter)
    await terminal.until(/UNDONE/)
    await expect.poll(rules).toBe(before)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })
})

/**
 * Puts programs on the PATH that do their work and then kill their caller, at the first rule inserted that has
 * these words.
 */
async function killAtInsertion(lab: Lab, words = ''): Promise<void> {
  const directory = `${lab.directory}/killers`
  await lab.source.must(['mkdir', '-p', directory])
  for (const program of ['iptables', 'iptables-nft', 'iptables-legacy']) {
    const script = [
      '#!/bin/sh',
      `/usr/sbin/${program} "$@"`,
      'code=$?',
      `case " $* " in *" -I "*"${words}"*|*" -A "*"${words}"*) kill -KILL "$PPID" ;; esac`,
      'exit $code',
      '',
    ].join('\n')
    const path = `${directory}/${program}`
    await lab.source.must(['sh', '-c', 'cat > "$0" && chmod 755 "$0"', path], {input: script})
  }
}
