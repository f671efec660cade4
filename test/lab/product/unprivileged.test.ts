import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {codesOf, findingsFor, reportOf} from './report.ts'
import {DROPS_443} from './rulesets.ts'

const TARGETS = ['--region', 'eu-central-1', '--staging-subnet', STAGING.subnet]

describeLab('a plain user on a server that drops 443', () => {
  let lab: Lab
  let before: string

  beforeAll(async () => {
    lab = await startLab()
    await lab.source.firewall.restore(DROPS_443)
    before = await lab.source.firewall.save()
  })
  afterAll(() => lab?.stop())
  afterEach(async () => {
    expect(await lab.source.firewall.save()).toBe(before)
  })

  const asUser = (args: readonly string[]) => lab.source.drsOnboard(args, {unprivileged: true})

  test('is told that the rules are unreadable, and what was measured instead', async () => {
    const result = await asUser(['check', ...TARGETS, '--timeout', '1', '--json'])
    const report = reportOf(result)
    expect(codesOf(report)).toEqual(
      expect.arrayContaining([
        'privileges: warn privileges.limited',
        'firewall-443: warn firewall.unreadable',
        'firewall-1500: warn firewall.unreadable',
        'drs-endpoint: fail tcp.local-drop',
        's3-buckets: fail tcp.local-drop',
        'ec2-endpoint: warn tcp.local-drop',
      ]),
    )
    expect(codesOf(report).join()).not.toContain('check.crashed')
    expect(findingsFor(report, 'drs-endpoint')[0]?.owner).toBe('this-host')
    expect(findingsFor(report, 'firewall-443')[0]?.nextStep).toContain('as root')
    expect(report.plan.remedies).toEqual([])
    expect(result.code).toBe(3)
  })

  test('cannot repair anything, and is told to be root', async () => {
    const result = await asUser([
      'fix',
      '--yes',
      ...TARGETS,
      '--only',
      'firewall-443,firewall-1500',
      '--json',
    ])
    expect(reportOf(result).applied).toEqual([])
    expect(result.stderr).toMatch(
      /^Nothing is changed: only root can read and change the firewall, and you are /m,
    )
    expect(result.stderr).toMatch(
      /^ {2}(sudo )?\S+ .*fix --region eu-central-1 --staging-subnet 10\.20\.0\.0\/16 .*--only firewall-443,firewall-1500 --no-prompt --yes$/m,
    )
  })

  test('is shown the command to copy by a dry run, which ends as check does', async () => {
    const args = [...TARGETS, '--only', 'firewall-443,drs-endpoint', '--timeout', '1']
    const result = await asUser(['fix', '--dry-run', ...args])
    expect(result.stderr).toMatch(/^ {2}(sudo )?\S+ .*fix --region eu-central-1 /m)
    expect(result.code).toBe(3)
    expect((await asUser(['check', ...args])).code).toBe(3)
  })

  test('has nothing to undo', async () => {
    expect(await asUser(['undo', '--yes'])).toMatchObject({
      code: 0,
      stdout: 'There is nothing to undo.\n',
      stderr: '',
    })
  })
})
