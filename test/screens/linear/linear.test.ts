import {describe, expect, test} from 'vitest'
import {FileExists, Interrupted} from '../../../src/contract/errors.ts'
import {linearRows, type Said} from '../../../src/screens/linear/text.ts'
import {Gate} from '../gate.ts'
import {BLOCKED, HEALTHY} from '../scripted-findings.ts'
import {talk} from './talk.ts'

const REGION_PROMPT = 'Region: a code, or part of a code or name; l to list them'

describe('the wizard in linear text', () => {
  test('leads from the Region to a repaired server by lines alone', async () => {
    const {host, at, ended, printed} = talk()
    await at('Step 1 of 8: Region')
    await at('[eu-west-1]:', 'frank')
    await at('Step 2 of 8: Source server')
    await at('Enter to continue', '')
    await at('Staging area subnet (CIDR), ', '10.20.0.0/24')
    await at('Replication server (HOST or HOST:PORT), ', '10.20.0.15')
    await at('FAIL: Host firewall, TCP 443 out')
    await at('Step 5 of 8: Findings')
    await at('Enter for the plan', '')
    await at('Enter to continue', '')
    await at('1. No, change nothing (default)')
    await at('[1]:', '2')
    await at('Repair finished.')
    await at('Enter to continue', '')
    await at('Enter to continue', '')
    await at('Enter to finish', '')
    expect(await ended).toMatchObject({finished: true, answers: {region: 'eu-central-1'}})
    expect(host.calls).toContain('applyPlan drs-443,drs-1500')
    // Line feeds are all that moves the cursor.
    expect(printed()).not.toMatch(/[^\P{Cc}\n]/u)
  })

  test('Enter at the question whether to apply changes nothing', async () => {
    const {host, at} = talk({mode: 'remediate'})
    await at('Enter for the plan', '')
    await at('Enter to continue', '')
    await at('[1]:', '')
    await at('Repair plan')
    expect(host.calls).toHaveLength(1)
  })

  test('a disruptive change takes its number; a y will not do', async () => {
    const {host, at} = talk({mode: 'remediate'})
    await at('Enter for the plan', '')
    await at('disruptive, off: ')
    await at('Enter to continue', '3')
    await at('disruptive, on: ')
    await at('Enter to continue', '')
    await at('[1]:', 'y')
    await at('No, leave this one out (default)')
    await at('[1]:', 'y')
    await at('Answer with a number from 1 to 2.')
    await at('[1]:', '2')
    await at('Repair finished.')
    expect(host.calls.filter(call => call.startsWith('applyPlan'))).toHaveLength(1)
  })

  test('a number unfolds a finding; r checks again', async () => {
    const {host, at} = talk({mode: 'remediate'})
    await at('Enter for the plan', '1')
    await at('Next step: ')
    await at('Cause code: ')
    await at('Enter for the plan', 'r')
    await at('Checks')
    await at('Enter for the plan')
    expect(host.calls).toHaveLength(2)
  })

  test('b goes back, and answers are still there; at the first step it says so', async () => {
    const {at} = talk()
    await at(REGION_PROMPT, 'b')
    await at('There is no previous step.')
    await at(REGION_PROMPT, 'tokyo')
    await at('Enter to continue', 'b')
    await at('[ap-northeast-1]:')
  })

  test('q asks before it leaves; the default is to stay', async () => {
    const {at, ended} = talk()
    await at(REGION_PROMPT, 'q')
    await at('Nothing has been changed on this server. Answer y to leave [n]:', '')
    await at(REGION_PROMPT, 'q')
    await at('Answer y to leave [n]:', 'y')
    expect((await ended).finished).toBe(false)
  })

  test.each([
    ['nowhere', 'No Region matches "nowhere".'],
    ['99', 'No Region matches "99".'],
    ['europe', '1. eu-central-1, Europe (Frankfurt)'],
  ])('Region %j: %s', async (typed, answered) => {
    const {at} = talk()
    await at(REGION_PROMPT, typed)
    await at(answered)
    await at(REGION_PROMPT)
  })

  test('a field that is not valid is asked again, with the reason', async () => {
    const {at} = talk({initial: {answered: new Set(['region'])}})
    await at('Enter to continue', '')
    await at('Staging area subnet (CIDR), ', 'nonsense')
    await at('Not valid: “nonsense” is not a CIDR')
    await at('Staging area subnet (CIDR), ', '-')
    await at('Replication server (HOST or HOST:PORT), ')
  })

  test('lines typed while checks run answer nothing that is asked later', async () => {
    const gate = new Gate()
    const {at, input, printed, host} = talk({mode: 'remediate', pace: gate.pass})
    await at('Checks')
    await expect.poll(() => gate.waiting).toBe(1)
    input.write('\n2\n')
    await at('Still checking. Ctrl-C stops it.')
    await at('Still checking. Ctrl-C stops it.')
    gate.open()
    await at('Enter for the plan')
    expect(printed().endsWith('q to leave: ')).toBe(true)
    expect(host.calls).toHaveLength(1)
  })

  test('the report is saved where the answer says', async () => {
    const {at, host} = talk({mode: 'remediate', findings: HEALTHY})
    await at('Enter to continue', '')
    await at('Enter to continue', '')
    await at('Enter to finish', 'm')
    await at('File to write [drs-onboard-report.md]:', 'ticket.md')
    await at('Saved: /root/ticket.md')
    expect(host.calls).toContain('save markdown ticket.md')
  })

  test('a file that is there is replaced only when that is agreed to', async () => {
    const saved: (boolean | undefined)[] = []
    const {at} = talk({
      mode: 'remediate',
      findings: HEALTHY,
      save: async (_format, path, _session, _answers, replace) => {
        saved.push(replace)
        if (!replace) throw new FileExists(path)
        return `/root/${path}`
      },
    })
    await at('Enter to continue', '')
    await at('Enter to continue', '')
    await at('Enter to finish', 'u')
    await at('File to write [drs-onboard-report.xml]:', '')
    await at('already exists. Answer y to replace it [n]:', '')
    await at('Nothing was saved.')
    await at('Enter to finish', 'u')
    await at('File to write [drs-onboard-report.xml]:', '')
    await at('Answer y to replace it [n]:', 'y')
    await at('Saved: /root/drs-onboard-report.xml')
    expect(saved).toEqual([false, false, true])
  })

  test.each([
    ['installer', 1],
    ['summary', 2],
  ])('the %s offers to keep the verified installer, and the install command uses it', async (_, enters) => {
    const {at, host} = talk({mode: 'remediate', findings: HEALTHY})
    for (let entered = 0; entered < enters; entered += 1) await at('Enter to continue', '')
    await at('k to keep the verified installer', 'k')
    await at('File to write [aws-replication-installer-init]:', '/opt/init')
    await at('Kept: /root//opt/init. To install: sudo -E /root//opt/init')
    expect(host.calls).toContain('keepInstaller /opt/init')
  })

  test('every screen is explained, the summary has the full report, and checks again', async () => {
    const {at, host} = talk({mode: 'remediate', findings: HEALTHY})
    await at('? for help', '?')
    await at('By default: Enter continues')
    await at('Enter to continue', '')
    await at('Enter to continue', '')
    await at('Enter to finish, f for the full report', 'f')
    await at('Row 60 of the report, for 80 columns.')
    await at('Enter to finish', 'r')
    await at('Enter to continue')
    expect(host.calls).toHaveLength(2)
  })

  test('an interrupted change is reverted by a number', async () => {
    const {at, host} = talk({interrupted: [{id: 'e1', title: 'Allow TCP 443', at: '2026-07-01T03:00:00Z'}]})
    await at('Allow TCP 443 (2026-07-01 03:00 UTC, id e1)')
    await at('[1]:', '1')
    await at('PASS: The unfinished change was reverted.')
    await at(REGION_PROMPT)
    expect(host.calls).toEqual(['undoInterrupted'])
  })

  test('an earlier run is gone on with', async () => {
    const answers = {region: 'eu-central-1', stagingSubnet: '10.20.0.0/24', replicationServer: null}
    const {at} = talk({resumable: {answers, through: ['region'], at: '2026-07-01T03:00:00.000Z'}})
    await at('Staging area subnet: 10.20.0.0/24')
    await at('[1]:', '')
    await at('Source server')
  })
})

