import {afterEach, describe, expect, test, vi} from 'vitest'
import {UserError} from '../../src/errors.ts'
import {BLOCKED, HEALTHY, type Script, SERVER} from './scripted-host.ts'
import {Gate, type Walk, walk} from './walk.tsx'

let wizard: Walk

afterEach(() => wizard.leave())

const start = (script: Script = {}) => {
  wizard = walk(script)
  return wizard
}

describe('questions', () => {
  test('Region: the suggested one is highlighted, with its source', async () => {
    await start().shows('Step 1 of 8', 'Region', '❯ eu-west-1', 'Suggested by AWS_REGION', '23 of 37')
  })

  test('Region: typing filters by name and by code, Esc clears the filter before it goes back', async () => {
    const {shows, press} = start()
    await press('tokyo')
    await shows('Filter: tokyo', '❯ ap-northeast-1', '1 of 1, filtered from 37')
    await press('escape')
    await shows('(code or name)', '❯ eu-west-1')
    await press('us-gov')
    await shows('❯ us-gov-east-1', '1 of 2')
    await press('down')
    await shows('❯ us-gov-west-1', '2 of 2')
  })

  test('Region: letters, digits and q are typed, not taken for keys', async () => {
    const {shows, press} = start()
    await press('jkq1')
    await shows('Filter: jkq1', 'No Region matches “jkq1”.')
    await press('enter')
    await shows('Filter: jkq1')
    await press('backspace', 'backspace', 'backspace', 'backspace')
    await shows('❯ eu-west-1')
  })

  test('Region: opt-in Regions are marked, and the ends of the list are ends', async () => {
    const {shows, press} = start()
    await press('hong kong')
    await shows('❯ ap-east-1       opt-in  Asia Pacific (Hong Kong)', 'off until the AWS account has enabled')
    await press('escape', 'end')
    await shows('37 of 37')
    await press('down')
    await shows('37 of 37')
  })

  test('a Region given by a flag is shown and not asked', async () => {
    await start({initial: {region: 'eu-north-1', answered: new Set(['region'])}}).shows(
      'Step 1 of 7',
      'Source server',
      'Region eu-north-1',
    )
  })

  test('the server screen says what was found, and what root would allow', async () => {
    const {shows, press} = start({
      server: {...SERVER, privileges: {elevated: false, user: 'deploy', sudoInstalled: true}},
    })
    await press('enter')
    await shows('web01', 'Debian GNU/Linux 12', 'x86_64', 'iptables-nft', 'deploy', 'sudo drs-onboard')
  })

  test('targets: checked while typed, and not left while wrong', async () => {
    const {shows, press} = start()
    await press('enter')
    await shows('Source server', 'May read and change')
    await press('enter')
    await shows('Where the data goes', 'Example: 10.20.0.0/24')
    await press('10.20.0.0')
    await shows('Not valid: “10.20.0.0” is not a CIDR')
    await press('enter')
    await shows('Enter next')
    await press('/24')
    await vi.waitFor(() => expect(wizard.frame()).not.toContain('Not valid'))
    await press('enter')
    await shows('Enter continue')
    await press('10.20.0.15')
    await shows('10.20.0.15', '10.20.0.0/24')
    await press('enter')
    await shows('Findings')
    expect(wizard.host.calls).toEqual([
      'runChecks {"region":"eu-west-1","stagingSubnet":"10.20.0.0/24","replicationServer":"10.20.0.15"}',
    ])
  })

  test('targets: empty is an answer, and an answered one is not asked', async () => {
    const {shows, press} = start({
      initial: {stagingSubnet: '10.9.0.0/16', answered: new Set(['region', 'stagingSubnet'])},
    })
    await shows('May read and change')
    await press('enter')
    await shows('Replication server')
    expect(wizard.frame()).not.toContain('Staging area subnet (CIDR)')
    await press('enter')
    await shows('Findings')
    expect(wizard.host.calls[0]).toContain('"stagingSubnet":"10.9.0.0/16","replicationServer":null')
  })

  test('Esc leads back through the questions, and the answers stand', async () => {
    const {shows, press} = start()
    await press('tokyo')
    await shows('❯ ap-northeast-1')
    await press('enter')
    await shows('Source server', 'May read')
    await press('enter')
    await shows('Where the data goes')
    await press('escape')
    await shows('Source server')
    await press('left')
    await shows('❯ ap-northeast-1')
  })

  test('an interrupted run is offered to be taken back first', async () => {
    const {shows, press, host} = start({
      interrupted: [{id: 'e1', title: 'Allow outbound TCP 443', at: '2026-07-01T03:00:00Z'}],
    })
    await shows(
      'An earlier run did not finish',
      'Allow outbound TCP 443',
      '❯ Take the unfinished change back',
    )
    await press('enter')
    await shows('PASS', 'The unfinished change was taken back.')
    expect(host.calls).toEqual(['undoInterrupted'])
    await press('enter')
    await shows('Step 1 of 8', 'Region')
  })

  test('an interrupted run may be left as it is', async () => {
    const {shows, press, host} = start({interrupted: [{id: 'e1', title: 'x', at: '2026-07-01T03:00:00Z'}]})
    await shows('An earlier run did not finish')
    await press('down')
    await shows('❯ Leave it as it is')
    await press('enter')
    await shows('Step 1 of 8')
    expect(host.calls).toEqual([])
  })
})

