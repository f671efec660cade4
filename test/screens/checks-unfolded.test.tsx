import {afterEach, describe, expect, test, vi} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import {CHECK_IDS} from '../../src/contract/checks.ts'
import type {Layer} from '../../src/contract/evidence.ts'
import type {Finding} from '../../src/contract/finding.ts'
import {type CheckState, EMPTY_SESSION} from '../../src/engine/session.ts'
import {checkItems} from '../../src/screens/checks/check-list.tsx'
import {checkRows} from '../../src/screens/checks/check-rows.ts'
import {checkLines} from '../../src/screens/checks/checks-screen.tsx'
import {Gate} from './gate.ts'
import type {Script} from './scripted-host.ts'
import {type Walk, walk} from './walk.tsx'

let wizard: Walk | undefined

afterEach(() => wizard?.leave())

function checking(size?: Parameters<typeof walk>[1]) {
  const gate = new Gate()
  const script: Script = {mode: 'remediate', pace: gate.pass}
  const started = walk(script, size)
  wizard = started
  return {...started, gate}
}

/** How long a frame may take to show what a step changed, on a busy machine. A step that changes nothing costs as much. */
const SETTLE_MS = 150

/** Lets scripted steps pass, each only when the frame has shown the one before, until it shows a text. */
async function until(gate: Gate, {frame}: Pick<Walk, 'frame'>, text: string) {
  let steppedAt = 0
  let before = ''
  await vi.waitFor(
    () => {
      const now = frame()
      if (now.includes(text)) return
      const settled = stripTimes(now) !== before || performance.now() - steppedAt > SETTLE_MS
      if (settled && gate.waiting > 0) {
        before = stripTimes(now)
        steppedAt = performance.now()
        gate.step()
      }
      expect(now).toContain(text)
    },
    {timeout: 10_000},
  )
}

/** Spinners and seconds move without any step. */
const stripTimes = (frame: string): string => frame.replace(/\d+\.\d s|[\u2800-\u28ff]/g, '')

test('checks stand in groups, in the order of a connection', async () => {
  const {shows, frame} = checking()
  await shows('This server', 'Host firewall', 'The path to AWS', 'The path to the staging area subnet')
  const rows = frame().split('\n')
  const at = (text: string) => rows.findIndex(row => row.includes(text))
  expect(at('Operating system')).toBe(at('This server') + 1)
  expect(at('Host firewall, TCP 443')).toBe(at('Host firewall') + 1)
  expect(at('DRS endpoint')).toBe(at('The path to AWS') + 1)
  expect(at('Replication path')).toBe(at('The path to the staging') + 1)
})

test('at 12 rows the groups give way to the checks, and the one that runs is in view', async () => {
  const {shows, frame, gate} = checking({columns: 40, rows: 12})
  await shows('Operating system')
  await until(gate, {frame}, 'RUN   Agent installer')
  expect(frame()).not.toContain('The path to AWS')
})

test('details unfold while the checks go on, and are not taken away when these end', async () => {
  const {shows, press, frame, gate} = checking()
  await shows('RUN   Operating system')
  await press('right')
  await shows('It is running.', 'Esc back to the list')
  gate.step()
  await shows('Operating system', 'It is at: TCP drs.eu-west-1.amazonaws.com.', 'Esc back to the list')
  gate.open()
  await shows('Debian GNU/Linux 12 on x86_64 is supported.')
  expect(frame()).not.toContain('Not ready')
  await press('escape')
  await shows('Findings', 'Not ready')
})

test('↓ chooses a check, and → unfolds it', async () => {
  const {shows, press, frame, gate} = checking()
  await until(gate, {frame}, 'RUN   Privileges')
  expect(frame()).not.toContain('❯ ')
  await press('down', 'up')
  await shows('❯ ✔ PASS  Operating system')
  await press('right')
  await shows('Debian GNU/Linux 12 on x86_64 is supported.')
  await press('escape')
  await shows('❯ ✔ PASS  Operating system')
})

test('the picture of the path fills in below where there is room, and stays away where there is none', async () => {
  const {shows, frame, gate, resize} = checking({columns: 120, rows: 40})
  await shows('DRS, TCP 443', 'host firewall', 'testing')
  await until(gate, {frame}, 'BLOCKED')
  await shows('host firewall', 'testing')
  resize({columns: 80, rows: 24})
  await vi.waitFor(() => expect(frame()).not.toContain('DRS, TCP 443'))
})

describe('the row of a check that has ended', () => {
  const layer = (name: Layer['layer'], status: Layer['status']): Layer => ({
    layer: name,
    status,
    code: status === 'pass' ? 'ok' : 'tls.timeout',
    ms: 1,
    detail: '',
  })
  const row = (findings: readonly Finding[]) => {
    const state: CheckState = {state: 'finished', findings, durationMs: 5}
    return checkRows({...EMPTY_SESSION, checks: new Map([['s3-buckets', state]])}, 0)[0]?.detail
  }
  const found = (status: Finding['status'], layers: readonly Layer[]) =>
    finding('s3-buckets', 'tls.timeout', {status, summary: 'x', evidence: {layers}})

  test.each<[string, readonly Finding[], string]>([
    ['open to the end', [found('pass', [layer('tcp', 'pass'), layer('http', 'pass')])], 'reached HTTP'],
    ['stopped', [found('fail', [layer('tcp', 'pass'), layer('tls', 'fail')])], 'stopped at TLS'],
    [
      'one of two stopped',
      [found('pass', [layer('http', 'pass')]), found('fail', [layer('tcp', 'fail')])],
      '1 of 2, stopped at TCP',
    ],
    ['not tested', [found('skip', [layer('dns', 'pass')])], ''],
  ])('says how far the way was open: %s', (_, findings, detail) => {
    expect(row(findings)).toBe(detail)
  })
})

test('every check is in a group', () => {
  const rows = CHECK_IDS.map(
    id => ({id, mark: 'pass', title: id, detail: '', transfer: null, flows: false, elapsedMs: 0}) as const,
  )
  const shown = checkItems(rows, 100).flatMap((item): CheckId[] =>
    item.kind === 'check' ? [item.row.id] : [],
  )
  expect(shown).toEqual(CHECK_IDS)
})

test.each([
  ['waiting', 'It has not begun yet.'],
  ['running', 'It is running.'],
] as const)('a check that is %s says so when unfolded', (mark, text) => {
  const row = {id: 'os', mark, title: 'os', detail: '', transfer: null, flows: false, elapsedMs: 0} as const
  expect(checkLines(row, [])[0]?.text).toBe(text)
})
