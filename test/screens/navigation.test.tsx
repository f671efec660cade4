import {setImmediate} from 'node:timers/promises'
import {afterEach, expect, test, vi} from 'vitest'
import {Gate} from './gate.ts'
import {HEALTHY} from './scripted-findings.ts'
import {goTo, type Walk} from './walk.tsx'
import {WAYS, type Way} from './ways.ts'

let wizard: Walk

afterEach(() => wizard.leave())

/** Each screen, and the title of what explains it. Where letters are typed, `?` and `q` are letters. */
const SCREENS: readonly (readonly [way: string, explained: string, keys: 'typed' | 'keys'])[] = [
  ['interrupted run', 'An earlier run', 'keys'],
  ['interrupted run, undone', 'An earlier run', 'keys'],
  ['an earlier run to go on with', 'Continue', 'keys'],
  ['Region', 'Region', 'typed'],
  ['source server', 'Source server', 'keys'],
  ['targets', 'Staging area subnet', 'typed'],
  ['checks', 'Checks', 'keys'],
  ['findings', 'Findings', 'keys'],
  ['finding in detail', 'Findings', 'keys'],
  ['repair plan', 'Repair plan', 'keys'],
  ['remedy in detail', 'Repair plan', 'keys'],
  ['confirmation', 'Confirmation', 'keys'],
  ['disruptive confirmation', 'Confirmation', 'keys'],
  ['a unit for the next boot', 'Reboot', 'keys'],
  ['repair finished', 'Repair', 'keys'],
  ['installer', 'Agent installer', 'keys'],
  ['summary', 'Summary', 'keys'],
  ['full report', 'Summary', 'keys'],
  ['summary, choosing a format', 'Summary', 'keys'],
  ['summary, saving', 'Summary', 'typed'],
  ['summary, a file that is there', 'Summary', 'keys'],
]

const wayTo = (name: string): Way => {
  const way = WAYS[name]
  if (way === undefined) throw new Error(`No way leads to ${name}.`)
  return way
}

/** The frame without what moves on its own. */
const still = () => wizard.frame().replaceAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]| *\d+\.\d s/g, ' ')

/** The frame once nothing changes it any more. */
async function settledFrame(): Promise<string> {
  let before: string
  do {
    before = still()
    await setImmediate()
    await setImmediate()
  } while (still() !== before)
  return before
}

test.each(SCREENS)('%s is explained as “%s”, and q asks before leaving it', async (name, explained, keys) => {
  const [explain, hint] = keys === 'typed' ? ['f1', 'F1 help'] : ['?', '? help']
  wizard = await goTo(wayTo(name))
  await wizard.shows(hint)
  const before = await settledFrame()
  for (const close of ['escape', explain]) {
    await wizard.press(explain)
    await wizard.shows(`Help: ${explained}`, 'Here', 'Why', 'By default', 'Esc or ? close')
    await wizard.press(close)
    await vi.waitFor(() => expect(still()).toBe(before))
  }
  if (keys === 'typed') return
  await wizard.press('q')
  await wizard.shows('Quit?', 'n stay (default)')
  await wizard.press('enter')
  await vi.waitFor(() => expect(still()).toBe(before))
})

test('the explanation can be left for good, too', async () => {
  wizard = await goTo(wayTo('findings'))
  await wizard.press('?')
  await wizard.shows('Help: Findings')
  await wizard.press('q')
  await wizard.shows('Quit?')
  await wizard.press('n')
  await wizard.shows('Help: Findings', 'Esc or ? close')
})

test('an explanation scrolls, and names the page of AWS', async () => {
  wizard = await goTo(wayTo('targets'), {columns: 40, rows: 14})
  await wizard.press('f1')
  await wizard.shows('Help: Staging area subnet')
  expect(wizard.frame()).not.toContain('What AWS says')
  await wizard.press('pageDown', 'pageDown')
  await wizard.shows('Network-Requirements')
})

test('checks go on while they are explained', async () => {
  const gate = new Gate()
  wizard = await goTo({script: {mode: 'remediate', pace: gate.pass}, way: [['RUN   Operating system', '?']]})
  await wizard.shows('Help: Checks')
  gate.open()
  await vi.waitFor(() => expect(wizard.host.signals[0]?.aborted).toBe(false))
  await wizard.press('escape')
  await wizard.shows('Findings', 'r check again')
  expect(wizard.host.calls).toHaveLength(1)
})