const remediate = (script: Script = {}) => start({mode: 'remediate', ...script})

describe('checks and findings', () => {
  test('checks are shown as they go on: layer, bytes, time, word', async () => {
    const gate = new Gate()
    const {shows} = remediate({pace: gate.pass})
    await shows('Step 1 of', 'Checks', 'RUN   Operating system', 'WAIT  Agent installer')
    gate.step()
    await shows('TCP drs.eu-west-1.amazonaws.com')
    gate.step()
    await shows('PASS  Operating system', '0.2 s', 'RUN   Privileges')
    while (!wizard.frame().includes('12.3 MB of 52.4 MB, 4.1 MB/s')) {
      gate.step()
      await vi.waitFor(() => expect(gate.waiting).toBe(1))
    }
    gate.open()
    await shows('Findings')
  })

  test('a slow check says so', async () => {
    const gate = new Gate()
    vi.spyOn(Date, 'now').mockReturnValue(1_000)
    const {shows} = remediate({pace: gate.pass})
    await shows('RUN   Operating system')
    vi.spyOn(Date, 'now').mockReturnValue(6_500)
    await shows('5.5 s', 'Slow: Operating system')
    vi.restoreAllMocks()
    gate.open()
  })

  test('leaving the checks aborts them', async () => {
    const gate = new Gate()
    const {shows, press, host} = start({pace: gate.pass, initial: {answered: new Set(['region'])}})
    await shows('May read')
    await press('enter')
    await shows('Where the data goes')
    await press('enter')
    await shows('Enter continue')
    await press('enter')
    await shows('RUN   Operating system')
    await press('escape')
    await shows('Where the data goes')
    expect(host.signals[0]?.aborted).toBe(true)
    gate.open()
  })

  test('findings: worst first, with the rule, the owner and the next step of the highlighted one', async () => {
    const {shows, press} = remediate()
    await shows(
      'Not ready: 2 failed, 2 skipped, 7 passed.',
      '❯ ✘ FAIL  Host firewall, TCP 443 out',
      'rule 3 of chain OUTPUT, table filter (iptables-nft, ip)',
      'you, on this server',
      'Let this tool insert one accepting rule ahead of it.',
    )
    const words = wizard.frame().match(/(FAIL|ERROR|WARN|SKIP|PASS) {2}/g)
    expect(words).toEqual(
      [...(words ?? [])].sort((a, b) => 'FEWSP'.indexOf(a[0] ?? '') - 'FEWSP'.indexOf(b[0] ?? '')),
    )
    await press('down')
    await shows('❯ ✘ FAIL  Host firewall, TCP 1500 out', 'This host drops TCP 1500')
  })

  test('details open with → and close with Esc, which does not go back further', async () => {
    const {shows, press} = remediate()
    await shows('Findings')
    await press('right')
    await shows('Cause code    firewall.drop', 'Esc back to the list')
    await press('escape')
    await shows('Findings', 'r check again')
  })

  test('r checks again', async () => {
    const {shows, press, host} = remediate()
    await shows('Findings')
    await press('r')
    await vi.waitFor(() => expect(host.calls).toHaveLength(2))
    await shows('Findings')
  })

  test('with nothing to repair, findings lead to the installer and the summary', async () => {
    const {shows, press, host} = remediate({findings: HEALTHY})
    await shows('Ready: 1 skipped, 10 passed.', 'Step 2 of 4')
    await press('enter')
    await shows(
      'Step 3 of 4',
      'Agent installer',
      'SHA-512',
      'abab',
      '52428800 (52.4 MB)',
      '/root/aws-replication',
    )
    await shows('sudo -E ./aws-replication-installer-init --region eu-west-1 --no-prompt')
    await press('enter')
    await shows('Step 4 of 4', 'Nothing was changed on this server.')
    await press('escape')
    await shows('Agent installer')
    expect(host.calls).toHaveLength(1)
  })

  test('text from the network cannot move the cursor', async () => {
    const findings = {
      ...BLOCKED,
      os: HEALTHY.os.map(finding => ({...finding, status: 'fail' as const, summary: 'evil \u001B[2Jtext'})),
    }
    const {shows} = remediate({findings})
    await shows('evil \\u{1b}[2Jtext')
  })
})

