import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import type {RunOptions, RunResult} from '../lib/host.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {codesOf, findingsFor, reportOf} from './report.ts'
import {DROPS_443} from './rulesets.ts'

const REGION = ['--region', 'eu-central-1']
const RULES = [...REGION, '--staging-subnet', STAGING.subnet, '--only', 'firewall-443,firewall-1500']
const FIX = ['fix', '--yes', ...RULES]
const STATE = '/var/lib/drs-onboard'

/** One sentence on stderr, nothing on stdout. */
function expectRefused({code, stdout, stderr}: RunResult, sentence: RegExp): void {
  expect(stderr).toMatch(/^drs-onboard: [^\n]+[.?]\n$/)
  expect(stderr).toMatch(sentence)
  expect(stdout).toBe('')
  expect(code).toBe(2)
}

describeLab('a server that is not as it should be', () => {
  let lab: Lab
  let before: string

  beforeAll(async () => {
    lab = await startLab()
    await lab.source.firewall.restore(DROPS_443)
    before = await lab.source.firewall.save()
  })
  afterAll(() => lab?.stop())

  const shell = (script: string) => lab.source.must(['bash', '-c', script])
  const run = (args: readonly string[], options?: RunOptions) => lab.source.drsOnboard(args, options)

  afterEach(async () => {
    expect(await lab.source.firewall.save()).toBe(before)
    await shell(`umount ${STATE} 2> /dev/null; rm -rf ${STATE}`)
  })

  describe.each([
    ['garbage', 'echo garbage', /x\.json is invalid .* so nothing was changed/],
    [
      'of a newer release',
      `echo '{"schemaVersion": 99}'`,
      /x\.json was written by a newer drs-onboard .*use that release/,
    ],
    ['no entry', `echo '{"schemaVersion": 1}'`, /x\.json is invalid \(it is not a journal entry\)/],
  ])('a journal that is %s', (_name, write, sentence) => {
    beforeEach(() => shell(`mkdir -p -m 700 ${STATE}/journal && ${write} > ${STATE}/journal/x.json`))

    test.each([[FIX], [['undo', '--yes']], [['undo', '--list']], [['undo', '--yes', 'x']]])(
      'refuses %j',
      async args => {
        expectRefused(await run(args), sentence)
      },
    )

    test('does not keep check from working', async () => {
      const checked = await run(['check', ...RULES, '--json', '--quiet'])
      expect(codesOf(reportOf(checked))).toContain('firewall-443: fail firewall.drop')
      expect(checked.stderr).toMatch(sentence)
      expect(checked.code).toBe(3)
    })
  })

  test.each([
    ['writable by all', `mkdir -m 777 ${STATE}`, /can be written by other users/],
    ['a file', `touch ${STATE}`, /not a directory/],
    [
      'on a full disk',
      `mkdir ${STATE}; mount -t tmpfs -o size=16k,mode=700 tmpfs ${STATE}; dd if=/dev/zero of=${STATE}/filler 2> /dev/null; true`,
      /no space left on the device\), so nothing was changed/,
    ],
    [
      'on a read-only disk',
      `mkdir ${STATE}; mount -t tmpfs -o ro,mode=700 tmpfs ${STATE}`,
      /the file system is read-only\), so nothing was changed/,
    ],
  ])('a state directory that is %s: fix changes nothing', async (_name, prepare, sentence) => {
    await shell(prepare)
    expectRefused(await run(FIX), sentence)
  })

  test('a fix without --yes, and an undo without it, change nothing where nobody can be asked', async () => {
    expectRefused(await run(['fix', ...RULES]), /add --yes .* or --dry-run/)
    expect((await run(FIX)).code).toBe(0)
    const fixed = await lab.source.firewall.save()
    try {
      expectRefused(await run(['undo']), /add --yes/)
      expectRefused(await run(['undo', '--json']), /add --yes/)
      expectRefused(
        await run(['undo', '--yes', 'nonesuch']),
        /No change with id "nonesuch"\. These can be undone: .*open-443-/,
      )
      expect(await lab.source.firewall.save()).toBe(fixed)
    } finally {
      await run(['undo', '--yes'])
    }
  })

  test.each([
    ['is missing', 'rm -f "$0"', /cannot be read/],
    ['contains no certificate', 'echo hello > "$0"', /contains no certificate/],
  ])('a CA bundle that %s is refused before the run', async (_name, prepare, sentence) => {
    const bundle = `${lab.directory}/bundle.pem`
    await lab.source.must(['sh', '-c', prepare, bundle])
    expectRefused(await run(['check', ...REGION, '--only', 'drs-endpoint', '--ca-bundle', bundle]), sentence)
    const fromEnvironment = await run(['check', ...REGION, '--only', 'drs-endpoint'], {
      env: {AWS_CA_BUNDLE: bundle},
    })
    expectRefused(fromEnvironment, /^drs-onboard: AWS_CA_BUNDLE: The CA bundle /)
  })

  describe.each(['legacy', 'nft'] as const)(
    'without any firewall program, over rules of iptables-%s',
    backend => {
      let own: Lab
      let rules: string

      beforeAll(async () => {
        own = await startLab()
        await own.source.firewall.use(backend)
        await own.source.firewall.restore(DROPS_443)
        rules = await own.source.firewall.save()
        await own.source.must(['mount', '-t', 'tmpfs', 'tmpfs', '/usr/sbin'])
      })
      afterAll(() => own?.stop())

      test('the rules are unreadable, which is not the same as none', async () => {
        const result = await own.source.drsOnboard([
          'check',
          ...REGION,
          '--only',
          'firewall-443,drs-endpoint',
          '--json',
          '--timeout',
          '1',
        ])
        const report = reportOf(result)
        expect(codesOf(report)).toEqual([
          'firewall-443: warn firewall.unreadable',
          'drs-endpoint: fail tcp.local-drop',
        ])
        const [judged] = findingsFor(report, 'firewall-443')
        expect(judged?.summary).toMatch(
          backend === 'nft' ? /install the package nftables/ : /install the package iptables/,
        )
        expect(judged?.nextStep).not.toContain('as root')
        expect(result.code).toBe(3)
      })

      test('fix changes nothing', async () => {
        const fixed = await own.source.drsOnboard([...FIX, '--json'])
        expect(reportOf(fixed).applied).toEqual([])
        await own.source.must(['umount', '/usr/sbin'])
        expect(await own.source.firewall.save()).toBe(rules)
      })
    },
  )
})
