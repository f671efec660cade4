import {renderToString} from 'ink'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {Wizard} from '../../src/screens/wizard.tsx'
import {HEALTHY} from './scripted-findings.ts'
import {type Script, scriptedHost} from './scripted-host.ts'
import {Gate, type Walk, walk} from './walk.tsx'

const INTERRUPTED = Array.from({length: 9}, (_, at) => ({
  id: `20260701T0300${at}0Z-web01`,
  title: 'Allow outbound TCP 443 to the endpoints of the Region',
  at: '2026-07-01T03:00:00Z',
}))

const remediate = (script: Script = {}): Script => ({mode: 'remediate', ...script})
const gated = remediate({pace: new Gate().pass})

/** Each way to a screen: a script, then pairs of what to wait for and which keys to press. */
const WAYS: Record<
  string,
  {readonly script: Script; readonly way: readonly [shows: string, ...keys: string[]][]}
> = {
  'interrupted run': {script: {interrupted: INTERRUPTED}, way: [['An earlier run']]},
  'interrupted run, undone': {
    script: {interrupted: INTERRUPTED},
    way: [['An earlier run', 'enter'], ['PASS']],
  },
  'an earlier run to go on with': {
    script: {
      resumable: {
        answers: {
          region: 'eu-central-1',
          stagingSubnet: '10.20.0.0/24',
          replicationServer: 'replication.example.internal:1500',
        },
        through: ['region'],
        at: '2026-07-01T03:00:00.000Z',
      },
    },
    way: [['Go on where']],
  },
  Region: {script: {}, way: [['Region']]},
  'Region, nothing found': {script: {}, way: [['Region', 'zzz'], ['No Region matches']]},
  'source server': {script: {initial: {answered: new Set(['region'])}}, way: [['Running as']]},
  targets: {
    script: {initial: {answered: new Set(['region'])}},
    way: [['Running as', 'enter'], ['Where the data', 'nonsense'], ['Not valid']],
  },
  checks: {script: gated, way: [['Operating system']]},
  findings: {script: remediate(), way: [['Findings']]},
  'findings, leaving': {script: remediate(), way: [['Findings', 'q'], ['Leave the wizard?']]},
  'finding in detail': {script: remediate(), way: [['Findings', 'right'], ['Esc back to the list']]},
  'repair plan': {script: remediate(), way: [['Findings', 'enter'], ['Repair plan']]},
  'remedy in detail': {
    script: remediate(),
    way: [['Findings', 'enter'], ['Repair plan', 'right'], ['back to the list']],
  },
  confirmation: {script: remediate(), way: [['Findings', 'enter'], ['Repair plan', 'enter'], ['No, change']]},
  'disruptive confirmation': {
    script: remediate(),
    way: [
      ['Findings', 'enter'],
      ['Repair plan', 'down', ' '],
      ['3 of 3', 'enter'],
      ['No, change', 'y'],
      ['disruptive'],
    ],
  },
  'repair finished': {
    script: remediate({result: 'rolled-back'}),
    way: [['Findings', 'enter'], ['Repair plan', 'enter'], ['No, change', 'y'], ['Repair finished']],
  },
  installer: {script: remediate({findings: HEALTHY}), way: [['Findings', 'enter'], ['Agent installer']]},
  'summary, failing': {
    script: remediate(),
    way: [['Findings', 'enter'], ['Repair plan', 's'], ['Agent', 'enter'], ['Summary']],
  },
  'summary, saving': {
    script: remediate({findings: HEALTHY}),
    way: [['Findings', 'enter'], ['Agent', 'enter'], ['Summary', 's'], ['Markdown', 'm'], ['File to write']],
  },
}

const SIZES = [
  [40, 12],
  [40, 24],
  [80, 12],
  [80, 24],
  [120, 24],
  [200, 60],
] as const

let wizard: Walk | undefined

afterEach(() => wizard?.leave())

describe.each(SIZES)('%i columns, %i rows', (columns, rows) => {
  test.each(Object.entries(WAYS))('%s', async (_, {script, way}) => {
    wizard = walk(script, {columns, rows})
    for (const [shows, ...keys] of way) {
      await wizard.shows(shows)
      await wizard.press(...keys)
    }
    await vi.waitFor(() => expectToFit(wizard?.frame() ?? '', {columns, rows}))
  })
})

test.each([40, 80, 120])('the first frame at %i columns', columns => {
  const lines = renderToString(<Wizard host={scriptedHost()} />, {columns}).split('\n')
  expect(lines[0]).toContain('Region')
  expect(lines.length).toBeLessThan(24)
})

test('a terminal that becomes smaller gets a smaller frame', async () => {
  wizard = walk({}, {columns: 120, rows: 50})
  await wizard.shows('Europe (Ireland)', 'Africa (Cape Town)')
  wizard.resize({columns: 40, rows: 12})
  await vi.waitFor(() => expectToFit(wizard?.frame() ?? '', {columns: 40, rows: 12}))
  await wizard.shows('❯ eu-west-1')
})

/** One row of the terminal stays free, and the keys that work are always the last thing on the screen. */
function expectToFit(frame: string, {columns, rows}: {readonly columns: number; readonly rows: number}) {
  const lines = frame.split('\n')
  expect(lines.length, frame).toBeLessThan(rows)
  expect(lines.filter(line => line.length > columns)).toEqual([])
  expect(lines.at(-1), frame).toMatch(/leave|back|cancel|\(default\)|continue/)
}
