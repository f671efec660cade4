import {styleText} from 'node:util'
import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CauseCode, Status} from '../../src/contract/cause-codes.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {Finding} from '../../src/contract/finding.ts'
import type {Event} from '../../src/engine/events.ts'
import {progressLine} from '../../src/report/progress.ts'
import {BUCKETS, OPEN_443, PASSED, START, timedOut} from './parts.ts'

const found = (check: CheckId, code: CauseCode, status: Status) =>
  finding(check, code, {status, summary: 'It is so.'})

const applied = {id: '1', remedy: 'drs-443-out', at: '2026-11-22T20:54:05.000Z', persists: true}

describe('progressLine', () => {
  it.each<[Event, string | null]>([
    [{type: 'check-finished', check: 'os', findings: PASSED.os, durationMs: 12}, 'PASS   os'],
    [
      {type: 'check-finished', check: 's3-buckets', findings: PASSED['s3-buckets'], durationMs: 350},
      'PASS   s3-buckets: 6 of 6 targets OK (0.3 s)',
    ],
    [
      {
        type: 'check-finished',
        check: 's3-buckets',
        findings: [...PASSED['s3-buckets'], timedOut('s3-buckets', BUCKETS[0] ?? '')],
        durationMs: 5_100,
      },
      'FAIL   s3-buckets: 1 of 7 targets: no answer to the connection request [tcp.timeout] (5.1 s)',
    ],
    [{type: 'check-finished', check: 'os', findings: [], durationMs: 0}, 'PASS   os: nothing to check'],
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

  it.each<[name: string, findings: readonly Finding[], line: string]>([
    [
      'one warning',
      [found('os', 'os.unknown', 'warn')],
      'WARN   os: AWS does not list this system [os.unknown]',
    ],
    [
      'something that works, with a warning',
      [found('firewall-443', 'ok', 'warn')],
      'WARN   firewall-443: OK, with a warning',
    ],
    [
      'a check that waits',
      [{...found('drs-endpoint', 'firewall.drop', 'skip'), evidence: {waitsFor: 'firewall-443'}}],
      'SKIP   drs-endpoint: not tested because firewall-443 failed',
    ],
    [
      'nothing to connect to',
      [found('replication-1500', 'replication.not-tested', 'skip')],
      'SKIP   replication-1500: no replication server given [replication.not-tested]',
    ],
    [
      'two causes',
      [found('s3-buckets', 'tls.reset', 'fail'), found('s3-buckets', 'tcp.timeout', 'fail')],
      'FAIL   s3-buckets: 2 of 2 targets: the connection is cut off during the TLS handshake [tls.reset]; no answer to the connection request [tcp.timeout]',
    ],
    [
      'more causes, and a target that passes',
      [
        found('s3-buckets', 'ok', 'pass'),
        found('s3-buckets', 'tls.reset', 'fail'),
        found('s3-buckets', 'tls.reset', 'fail'),
        found('s3-buckets', 'tcp.timeout', 'fail'),
        found('s3-buckets', 'dns.timeout', 'fail'),
      ],
      'FAIL   s3-buckets: 4 of 5 targets: the connection is cut off during the TLS handshake [tls.reset]; no answer to the connection request [tcp.timeout]; and 1 more cause',
    ],
  ])('says in words %s', (_name, findings, line) => {
    const check = findings[0]?.check ?? 'os'
    expect(progressLine({type: 'check-finished', check, findings, durationMs: 49})).toBe(line)
  })

  it.each([
    [99, ''],
    [100, ' (0.1 s)'],
    [12_345, ' (12.3 s)'],
  ])('shows %i ms only where they are noticeable', (durationMs, shown) => {
    const event = {type: 'check-finished', check: 'os', findings: PASSED.os, durationMs} as const
    expect(progressLine(event)).toBe(`PASS   os${shown}`)
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
