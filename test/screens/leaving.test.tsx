import {afterEach, expect, test, vi} from 'vitest'
import {UserError} from '../../src/errors.ts'
import {HEALTHY} from './scripted-findings.ts'
import type {Script} from './scripted-host.ts'
import {type Walk, walk} from './walk.tsx'

let wizard: Walk

afterEach(() => wizard.leave())

const start = (script: Script = {}) => {
  wizard = walk(script)
  return wizard
}

const remediate = (script: Script = {}) => start({mode: 'remediate', ...script})

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
