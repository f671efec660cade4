import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {Finding} from '../../src/contract/finding.ts'
import {gapsOf, outcomeOf} from '../../src/engine/outcome.ts'
import {NOT_TESTED, PASSED} from '../report/parts.ts'

type Changes = Partial<Record<CheckId, readonly Finding[]>>

/** Findings of a run in which everything passed but what is given. */
const run = (changes: Changes = {}): readonly Finding[] => Object.values({...PASSED, ...changes}).flat()

const warn = (check: CheckId, code: Parameters<typeof finding>[1]) =>
  finding(check, code, {status: 'warn', summary: ''})
const skip = (check: CheckId) => finding(check, 'firewall.drop', {status: 'skip', summary: ''})

describe('outcomeOf', () => {
  it.each<[string, Changes, string]>([
    ['all passed', {}, 'ready'],
    ['a warning', {os: [warn('os', 'os.unknown')]}, 'ready-with-warnings'],
    ['no check of EC2', {'ec2-endpoint': []}, 'ready'],
    [
      'nobody listens yet',
      {'replication-1500': [warn('replication-1500', 'replication.no-listener')]},
      'ready-with-warnings',
    ],
    ['TCP 1500 without a target', {'replication-1500': [NOT_TESTED]}, 'incomplete'],
    [
      'a refusal that proves nothing',
      {'replication-1500': [warn('replication-1500', 'tcp.refused')]},
      'incomplete',
    ],
    [
      'a bucket that AWS publishes no name of',
      {'s3-buckets': [warn('s3-buckets', 'region.data-unknown')]},
      'incomplete',
    ],
    [
      'an installer that AWS publishes no name of',
      {'installer-download': [warn('installer-download', 'region.data-unknown')]},
      'incomplete',
    ],
    ['no firewall check', {'firewall-443': []}, 'incomplete'],
    ['no path check', {'drs-endpoint': []}, 'incomplete'],
    ['no operating system', {os: []}, 'incomplete'],
    ['a skip without a failure', {'installer-download': [skip('installer-download')]}, 'incomplete'],
    [
      'a skip with its failure',
      {
        'firewall-443': [finding('firewall-443', 'firewall.drop', {summary: ''})],
        'drs-endpoint': [skip('drs-endpoint')],
      },
      'not-ready',
    ],
    [
      'rules that connections settle',
      {'firewall-443': [warn('firewall-443', 'firewall.unknown')]},
      'ready-with-warnings',
    ],
    [
      'rules that could not be read, settled',
      {'firewall-1500': [warn('firewall-1500', 'firewall.unreadable')]},
      'ready-with-warnings',
    ],
    [
      'rules and a refusal from the far end',
      {
        'firewall-1500': [warn('firewall-1500', 'firewall.unknown')],
        'replication-1500': [warn('replication-1500', 'replication.no-listener')],
      },
      'ready-with-warnings',
    ],
    [
      'rules that no connection settles',
      {'firewall-1500': [warn('firewall-1500', 'firewall.unknown')], 'replication-1500': [NOT_TESTED]},
      'incomplete',
    ],
    [
      'rules that a part of the connections leaves open',
      {'firewall-443': [warn('firewall-443', 'firewall.unreadable')], 's3-buckets': []},
      'incomplete',
    ],
    [
      'a failure beside a gap',
      {os: [], 'drs-endpoint': [finding('drs-endpoint', 'tcp.timeout', {summary: ''})]},
      'not-ready',
    ],
    [
      'a check that crashed',
      {'ec2-endpoint': [finding('ec2-endpoint', 'check.crashed', {summary: ''})]},
      'not-ready',
    ],
  ])('%s: %s', (_, changes, outcome) => {
    expect(outcomeOf(run(changes))).toBe(outcome)
  })

  it('says nothing good of a run without findings', () => {
    expect(outcomeOf([])).toBe('incomplete')
  })
})

it('names what was left open, with the target', () => {
  const rules = finding('firewall-1500', 'firewall.unreadable', {target: '10.20.0.0/16', summary: ''})
  expect(gapsOf(run({os: [], 'firewall-1500': [rules], 'replication-1500': [NOT_TESTED]}))).toEqual([
    {check: 'os', target: null, reason: 'left-out'},
    {check: 'firewall-1500', target: '10.20.0.0/16', reason: 'unreadable'},
    {check: 'replication-1500', target: null, reason: 'no-target'},
  ])
})
