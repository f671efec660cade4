import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {Finding} from '../../src/contract/finding.ts'
import type {Blocker} from '../../src/contract/judgement.ts'
import {groupByCause, namedTargets} from '../../src/report/groups.ts'
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

  it('makes of one proxy that blocks one cause with eight targets, those that only warn included', () => {
    const denied = (check: CheckId, target: string, status?: 'warn') =>
      finding(check, 'proxy.denied', {target, summary: `${target} is denied.`, ...(status && {status})})
    const findings = [
      denied('ec2-endpoint', 'ec2.eu-central-1.amazonaws.com', 'warn'),
      denied('drs-endpoint', DRS),
      ...BUCKETS.map(host => denied('s3-buckets', host)),
    ]
    const [group, ...others] = groupByCause(findings)
    expect(others).toEqual([])
    expect(group).toMatchObject({status: 'fail', code: 'proxy.denied', owner: 'proxy-team'})
    expect(group && namedTargets(group)).toHaveLength(8)
    expect(group?.findings.map(({status}) => status)).toEqual([...Array(7).fill('fail'), 'warn'])
  })

  it('keeps what waits for a cause apart from the cause', () => {
    expect(
      sizes([timedOut('drs-endpoint', DRS), timedOut('installer-download', 'https://x.example/', 'skip')]),
    ).toEqual([1, 1])
  })

  it('keeps a warning that says only that something else is odd apart', () => {
    const odd = finding('drs-endpoint', 'proxy.address', {target: 'http://p:3128', summary: 'No slash.'})
    expect(sizes([timedOut('ec2-endpoint', 'ec2.example', 'warn'), odd])).toEqual([1, 1])
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
