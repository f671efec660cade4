import {afterEach, expect, test, vi} from 'vitest'
import {Gate} from './gate.ts'
import {BLOCKED, HEALTHY} from './scripted-findings.ts'
import type {Script} from './scripted-host.ts'
import {type Walk, walk} from './walk.tsx'

let wizard: Walk

afterEach(() => wizard.leave())

const start = (script: Script = {}) => {
  wizard = walk(script)
  return wizard
}

const remediate = (script: Script = {}) => start({mode: 'remediate', ...script})

test('checks are shown as they go on: layer, bytes, time, word', async () => {
  const gate = new Gate()
  const {shows} = remediate({pace: gate.pass})
  await shows('Step 1 of', 'Checks', 'RUN   Operating system', 'WAIT  Agent installer')
  gate.step()
  await shows('TCP drs.eu-west-1.amazonaws.com')
  gate.step()
  await shows('PASS  Operating system', '0.2 s', 'RUN   Privileges')
  // Two steps a check; the installer is the eighth.
  for (let step = 2; step < 15; step += 1) {
    gate.step()
    await vi.waitFor(() => expect(gate.waiting).toBe(1))
  }
  await shows('12.3 MB of 52.4 MB, 4.1 MB/s')
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
  await shows('Can read')
  await press('enter')
  await shows('Staging area subnet')
  await press('enter')
  await shows('Enter continue')
  await press('enter')
  await shows('RUN   Operating system')
  await press('escape')
  await shows('Staging area subnet')
  expect(host.signals[0]?.aborted).toBe(true)
  gate.open()
})

test('findings: worst first, with the rule, the owner and the next step of the highlighted one', async () => {
  const {shows, press} = remediate()
  await shows(
    'Not ready: 2 blocking issues, 7 passed, 2 not tested.',
    '❯ ✘ FAIL  Host firewall, TCP 443 out',
    'rule 3 of chain OUTPUT, table filter (iptables-nft, ip)',
    'you (this server)',
    'Press Enter to see the fix. It can be undone.',
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
  await shows('Incomplete: no blocking issues, 10 passed, 1 not tested.', 'Step 2 of 5')
  await press('enter')
  await shows(
    'Step 4 of 5',
    'Agent installer',
    'SHA-512',
    'abab',
    'as published',
    '52428800 (52.4 MB)',
    'as published',
  )
  await shows('sudo -E ./aws-replication-installer-init --region eu-west-1 --no-prompt')
  await press('enter')
  await shows('Step 5 of 5', 'Nothing was changed on this server.')
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