describe('the linear wizard ended from outside', () => {
  test('by the end of input: as by a hang-up', async () => {
    const {at, ended, input} = talk()
    await at(REGION_PROMPT)
    input.end()
    await expect(ended).rejects.toMatchObject({exitCode: 129})
  })

  test('by a signal at a question', async () => {
    const controller = new AbortController()
    const {at, ended} = talk({}, controller.signal)
    await at(REGION_PROMPT)
    controller.abort(new Interrupted('SIGTERM'))
    await expect(ended).rejects.toMatchObject({exitCode: 143})
  })

  test('by a signal while checks run', async () => {
    const controller = new AbortController()
    const gate = new Gate()
    const {ended, host} = talk({mode: 'remediate', pace: gate.pass, findings: BLOCKED}, controller.signal)
    await expect.poll(() => gate.waiting).toBe(1)
    controller.abort(new Interrupted('SIGINT'))
    gate.open()
    await expect(ended).rejects.toMatchObject({exitCode: 130})
    expect(host.signals[0]?.aborted).toBe(true)
  })

  test('by a signal while a change is applied: the run is waited for, and reverts it', async () => {
    const controller = new AbortController()
    const {at, ended, printed, host} = talk(
      {mode: 'remediate', pace: async signal => void (signal === host.signals[1] && (await gate.pass()))},
      controller.signal,
    )
    const gate = new Gate()
    await at('Enter for the plan', '')
    await at('Enter to continue', '')
    await at('[1]:', 'y')
    await expect.poll(() => gate.waiting).toBe(1)
    controller.abort(new Interrupted('SIGHUP'))
    await at('Stopping.')
    gate.open()
    await expect(ended).rejects.toMatchObject({exitCode: 129})
    expect(printed()).toContain('REVERTED: ')
  })
})

describe('rows of linear text', () => {
  test.each<[string, Said, readonly string[]]>([
    ['sentences end at a space', 'one two three four', ['one two', 'three four']],
    ['a fact has its label', {label: 'Next step    ', text: 'ask'}, ['Next step:', 'ask']],
    ['an arrow is for the eye', {text: '──✗ dns   open'}, ['dns: open']],
    ['a mark is a word', {mark: 'fail', text: 'no'}, ['FAIL: no']],
    ['a URL stays whole', 'see https://docs.example/a/b now', ['see', 'https://docs.example/a/b', 'now']],
    ['a command in a sentence does, too', 'Run `drs-onboard undo`.', ['Run', '`drs-onboard undo`.']],
    ['a row is as wide as it is', {row: '  Do    iptables -I OUTPUT'}, ['  Do    iptables -I OUTPUT']],
    ['a command stays whole', {label: 'do   ', text: 'iptables -I OUTPUT'}, ['do: iptables -I OUTPUT']],
  ])('%s', (_, said, rows) => {
    expect(linearRows([said], 10)).toEqual(rows)
  })
})