describe('repair', () => {
  const toPlan = async (script: Script = {}) => {
    remediate(script)
    await wizard.shows('Findings')
    await wizard.press('enter')
    await wizard.shows('Repair plan')
    return wizard
  }

  test('the plan shows exact commands with their undo; disruptive remedies are off', async () => {
    const {shows, press} = await toPlan()
    await shows('2 of 3 chosen.', '☒ Allow outbound TCP 443', '☐ disruptive Remove the rule')
    await shows('do   iptables -w -I OUTPUT 3 -p tcp --dport 443', 'undo iptables -w -D OUTPUT')
    await press(' ')
    await shows('1 of 3 chosen.', '☐ Allow outbound TCP 443')
  })

  test('the confirmation defaults to No, and No changes nothing', async () => {
    const {shows, press, host} = await toPlan()
    await press('enter')
    await shows('Apply these changes?', '❯ No, change nothing')
    await press('enter')
    await shows('Repair plan', '2 of 3 chosen.')
    expect(host.calls.filter(call => call.startsWith('applyPlan'))).toEqual([])
  })

  test('Yes applies what was chosen, live, checks again, and tells how it ended', async () => {
    const gate = new Gate()
    remediate({pace: gate.pass})
    gate.open()
    const {shows, press, host} = wizard
    await shows('Findings')
    await press('enter')
    await shows('Repair plan')
    await press('enter')
    await shows('❯ No')
    await press('down')
    await shows('❯ Yes, apply the 2 changes')
    await press('enter')
    await shows('Repair finished', 'Ready: 1 skipped', 'DONE  Accept TCP 443', 'It helped, and is kept.')
    expect(host.calls).toContain('applyPlan drs-443,drs-1500')
    await press('escape')
    await shows('Repair finished')
    await press('enter')
    await shows('Agent installer')
    await press('enter')
    await shows(
      'Changed on this server:',
      'Allow outbound TCP 443 (until the next reboot)',
      'drs-onboard undo',
    )
    expect(wizard.frame()).not.toContain('Esc back')
    await press('q')
    await shows('Leave the wizard? 2 changes stay; drs-onboard undo takes them back.')
  })

  test('a disruptive remedy is asked for by itself, and y alone does not agree to it', async () => {
    const {shows, press, host} = await toPlan()
    await press('down', ' ')
    await shows('3 of 3 chosen.')
    await press('enter')
    await shows('Apply these changes?', 'Yes, apply the 2 changes')
    await press('y')
    await shows('Apply this disruptive change?', '❯ No, leave this one out')
    await press('y')
    await shows('Apply this disruptive change?')
    await press('enter')
    await vi.waitFor(() => expect(host.calls).toContain('applyPlan drs-443,drs-1500'))
  })

  test('a change that did not help is said to be taken back, and is not offered again', async () => {
    const {shows, press} = await toPlan({result: 'rolled-back'})
    await press('enter')
    await shows('Apply these changes?')
    await press('y')
    await shows('Repair finished', 'BACK', 'The re-check found TCP 443 blocked as before')
    await press('f')
    await shows('Findings')
    await press('enter')
    await shows('Repair plan', '0 of 1 chosen.', 'disruptive Remove the rule')
  })

  test('the repair can be skipped', async () => {
    const {shows, press, host} = await toPlan()
    await press('s')
    await shows('Agent installer', 'Install the agent once nothing fails any more')
    expect(host.calls).toHaveLength(1)
  })

  test('without privileges the plan is shown but cannot be applied', async () => {
    const {shows, press, host} = await toPlan({
      server: {...SERVER, privileges: {elevated: false, user: 'deploy', sudoInstalled: false}},
    })
    await shows('Needs root or Administrator', 'Enter continue without repair')
    await press(' ', 'enter')
    await shows('Agent installer')
    expect(host.calls).toHaveLength(1)
  })

  test('Ctrl-C stops a repair: the change under way is taken back, seen, and nothing more is applied', async () => {
    const gate = new Gate()
    const checked = Promise.withResolvers<void>()
    let pace = () => Promise.resolve()
    const {shows, press, host} = await toPlan({pace: () => pace()})
    pace = () => {
      checked.resolve()
      return gate.pass()
    }
    await press('enter')
    await shows('Apply these changes?')
    await press('y')
    await checked.promise
    await shows('Repairing', 'RUN   Accept TCP 443', 'WAIT  Accept TCP 1500')
    await press('q')
    expect(wizard.frame()).not.toContain('Leave the wizard?')
    await press('ctrlC')
    await shows('Stopping: taking back the change under way', 'Ctrl-C leave at once')
    expect(host.signals.at(-1)?.aborted).toBe(true)
    gate.open()
    await vi.waitFor(() => expect(wizard.frames.join()).toContain('BACK  Accept TCP 443'))
    expect(wizard.frames.join()).not.toContain('DONE  Accept TCP 1500')
  })
})

