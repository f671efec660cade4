import {afterEach, expect, test, vi} from 'vitest'
import {FileExists, UserError} from '../../src/contract/errors.ts'
import {HEALTHY} from './scripted-findings.ts'
import type {Script} from './scripted-host.ts'
import {goTo, type Walk, walk} from './walk.tsx'
import {WAYS, type Way} from './ways.ts'

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
  await shows('Quit? Nothing has been changed', 'n stay (default)')
  await press('enter')
  await vi.waitFor(() => expect(wizard.frame()).not.toContain('Quit?'))
  await shows('Findings')
})

const toSummary = async (script: Script = {}) => {
  remediate({findings: HEALTHY, ...script})
  await wizard.shows('Findings')
  await wizard.press('enter')
  await wizard.shows('Agent installer')
  await wizard.press('enter')
  await wizard.shows('Summary', 'Run again non-interactively:')
  return wizard
}

test.each([
  ['m', 'markdown', 'drs-onboard-report.md'],
  ['j', 'json', 'drs-onboard-report.json'],
  ['u', 'junit', 'drs-onboard-report.xml'],
])('s then %s saves as %s', async (letter, format, name) => {
  const {shows, press, host} = await toSummary()
  await press('s')
  await shows('❯ Markdown, for a ticket', 'JUnit XML')
  await press(letter)
  await shows('File to write:', name, 'Example:')
  await press('2')
  await shows(`${name}2`)
  await press('enter')
  await shows(`Saved: /root/${name}2`, 'Enter finish')
  expect(host.calls).toContain(`save ${format} ${name}2`)
})

test('a file needs a name', async () => {
  const {shows, press, host} = await toSummary()
  await press('s', 'enter')
  await shows('File to write:')
  await press(...Array.from({length: 'drs-onboard-report.md'.length}, () => 'backspace'))
  await shows('Not valid: enter a file name.')
  await press('enter')
  await shows('Not valid: enter a file name.', 'Enter save')
  expect(host.calls).toHaveLength(1)
})

const thereAlready: Script['save'] = async (_format, path, _session, _answers, replace) => {
  if (!replace) throw new FileExists(path)
  return `/root/${path}`
}

test.each([
  ['Enter', ['enter']],
  ['n', ['n']],
  ['Esc', ['escape']],
])('a file that is there is not replaced by %s', async (_, keys) => {
  const {shows, press} = await toSummary({save: thereAlready})
  await press('s', 'm')
  await shows('File to write:')
  await press('enter')
  await shows('drs-onboard-report.md already exists. Replace it?', '❯ No, choose another file')
  await press(...keys)
  await shows('File to write:', 'Enter save')
})

test('a file that is there is replaced once that is agreed to', async () => {
  const {shows, press} = await toSummary({save: thereAlready})
  await press('s', 'm')
  await shows('File to write:')
  await press('enter')
  await shows('Replace it?')
  await press('y')
  await shows('Saved: /root/drs-onboard-report.md')
})

test('a file that cannot be written is said on the screen, and Esc leads back', async () => {
  const {shows, press} = await toSummary({
    save: () => Promise.reject(new UserError('/root/x.md cannot be written: the disk is full.')),
  })
  await press('s', 'm')
  await shows('File to write:')
  await press('enter')
  await shows('FAIL', 'cannot be written', 's save the report')
  await press('s')
  await shows('❯ Markdown')
  await press('escape')
  await shows('s save the report')
})

test('the full report is there to scroll through', async () => {
  const {shows, press} = await toSummary()
  await press('f')
  await shows('Full report', 'Row 1 of the report, for 80 columns.')
  await press('pageDown', 'pageDown', 'pageDown', 'pageDown')
  await shows('Row 60 of the report')
  await press('left')
  await shows('Summary', 'f full report')
})

test.each([
  [40, 24],
  [80, 24],
  [120, 40],
] as const)('the summary fits on one screen of %i columns and %i rows', async (columns, rows) => {
  for (const name of ['summary', 'summary, failing', 'summary, repaired']) {
    wizard = await goTo(WAYS[name] as Way, {columns, rows})
    await wizard.shows('Enter finish', 'f full report')
    expect(wizard.frame()).not.toContain('more line')
    wizard.leave()
  }
})

test.each([
  ['the installer', 0],
  ['the summary', 1],
])('k on %s keeps the verified installer, and the install command uses it', async (_, enters) => {
  const {shows, press, host} = remediate({findings: HEALTHY})
  await shows('Findings')
  await press('enter')
  await shows('Agent installer', 'sudo -E ./aws-replication-installer-init', 'k keep installer')
  if (enters > 0) await press('enter')
  if (enters > 0) await shows('Enter finish')
  await press('k')
  await shows('Keep the verified installer', 'File to write:')
  await press('2', 'enter')
  await shows('Kept: /root/aws-replication-installer-init2')
  await shows('sudo -E /root/aws-replication-installer-init2 --region', 'Verified: SHA-512 of /root/')
  expect(host.calls).toContain('keepInstaller aws-replication-installer-init2')
  expect(wizard.frame()).not.toContain('k keep installer')
  expect(wizard.frame()).not.toContain('chmod')
})

test.each([
  [24, 'drs-onboard fix --region eu-west-1'],
  [18, 'f shows the command to run this again.'],
])('in %i rows a kept installer leaves in sight how to run again', async (rows, text) => {
  const {shows, press} = await toSummary()
  wizard.resize({columns: 80, rows})
  await press('k')
  await shows('File to write:')
  await press('enter')
  await shows('Kept: /root/aws-replication-installer-init', text)
})

test('an installer replaces no file without a question, and Esc keeps nothing', async () => {
  const {shows, press} = await toSummary({
    keepInstaller: async (path, replace) => {
      if (!replace) throw new FileExists(path)
      return {path: `/root/${path}`, at: 0}
    },
  })
  await press('k')
  await shows('File to write:')
  await press('enter')
  await shows('aws-replication-installer-init already exists. Replace it?')
  await press('escape', 'escape')
  await shows('Enter finish', 'k keep installer')
  await press('k', 'enter')
  await shows('Replace it?')
  await press('y')
  await shows('Kept: /root/aws-replication-installer-init')
})

test.each([
  ['that cannot be written', UserError],
  ['that is lost', Error],
])('a file %s', async (_, kind) => {
  const {shows, press} = await toSummary({
    keepInstaller: () => Promise.reject(new kind('/x cannot be written (no space left).')),
  })
  await press('k', 'enter')
  if (kind === UserError) await shows('FAIL  /x cannot be written', 'k keep installer')
  else await vi.waitFor(() => expect(wizard.frame()).not.toContain('Enter finish'))
})

test('there is no k where no installer is held', async () => {
  const {shows, press} = await toSummary({installer: null})
  expect(wizard.frame()).not.toContain('keep installer')
  await press('k')
  await shows('Enter finish')
})
