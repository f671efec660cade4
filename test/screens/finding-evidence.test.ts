import {describe, expect, test} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {Evidence} from '../../src/contract/evidence.ts'
import type {Finding} from '../../src/contract/finding.ts'
import {findingGroups, groupLines, groupTitle} from '../../src/screens/checks/finding-groups.ts'
import {findingLines} from '../../src/screens/checks/finding-lines.ts'
import {causeLines} from '../../src/screens/ending/summary-lines.ts'
import type {Line} from '../../src/screens/ui/lines.ts'
import {BLOCKED, HEALTHY} from './scripted-findings.ts'

const said = (lines: readonly Line[]) => lines.map(({label = '', text}) => `${label.trim()}|${text}`)

const linesWith = (evidence: Evidence) =>
  said(findingLines(finding('drs-endpoint', 'tls.intercepted', {summary: 'x', evidence})))

const TARGETS = ['drs', 'clients', 'hashes', 'internal', 'internal-hashes', 'drs-eu', 'drs-eu-hashes', 'ec2']

/** A proxy that lets nothing of AWS through. */
const DENIED: readonly Finding[] = TARGETS.map((name, at) =>
  finding(at === 0 ? 'drs-endpoint' : name === 'ec2' ? 'ec2-endpoint' : 's3-buckets', 'proxy.denied', {
    target: `${name}.eu-west-1.amazonaws.com`,
    summary: `http://proxy.corp.example:3128/ denies ${name}.eu-west-1.amazonaws.com (403).`,
    nextStep: `Ask the proxy team to allow ${name}.eu-west-1.amazonaws.com.`,
    evidence: {proxy: 'http://proxy.corp.example:3128/', http: {status: 403, headers: {server: 'squid'}}},
    ...(name === 'ec2' ? {status: 'warn' as const} : {}),
  }),
)

describe('findings with one cause', () => {
  test('are one row, worst first; what passed is one row a check', () => {
    const groups = findingGroups([
      ...HEALTHY.os,
      ...HEALTHY['s3-buckets'],
      ...BLOCKED['firewall-1500'],
      ...DENIED,
    ])
    expect(groups.map(group => `${group.status} ${groupTitle(group)}`)).toEqual([
      'fail Host firewall, TCP 1500 out · 10.20.0.0/24',
      'fail The proxy denies the connection · 8 targets',
      'pass Operating system',
      'pass S3 buckets · 3 targets',
    ])
  })

  test('name every target once, and tell what proves it for the first', () => {
    const [group] = findingGroups(DENIED)
    const lines = said(group ? groupLines(group) : [])
    expect(lines.slice(0, 3)).toEqual([
      '|http://proxy.corp.example:3128/ denies drs.eu-west-1.amazonaws.com (403). (Same for the other targets.)',
      'Next step|Ask the proxy team to allow drs.eu-west-1.amazonaws.com. (Same for the other targets.)',
      'Owner|proxy team',
    ])
    expect(lines.filter(line => /^(Targets)?\|\S+\.amazonaws\.com$/.test(line))).toHaveLength(8)
    expect(lines).toContain('|Measured for drs.eu-west-1.amazonaws.com:')
    expect(lines).toContain('Answer|HTTP 403; server: squid')
  })
})