test('a repair under way is explained, goes on, and is left by neither q nor Esc', async () => {
  const gate = new Gate()
  let pace = () => Promise.resolve()
  const plan: Way = {
    script: {mode: 'remediate', pace: () => pace()},
    way: [['Findings', 'enter'], ['Repair plan']],
  }
  wizard = await goTo(plan)
  pace = gate.pass
  await wizard.press('enter')
  await wizard.shows('No, change nothing')
  await wizard.press('y')
  await wizard.shows('RUN   Accept TCP 443')
  await wizard.press('q', 'escape', '?')
  await wizard.shows('Help: Repair')
  gate.open()
  await vi.waitFor(() => expect(wizard.host.calls).toContain('applyPlan drs-443,drs-1500'))
  await wizard.press('?')
  await wizard.shows('Repair finished')
  expect(wizard.frames.filter(frame => frame.includes('Quit?'))).toEqual([])
})

test.each<[from: string, to: readonly string[], script?: Way['script']]>([
  ['source server', ['Source server']],
  ['targets', ['Source server']],
  ['repair plan', ['Findings', 'r check again']],
  ['confirmation', ['Repair plan', 'Space on or off']],
  ['a unit for the next boot', ['Repair plan', 'Space on or off']],
  ['installer', ['Findings', 'r check again']],
  ['summary', ['Agent installer']],
  ['finding in detail', ['r check again']],
  ['remedy in detail', ['Space on or off']],
  ['full report', ['Enter finish']],
  ['summary, saving', ['❯ Markdown']],
  ['summary, choosing a format', ['s save the report']],
  ['summary, a file that is there', ['File to write:', 'Enter save']],
])('Esc on %s', async (from, to) => {
  wizard = await goTo(wayTo(from))
  await wizard.press('escape')
  await wizard.shows(...to)
})

test('what was typed and not submitted is there again after going back and forth', async () => {
  wizard = await goTo({
    script: {},
    way: [
      ['Region', 'enter'],
      ['Can read', 'enter'],
      ['Staging area subnet', '10.20.'],
    ],
  })
  await wizard.shows('Not valid')
  await wizard.press('down', '10.20.0.15')
  await wizard.shows('  10.20.0.15')
  await wizard.press('escape')
  await wizard.shows('Source server')
  await wizard.press('enter')
  await wizard.shows('Staging area subnet', '  10.20.0.15', 'Not valid: “10.20.”')
})

test('r on the summary checks everything again', async () => {
  wizard = await goTo({
    script: {mode: 'remediate', findings: HEALTHY},
    way: [
      ['Findings', 'enter'],
      ['Agent', 'enter'],
      ['Summary', 'r'],
    ],
  })
  await wizard.shows('Findings')
  expect(wizard.host.calls).toHaveLength(2)
})

/** What the explanation of a screen says of its keys, by paging through all of it. */
async function explainedKeys(name: string, key: string): Promise<string> {
  wizard = await goTo(wayTo(name), {columns: 80, rows: 60})
  await wizard.press(key)
  await wizard.shows('Help: ', 'Keys on this screen:')
  return wizard.frame().split('Keys on this screen:')[1] ?? ''
}

const MOVING = ['or j k', 'PgUp PgDn', 'Home End', 'Tab ', '/ ', 'c ', 'k ']

test.each([
  ['Region', 'f1', ['PgUp PgDn', 'Home End']],
  ['targets', 'f1', ['Home End', 'Tab ']],
  ['findings', '?', ['or j k', 'PgUp PgDn', 'Home End', '/ ', 'c ']],
  ['finding in detail', '?', ['or j k', 'PgUp PgDn', 'Home End', '/ ', 'c ']],
  ['confirmation', '?', ['or j k', 'PgUp PgDn', '/ ', 'c ']],
  ['checks', '?', ['or j k']],
  ['full report', '?', ['or j k', 'PgUp PgDn', 'Home End', '/ ', 'c ']],
  ['installer', '?', ['PgUp PgDn', 'Home End', '/ ', 'c ', 'k ']],
  ['summary', '?', ['PgUp PgDn', 'Home End', '/ ', 'c ', 'k ']],
])('the explanation of %s names the keys that work there, and no others', async (name, key, works) => {
  const keys = (await explainedKeys(name, key)).split('\n').map(row => row.trimStart())
  const told = MOVING.filter(move =>
    keys.some(row => (move === 'or j k' ? row.includes(move) : row.startsWith(move))),
  )
  expect(told).toEqual(works)
})