describe('leaving and saving', () => {
  test('q asks, and anything but y stays', async () => {
    const {shows, press} = remediate({findings: HEALTHY})
    await shows('Findings')
    await press('q')
    await shows('Leave the wizard? Nothing has been changed', 'n stay (default)')
    await press('enter')
    await vi.waitFor(() => expect(wizard.frame()).not.toContain('Leave the wizard?'))
    await shows('Findings')
  })

  const toSummary = async (script: Script = {}) => {
    remediate({findings: HEALTHY, ...script})
    await wizard.shows('Findings')
    await wizard.press('enter')
    await wizard.shows('Agent installer')
    await wizard.press('enter')
    await wizard.shows('Summary', 'The same without questions:')
    return wizard
  }

  test.each([
    ['m', 'markdown', 'drs-onboard-report.md'],
    ['j', 'json', 'drs-onboard-report.json'],
  ])('s then %s saves as %s', async (letter, format, name) => {
    const {shows, press, host} = await toSummary()
    await press('s')
    await shows('Markdown (m) or JSON (j)')
    await press(letter)
    await shows('File to write:', name)
    await press('2')
    await shows(`${name}2`)
    await press('enter')
    await shows(`Saved: /root/${name}2`)
    expect(host.calls).toContain(`save ${format} ${name}2`)
  })

  test('a file that cannot be written is said on the screen, and Esc cancels', async () => {
    const {shows, press} = await toSummary({
      save: () => Promise.reject(new UserError('/root/x.md cannot be written: the disk is full.')),
    })
    await press('s')
    await shows('Markdown (m)')
    await press('m')
    await shows('File to write:')
    await press('enter')
    await shows('FAIL', 'cannot be written')
    await press('s')
    await shows('Markdown (m)')
    await press('escape')
    await shows('s save the report')
  })
})
