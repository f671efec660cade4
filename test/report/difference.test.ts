import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {Finding} from '../../src/contract/finding.ts'
import {differenceBetween, differenceText} from '../../src/report/difference.ts'
import {BUCKETS, DROPPED, timedOut} from './parts.ts'

const dropped = finding('firewall-443', 'firewall.drop', {summary: '', evidence: {judgement: DROPPED}})
const passes = finding('firewall-443', 'ok', {summary: ''})
const [first = '', second = ''] = BUCKETS
const skipped = finding('s3-buckets', 'firewall.drop', {status: 'skip', target: first, summary: ''})
const silent = timedOut('s3-buckets', first)
const answers = finding('s3-buckets', 'ok', {target: first, summary: ''})
const warns = finding('os', 'os.unknown', {summary: ''})

describe('the difference between two runs', () => {
  it.each<[string, Finding[], Finding[], string]>([
    ['nothing changes', [dropped, warns], [dropped], 'no change'],
    ['a cause is gone', [dropped], [passes], '1 fixed'],
    ['a cause comes', [passes], [dropped], '1 new'],
    ['one goes and one comes', [dropped, skipped], [passes, silent], '1 fixed, 1 new'],
    ['a cause is not tested any more', [passes, silent], [dropped, skipped], '1 new'],
    ['a second target of the same cause', [silent], [silent, timedOut('s3-buckets', second)], 'no change'],
    ['one of two targets is fixed', [silent, timedOut('s3-buckets', second)], [silent], 'no change'],
    ['two causes are fixed', [dropped, silent], [passes, answers], '2 fixed'],
    [
      'another code for the same check',
      [finding('s3-buckets', 'tls.reset', {target: first, summary: ''})],
      [silent],
      '1 fixed, 1 new',
    ],
  ])('%s', (_, before, now, words) => {
    expect(differenceText(differenceBetween(before, now))).toBe(words)
  })
})
