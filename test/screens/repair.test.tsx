import {afterEach, expect, test, vi} from 'vitest'
import {Gate} from './gate.ts'
import {BLOCKED_WHERE_NOBODY_KEEPS_RULES} from './scripted-findings.ts'
import {type Script, SERVER} from './scripted-host.ts'
import {type Walk, walk} from './walk.tsx'

let wizard: Walk

afterEach(() => wizard.leave())

const start = (script: Script = {}) => {
  wizard = walk(script)
  return wizard
}

const remediate = (script: Script = {}) => start({mode: 'remediate', ...script})

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
  await shows('+ -A OUTPUT -p tcp -m tcp --dport 443 -m comment --comment "drs-443" -j', '(→)')
  await press('right')
  await shows('do   iptables -w -I OUTPUT 3 -p tcp --dport 443', 'undo iptables -w -D OUTPUT')
  await press('escape')
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
  await shows(
    'Repair finished',
    'Incomplete: no blocking issues',
    'DONE  Accept TCP 443',
    'Verified and kept.',
  )
  expect(host.calls).toContain('applyPlan drs-443,drs-1500')
  await press('escape')
  await shows('Repair finished')
  await press('enter')
  await shows('Agent installer')
  await press('enter')
  await shows(
    'Changed on this server:',
    'Allow outbound TCP 443 (lost at the next reboot)',
    'drs-onboard undo',
  )
  expect(wizard.frame()).not.toContain('Esc back')
  await press('q')
  await shows('Quit? 2 changes stay in place (undo: drs-onboard undo).')
})

test.each([
  ['enter', 'applyPlan drs-443'],
  ['n', 'applyPlan drs-443'],
  ['down enter', 'applyPlan drs-443 and a unit'],
])('where nobody keeps rules, a unit is asked for, default no: %s', async (keys, call) => {
  const {shows, press, host} = await toPlan({findings: BLOCKED_WHERE_NOBODY_KEEPS_RULES})
  await press('enter')
  await shows('Apply these changes?')
  await press('y')
  await shows('Survive a reboot?', 'tee /etc/systemd/system/x.service', 'Description=x', '❯ No, only until')
  // A key that is held down from the question before does not agree to this one.
  await press('y')
  await shows('Survive a reboot?')
  await press(...keys.split(' '))
  await vi.waitFor(() => expect(host.calls).toContain(call))
})

test('a disruptive remedy is asked for separately, and y alone does not agree to it', async () => {
  const {shows, press, host} = await toPlan()
  await press('end', ' ')
  await shows('3 of 3 chosen.')
  await press('enter')
  await shows('Apply these changes?', 'Yes, apply the 2 changes')
  await press('y')
  await shows('Override a rule that looks intentional?', '❯ No, leave this one out')
  await press('y')
  await shows('Override a rule that looks intentional?')
  await press('enter')
  await vi.waitFor(() => expect(host.calls).toContain('applyPlan drs-443,drs-1500'))
})

test('a change that did not help is said to be reverted, and is not offered again', async () => {
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
  await shows('Agent installer', 'Install the agent after all issues are fixed')
  expect(host.calls).toHaveLength(1)
})

test('without privileges the plan is shown but cannot be applied', async () => {
  const {shows, press, host} = await toPlan({
    server: {...SERVER, privileges: {elevated: false, user: 'deploy', sudoInstalled: false}},
  })
  await shows('Needs root: nothing can be applied', 'Enter continue without a fix')
  await press(' ', 'enter')
  await shows('Agent installer')
  expect(host.calls).toHaveLength(1)
})

test('Ctrl-C stops a repair: the change under way is reverted, seen, and nothing more is applied', async () => {
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
  expect(wizard.frame()).not.toContain('Quit?')
  await press('ctrlC')
  await shows('Stopping: reverting the current change', 'Ctrl-C leave at once')
  expect(host.signals.at(-1)?.aborted).toBe(true)
  gate.open()
  await vi.waitFor(() => expect(wizard.frames.join()).toContain('BACK  Accept TCP 443'))
  expect(wizard.frames.join()).not.toContain('DONE  Accept TCP 1500')
})
