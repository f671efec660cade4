import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {LiveProgress, mayDraw} from '../../../src/commands/run/live-progress.ts'
import type {Event} from '../../../src/engine/events.ts'
import {transferBar} from '../../../src/report/progress.ts'
import {FakeOutput} from '../../screens/fake-terminal.ts'

beforeEach(() => {
  vi.useFakeTimers({toFake: ['setInterval', 'clearInterval']})
  vi.stubEnv('TERM', 'xterm-256color')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

const STARTED: Event = {type: 'run-started', at: 0, checks: ['os', 's3-buckets', 'installer-download']}

const finished = (check: 'os' | 's3-buckets' | 'installer-download'): Event => ({
  type: 'check-finished',
  check,
  findings: [],
  durationMs: 1,
})

const received = (receivedBytes: number, totalBytes: number | null): Event => ({
  type: 'check-progress',
  check: 'installer-download',
  progress: {receivedBytes, totalBytes, bytesPerSecond: 4_000_000},
})

function live(columns = 80) {
  const output = new FakeOutput(columns, 10)
  const progress = new LiveProgress(output as unknown as NodeJS.WriteStream)
  return {output, progress, drawn: () => vi.advanceTimersByTime(125)}
}

describe('the last row', () => {
  test('counts checks below what was said of them, and is erased at the end', async () => {
    const {output, progress, drawn} = live()
    progress.tell(STARTED, null)
    drawn()
    await output.shows('0 of 3 checks')
    progress.tell(finished('os'), 'PASS   os')
    drawn()
    await output.shows('1 of 3 checks')
    expect(output.visible[0]).toBe('PASS   os')
    progress.tell(finished('s3-buckets'), 'PASS   s3-buckets')
    progress.tell(finished('installer-download'), 'PASS   installer-download')
    drawn()
    await vi.waitFor(() =>
      expect(output.visible).toEqual(['PASS   os', 'PASS   s3-buckets', 'PASS   installer-download']),
    )
  })

  test('has a bar where it is known how much there is to come, else bytes and rate', async () => {
    const {output, progress, drawn} = live()
    progress.tell(STARTED, null)
    progress.tell(received(12_000_000, null), null)
    drawn()
    await output.shows('0 of 3 checks  12.0 MB, 4.0 MB/s')
    expect(output.screen).not.toContain('%')
    progress.tell(received(12_000_000, 48_000_000), null)
    drawn()
    await output.shows('██░░░░░░░░  25 %  12.0 MB of 48.0 MB, 4.0 MB/s, 9 s left')
    progress.tell(finished('installer-download'), null)
    drawn()
    await output.shows('1 of 3 checks')
    expect(output.screen).not.toContain('%')
  })

  test('never takes a second row, however narrow the terminal', async () => {
    const {output, progress, drawn} = live(20)
    progress.tell(STARTED, null)
    progress.tell(received(12_000_000, 48_000_000), null)
    for (let times = 0; times < 5; times += 1) drawn()
    await output.shows('0 of 3 checks')
    expect(output.visible).toHaveLength(1)
    progress.stop()
    await vi.waitFor(() => expect(output.visible).toEqual([]))
  })

  test('is overwritten in one write, hides no cursor, and is not there before it is drawn', async () => {
    const {output, progress, drawn} = live()
    progress.tell(STARTED, 'first')
    expect(output.written).toBe('first\n')
    drawn()
    drawn()
    await vi.waitFor(() => expect(output.written.split('\r')).toHaveLength(3))
    expect(output.written).not.toContain('\u001B[?25')
    progress.stop()
    drawn()
    progress.stop()
    await vi.waitFor(() => expect(output.written).toMatch(/\r\S*\[K$/))
    expect(output.written.split('\r')).toHaveLength(4)
  })

  test('comes again with the checks of a fix', async () => {
    const {output, progress, drawn} = live()
    progress.tell({...STARTED, checks: ['os']}, null)
    progress.tell(finished('os'), 'PASS')
    progress.stop()
    progress.tell({...STARTED, checks: ['os', 's3-buckets']}, null)
    drawn()
    await output.shows('0 of 2 checks')
    progress.stop()
  })
})

test.each([
  [{TERM: 'xterm'}, true],
  [{TERM: 'linux'}, true],
  [{TERM: 'xterm', CI: 'false'}, true],
  [{TERM: 'xterm', CI: ''}, true],
  [{TERM: 'xterm', CI: 'true'}, false],
  [{TERM: 'xterm', CI: '1'}, false],
  [{TERM: 'dumb'}, false],
  [{}, false],
  [{TERM: 'xterm', ACCESSIBLE: '1'}, false],
])('drawn with %j: %s', (environment, may) => {
  expect(mayDraw({isTTY: true}, false, environment)).toBe(may)
  expect(mayDraw({isTTY: false}, false, environment)).toBe(false)
  expect(mayDraw({isTTY: true}, true, environment)).toBe(false)
})

test.each([
  [0, 10, '---------- |   0 %'],
  [5, 10, '#####----- |  50 %'],
  [10, 10, '########## | 100 %'],
  [12, 10, '########## | 100 %'],
  [999, 1_000, '#########- |  99 %'],
])('%i of %i bytes', (receivedBytes, totalBytes, bar) => {
  expect(transferBar({receivedBytes, totalBytes}, 10, false)).toBe(bar.replace('| ', ''))
})

test('there is no bar of an unknown size', () => {
  expect(transferBar({receivedBytes: 5, totalBytes: null}, 10, true)).toBeNull()
  expect(transferBar({receivedBytes: 0, totalBytes: 0}, 10, true)).toBeNull()
})
