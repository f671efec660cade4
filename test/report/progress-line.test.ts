import {styleText} from 'node:util'
import {describe, expect, it} from 'vitest'
import type {Event} from '../../src/engine/events.ts'
import {progressLine} from '../../src/report/progress-line.ts'
import {BUCKETS, OPEN_443, PASSED, START, timedOut} from './parts.ts'

const applied = {id: '1', remedy: 'drs-443-out', at: '2026-11-22T20:54:05.000Z', persists: true}

describe('progressLine', () => {
  it.each<[Event, string | null]>([
    [{type: 'check-finished', check: 'os', findings: PASSED.os, durationMs: 12}, 'PASS   os (0.0 s)'],
    [
      {type: 'check-finished', check: 's3-buckets', findings: PASSED['s3-buckets'], durationMs: 350},
      'PASS   s3-buckets: 6 of 6 targets (0.3 s)',
    ],
    [
      {
        type: 'check-finished',
        check: 's3-buckets',
        findings: [...PASSED['s3-buckets'], timedOut('s3-buckets', BUCKETS[0] ?? '')],
        durationMs: 5_100,
      },
      'FAIL   s3-buckets: 1 of 7 targets [tcp.timeout] (5.1 s)',
    ],
    [
      {type: 'check-finished', check: 'os', findings: [], durationMs: 0},
      'PASS   os: nothing to check (0.0 s)',
    ],
    [
      {type: 'remedy-finished', applied: {...applied, result: 'rolled-back', reason: 'It did not help.'}},
      'REVERTED  drs-443-out: It did not help.',
    ],
    [{type: 'remedy-finished', applied: {...applied, result: 'kept', reason: null}}, 'KEPT  drs-443-out'],
    [
      {
        type: 'check-progress',
        check: 'installer-download',
        progress: {receivedBytes: 12_300_000, totalBytes: 52_400_000, bytesPerSecond: 100_000},
      },
      '       installer-download: 12.3 MB of 52.4 MB, 0.1 MB/s, 7 min left',
    ],
    [{type: 'check-progress', check: 'drs-endpoint', progress: {layer: 'dns'}}, null],
    [{type: 'run-started', at: START, checks: []}, null],
  ])('%j', (event, line) => {
    expect(progressLine(event)).toBe(line)
  })

  it('names the step that is being taken', () => {
    const [step] = OPEN_443.steps
    if (!step) throw new Error('the remedy has a step')
    expect(progressLine({type: 'step-started', remedy: 'drs-443-out', index: 0, step})).toBe(
      'drs-443-out: Insert the rule',
    )
  })

  it('colours the status word only when asked', () => {
    const event = {type: 'check-finished', check: 'os', findings: PASSED.os, durationMs: 12} as const
    expect(progressLine(event, {color: true})).toBe(
      `${styleText('green', 'PASS ', {validateStream: false})}  ${progressLine(event)?.slice('PASS   '.length)}`,
    )
  })
})
