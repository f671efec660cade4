import {describe, expect, test} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CauseCode} from '../../src/contract/cause-codes.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {Evidence} from '../../src/contract/evidence.ts'
import type {Finding} from '../../src/contract/finding.ts'
import {conclusionsOf} from '../../src/report/conclusions.ts'
import {printMarkdown} from '../../src/report/markdown/markdown.ts'
import {requestNotes, requestSheets, requestTexts} from '../../src/report/request-sheet.ts'
import {printText} from '../../src/report/text/text.ts'
import {report} from './reports.ts'

const DRS = 'drs.eu-central-1.amazonaws.com'
const BUCKET = 'aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com'
const FROM = {from: '10.9.0.2'}
const PROXY = {...FROM, proxy: 'http://10.30.0.8:3128/'}

const attempt = (address: string) => ({address, outcome: 'timeout', errno: 'ETIMEDOUT', ms: 5000})

const found = (check: CheckId, code: CauseCode, target: string, evidence: Evidence = FROM): Finding =>
  finding(check, code, {target, summary: 'It does not work.', evidence: {layers: [], ...evidence}})

const sheetsOf = (...findings: readonly Finding[]) => {
  const byCheck = Object.fromEntries(
    findings.map(({check}) => [check, findings.filter(each => each.check === check)]),
  )
  return requestSheets(report({findings: byCheck}))
}

describe('requestSheets', () => {
  test.each<[string, Finding, string, object]>([
    [
      'asks the network team for a host of AWS, and says what it is for',
      found('drs-endpoint', 'tcp.timeout', DRS),
      'network-team',
      {request: 'allow', from: '10.9.0.2', to: DRS, port: 443, reason: 'agent installation and control'},
    ],
    [
      'knows the host of an object',
      found('installer-download', 'installer.hash-mismatch', `https://${BUCKET}/latest/linux/installer`),
      'network-team',
      {request: 'exempt from scanning', to: BUCKET, port: 443, reason: 'agent installer'},
    ],
    [
      'asks for TCP 1500 to all of the staging area subnet',
      found('replication-1500', 'tcp.timeout', '10.20.0.10:1500'),
      'network-team',
      {from: '10.9.0.2', to: '10.20.0.0/16', port: 1500, reason: expect.stringContaining('without proxy')},
    ],
    [
      'asks the team of the proxy on behalf of the proxy',
      found('drs-endpoint', 'proxy.denied', DRS, PROXY),
      'proxy-team',
      {request: 'allow in the proxy', from: '10.30.0.8', to: DRS, port: 443},
    ],
    [
      'asks for the way to a proxy that is not reached',
      found('drs-endpoint', 'proxy.unreachable', DRS, PROXY),
      'proxy-team',
      {request: 'allow', from: '10.9.0.2', to: '10.30.0.8', port: 3128},
    ],
    [
      'asks for exemption from inspection',
      found('drs-endpoint', 'tls.intercepted', DRS),
      'network-team',
      {request: 'exempt from TLS inspection', to: DRS},
    ],
  ])('%s', (_, given, owner, row) => {
    expect(sheetsOf(given)).toMatchObject([{owner, rows: [{protocol: 'TCP', ...row}]}])
  })

  test.each<[string, string, Evidence, readonly string[]]>([
    ['an IPv6 server beside an IPv4 subnet', '[fd00:20::10]:1500', FROM, ['10.20.0.0/16', 'fd00:20::10']],
    ['an address outside', '10.30.0.10:1500', FROM, ['10.20.0.0/16', '10.30.0.10']],
    ['an IPv4-mapped address inside', '[::ffff:10.20.0.10]:1500', FROM, ['10.20.0.0/16']],
    [
      'a name that leads inside',
      'rs.example:1500',
      {...FROM, attempts: [attempt('10.20.9.9')]},
      ['10.20.0.0/16'],
    ],
    [
      'a name that leads outside',
      'rs.example:1500',
      {...FROM, attempts: [attempt('10.30.9.9')]},
      ['10.20.0.0/16', 'rs.example'],
    ],
    ['a name that was not tried', 'rs.example:1500', FROM, ['10.20.0.0/16']],
  ])('%s: asks for the subnet, and for the server where that is not in it', (_, target, evidence, hosts) => {
    const server = found('replication-1500', 'tcp.timeout', target, evidence)
    expect(sheetsOf(server)[0]?.rows.map(({to}) => to)).toEqual(hosts)
    const says = conclusionsOf(report({findings: {'replication-1500': [server]}})).join(' ')
    expect(says.includes('is not in the staging area subnet 10.20.0.0/16')).toBe(hosts.length > 1)
  })

  test('asks once for a proxy that keeps several targets from being reached', () => {
    const [sheet, ...more] = sheetsOf(
      found('drs-endpoint', 'proxy.unreachable', DRS, PROXY),
      found('s3-buckets', 'proxy.unreachable', BUCKET, PROXY),
    )
    expect(more).toEqual([])
    expect(sheet?.rows).toHaveLength(1)
  })

  test.each([
    ['what passed', found('drs-endpoint', 'ok', DRS)],
    ["this host's own", found('drs-endpoint', 'clock.skew', DRS)],
    ['credentials', found('drs-endpoint', 'proxy.auth-required', DRS, PROXY)],
  ])('asks nobody for %s', (_, given) => {
    expect(sheetsOf(given)).toEqual([])
  })
})

test('the sheet is part of the summary, as text and as Markdown', () => {
  const given = report({findings: {'drs-endpoint': [found('drs-endpoint', 'tcp.timeout', DRS)]}})
  const text = printText(given)
  expect(text).toContain(
    `For the network team:\n  allow: TCP 443 from 10.9.0.2 to ${DRS}\n    for agent installation`,
  )
  for (const note of requestNotes(requestSheets(given))) expect(text.replace(/\s+/g, ' ')).toContain(note)
  expect(printMarkdown(given)).toContain(
    `| allow | \`10.9.0.2\` | \`${DRS}\` | 443 | TCP | agent installation and control |`,
  )
  expect(printText(report())).not.toContain('Requests for other teams')
})

test('a request is text for a ticket, one for each team, without credentials', () => {
  const findings = {
    'drs-endpoint': [found('drs-endpoint', 'tcp.timeout', DRS)],
    'ec2-endpoint': [found('ec2-endpoint', 'proxy.denied', 'ec2.eu-central-1.amazonaws.com', PROXY)],
  }
  const texts = requestTexts(report({findings}))
  expect(texts.map(({to}) => to)).toEqual(['network team', 'proxy team'])
  expect(texts.map(({text}) => text).join('\n\n')).toMatchInlineSnapshot(`
    "For the network team: AWS Elastic Disaster Recovery, server web01, Region eu-central-1
    - allow: TCP 443 from 10.9.0.2 to drs.eu-central-1.amazonaws.com (for agent installation and control)
    Allow return traffic.
    The addresses behind AWS's names change: allow the names, or the ranges that AWS publishes (https://ip-ranges.amazonaws.com/ip-ranges.json).

    For the proxy team: AWS Elastic Disaster Recovery, server web01, Region eu-central-1
    - allow in the proxy: TCP 443 from 10.30.0.8 to ec2.eu-central-1.amazonaws.com (for EC2 API calls of the replication servers)
    Allow return traffic.
    The addresses behind AWS's names change: allow the names, or the ranges that AWS publishes (https://ip-ranges.amazonaws.com/ip-ranges.json)."
  `)
})
