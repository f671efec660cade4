import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {Finding} from '../../src/contract/finding.ts'
import type {Blocker} from '../../src/contract/judgement.ts'
import {groupByCause} from '../../src/report/groups.ts'
import {BUCKETS, DROPPED, DRS, timedOut} from './parts.ts'
import {report} from './reports.ts'

const BLOCKER: Blocker = {
  engine: 'nft',
  family: 'inet',
  table: 'filter',
  chain: 'output',
  rule: 1,
  text: 'tcp dport 443 drop',
}

function dropped(target: string, blocker: Blocker): Finding {
  const evidence = {judgement: {...DROPPED, blocker}}
  return finding('firewall-443', 'firewall.drop', {target, summary: 'Dropped.', evidence})
}

function sizes(findings: readonly Finding[]): readonly number[] {
  const own = new Set(findings.map(({target}) => target))
  const built = report({
    findings: Object.fromEntries(
      [...new Set(findings.map(({check}) => check))].map(id => [
        id,
        findings.filter(({check}) => check === id),
      ]),
    ),
  })
  return groupByCause(built.findings.filter(({target}) => own.has(target))).map(
    group => group.findings.length,
  )
}

describe('groupByCause', () => {
  it('takes one code on the way out of this host for one cause, whichever check found it', () => {
    expect(
      sizes([timedOut('drs-endpoint', DRS), ...BUCKETS.map(host => timedOut('s3-buckets', host))]),
    ).toEqual([7])
  })

  it('keeps warnings apart from failures', () => {
    expect(sizes([timedOut('drs-endpoint', DRS), timedOut('ec2-endpoint', 'ec2.example', 'warn')])).toEqual([
      1, 1,
    ])
  })

  it('keeps the data path apart, which has its own way', () => {
    expect(sizes([timedOut('drs-endpoint', DRS), timedOut('replication-1500', '10.20.0.7:1500')])).toEqual([
      1, 1,
    ])
  })

  it.each<[string, Partial<Blocker>, readonly number[]]>([
    ['the same rule', {}, [2]],
    ['another rule', {rule: 2}, [1, 1]],
    ['another chain', {chain: 'egress'}, [1, 1]],
    ['another engine', {engine: 'iptables-nft'}, [1, 1]],
  ])('compares the rules that block: %s', (_, change, expected) => {
    expect(sizes([dropped('192.0.2.1', BLOCKER), dropped('192.0.2.2', {...BLOCKER, ...change})])).toEqual(
      expected,
    )
  })
})
