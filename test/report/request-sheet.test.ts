import {describe, expect, test} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CauseCode} from '../../src/contract/cause-codes.ts'
import type {CheckId} from '../../src/contract/check-ids.ts'
import type {Evidence, Finding} from '../../src/contract/finding.ts'
import {printMarkdown} from '../../src/report/markdown.ts'
import {requestNotes, requestSheets} from '../../src/report/request-sheet.ts'
import {printText} from '../../src/report/text.ts'
import {report} from './reports.ts'

const DRS = 'drs.eu-central-1.amazonaws.com'
const BUCKET = 'aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com'
const FROM = {from: '10.9.0.2'}
const PROXY = {...FROM, proxy: 'http://10.30.0.8:3128/'}

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
      'asks for TCP 1500 to a server of the staging area',
      found('replication-1500', 'tcp.timeout', '10.20.0.10:1500'),
      'network-team',
      {from: '10.9.0.2', to: '10.20.0.10', port: 1500, reason: expect.stringContaining('without proxy')},
    ],
    [
      'writes an IPv6 address without brackets',
      found('replication-1500', 'tcp.unreachable', '[fd00:20::10]:1500'),
      'network-team',
      {request: 'route and allow', to: 'fd00:20::10', port: 1500},
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

  test('asks once for a proxy that keeps several targets from being reached', () => {
    const [sheet, ...more] = sheetsOf(
      found('drs-endpoint', 'proxy.unreachable', DRS, PROXY),
      found('s3-buckets', 'proxy.unreachable', BUCKET, PROXY),
    )
    expect(more).toEqual([])
    expect(sheet?.rows).toHaveLength(1)
  })

  test.each([
    ['what is in order', found('drs-endpoint', 'ok', DRS)],
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