describe('the evidence of a finding', () => {
  test('has the certificates up to the end of the chain', () => {
    const certificate = {validFrom: '2026-01-02T03:04:05.000Z', validTo: null, fingerprint: 'AB:CD'}
    const lines = linesWith({
      tls: {
        verified: false,
        roots: [],
        error: 'SELF_SIGNED_CERT_IN_CHAIN',
        chain: [
          {...certificate, subject: 'drs.eu-west-1.amazonaws.com', issuer: 'Corp Inspection'},
          {...certificate, subject: 'Corp Inspection', issuer: 'Corp Root'},
          {...certificate, subject: 'Corp Root', issuer: 'Corp Root'},
        ],
      },
    })
    expect(lines).toEqual(
      expect.arrayContaining([
        'Certificate|drs.eu-west-1.amazonaws.com',
        'Issued by|Corp Inspection',
        '|which is issued by Corp Root',
        '|which is self-issued',
        'Valid|2026-01-02 to an unreadable date',
        'TLS|SELF_SIGNED_CERT_IN_CHAIN, not trusted by this server',
      ]),
    )
  })

  test('has what the resolver said, and every address that was tried', () => {
    const lines = linesWith({
      nameServers: ['10.0.0.2'],
      addresses: ['192.0.2.1', '192.0.2.2'],
      attempts: [
        {address: '192.0.2.1', outcome: 'timeout', errno: 'ETIMEDOUT', ms: 5000.4},
        {address: '192.0.2.2', outcome: 'connected', errno: null, ms: 12},
      ],
    })
    expect(lines).toEqual(
      expect.arrayContaining([
        'Name servers|10.0.0.2',
        'Addresses|192.0.2.1, 192.0.2.2',
        'Tried|192.0.2.1: timeout (ETIMEDOUT), 5000 ms',
        '|192.0.2.2: connected, 12 ms',
      ]),
    )
  })

  test.each<[string, Evidence, string]>([
    ['open', {direct: {code: 'ok', detail: 'HTTP 403'}}, 'Without proxy|OK (HTTP 403)'],
    [
      'closed',
      {direct: {code: 'tcp.timeout', detail: 'no answer'}},
      'Without proxy|no answer to the connection request (no answer)',
    ],
    [
      'as judged',
      {direct: [{verdict: 'block', reason: 'Rule 3 drops it.'}]},
      'Without proxy|block: Rule 3 drops it.',
    ],
  ])('has the way past a proxy: %s', (_, evidence, line) => {
    expect(linesWith(evidence)).toContain(line)
  })

  test('has the statement that a policy lacks, to be copied', () => {
    const missingStatement = {
      Effect: 'Allow',
      Principal: {AWS: '*'},
      Action: 's3:GetObject',
      Resource: ['arn:aws:s3:::bucket/*'],
    }
    expect(linesWith({missingStatement})).toContain(`To be added|${JSON.stringify(missingStatement)}`)
  })

  test('has the rule that blocks between its neighbours, and marks it', () => {
    const [blocked] = BLOCKED['firewall-443']
    const neighbours = [
      {number: 2, text: '-A OUTPUT -p udp -j ACCEPT', decides: false},
      {number: 3, text: '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP', decides: true},
      {number: 'policy', text: '-P OUTPUT ACCEPT', decides: false},
    ] as const
    const lines = blocked ? findingLines({...blocked, evidence: {...blocked.evidence, neighbours}}) : []
    const at = lines.findIndex(({label}) => label?.startsWith('Blocked by'))
    expect(lines.slice(at + 1, at + 4)).toEqual([
      {label: '       2 ', spoken: '2', text: neighbours[0].text, indent: 2, tone: 'plain'},
      {label: '>      3 ', spoken: 'This one, 3', text: neighbours[1].text, indent: 2, tone: 'caution'},
      {label: '  policy ', spoken: 'policy', text: neighbours[2].text, indent: 2, tone: 'plain'},
    ])
  })

  test('names what keeps the next hop from being found as what may stop it', () => {
    const [blocked] = BLOCKED['firewall-443']
    const judgement = blocked?.evidence.judgement
    if (!judgement?.blocker) throw new Error('nothing blocks')
    const {blocker} = judgement
    const neighbourDiscovery = {nextHop: 'fe80::1', icmpv6Type: 135, way: 'out', blocker} as const
    const lines = linesWith({
      judgement: {...judgement, blocker: null, verdict: 'unknown', neighbourDiscovery},
    })
    expect(lines).toContain('May stop it|rule 3 of chain OUTPUT, table filter (iptables-nft, ip)')
  })
})

test('the summary counts a target that only warns among those of its cause', () => {
  expect(said(causeLines(DENIED, 'found'))).toEqual([
    '|DRS endpoint, S3 buckets, EC2 endpoint (8 targets): http://proxy.corp.example:3128/ denies drs.eu-west-1.amazonaws.com (403). (Same for the other targets.)',
  ])
})
