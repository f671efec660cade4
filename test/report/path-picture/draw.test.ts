import {describe, expect, it} from 'vitest'
import {CAUSES} from '../../../src/contract/cause-codes.ts'
import {drawRoutes} from '../../../src/report/path-picture/draw.ts'
import {type Found, routesOf} from '../../../src/report/path-picture/routes.ts'
import {DROPPED} from '../parts.ts'

const found = (
  check: Found['check'],
  status: Found['status'],
  code: Found['code'],
  evidence: Found['evidence'] = {},
  target: string | null = null,
): Found => ({check, target, status, code, owner: CAUSES[code].owner, evidence})

const picture = (findings: readonly Found[], columns = 80, unicode = true) =>
  drawRoutes(routesOf(findings), {columns, unicode}).map(({text}) => text)

describe('the picture of the network paths', () => {
  it('shows an open way', () => {
    expect(picture([found('firewall-443', 'pass', 'ok'), found('drs-endpoint', 'pass', 'ok')])).toEqual([
      'DRS, TCP 443',
      '  this server ──▶ host firewall ──▶ network ──▶ DRS endpoint',
      '                  open              open        open',
      'S3, TCP 443',
      '  this server ──▶ host firewall ┄┄┄ network     ┄┄┄ S3 buckets',
      '                  open              not checked     not checked',
    ])
  })

  it('names the rule where this server stops it, and tests nothing behind it', () => {
    const blocked = found('firewall-1500', 'fail', 'firewall.drop', {judgement: DROPPED})
    expect(picture([blocked, found('replication-1500', 'skip', 'firewall.drop')])).toEqual([
      'Replication, TCP 1500',
      '  this server ──✗ host firewall ┄┄┄ network     ┄┄┄ replication server',
      '                  BLOCKED           not checked     not checked',
      '                  firewall.drop',
      '  by iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
    ])
  })

  it('stands below each other where the window is narrow, in ASCII where it must', () => {
    const findings = [
      found('firewall-443', 'pass', 'ok'),
      found('s3-buckets', 'pass', 'ok'),
      found('s3-buckets', 'fail', 'tls.intercepted'),
    ]
    expect(picture(findings, 40, false).slice(-5)).toEqual([
      'S3, TCP 443',
      '  this server',
      '  --> host firewall  open',
      '  --X network        BLOCKED tls.intercepted',
      '  . . S3 buckets     not checked',
    ])
  })

  it('shows the proxy as a hop of its own', () => {
    const denied = found('drs-endpoint', 'fail', 'proxy.denied', {proxy: 'http://proxy:3128/'})
    expect(routesOf([denied])[0]?.hops.map(({name, state}) => `${name}: ${state}`)).toEqual([
      'host firewall: open',
      'network: open',
      'proxy: blocked',
      'DRS endpoint: not-checked',
    ])
  })

  it.each([
    ['dns.timeout', 1],
    ['tcp.timeout', 1],
    ['tcp.local-drop', 0],
    ['tls.reset', 1],
    ['tls.intercepted', 1],
    ['tls.expired', 2],
    ['s3.access-denied', 2],
    ['clock.skew', 2],
  ] as const)('%s stops it at hop %i', (code, at) => {
    const [route] = routesOf([found('drs-endpoint', 'fail', code)])
    expect(route?.hops.findIndex(({state}) => state === 'blocked')).toBe(at)
  })

  it('takes a connection that got through for proof that undecided rules let it pass', () => {
    const unclear = found('firewall-443', 'warn', 'firewall.unknown')
    const firewall = (path: Found) => routesOf([unclear, path])[0]?.hops[0]?.state
    expect(firewall(found('drs-endpoint', 'pass', 'ok'))).toBe('open')
    expect(firewall(found('drs-endpoint', 'fail', 'tls.expired'))).toBe('open')
    expect(firewall({...found('drs-endpoint', 'fail', 'tcp.timeout'), owner: null})).toBe('undecided')
  })

  it('calls the way open where nothing listens yet', () => {
    const refused = found('replication-1500', 'warn', 'replication.no-listener')
    expect(picture([found('firewall-1500', 'pass', 'ok'), refused])).toEqual([
      'Replication, TCP 1500',
      '  this server ──▶ host firewall ──▶ network ──▶ replication server',
      '                  open              open        open',
      '                                                replication.no-listener',
    ])
  })

  it('splits a row where targets differ, and names the rule only where it blocks', () => {
    const [a, b, c] = ['a.s3.example', 'b.s3.example', 'c.s3.example']
    const findings = [
      found('firewall-443', 'fail', 'firewall.drop', {judgement: DROPPED, hosts: [a]}),
      found('firewall-443', 'pass', 'ok', {hosts: [b, c]}),
      found('s3-buckets', 'skip', 'firewall.drop', {waitsFor: 'firewall-443'}, a),
      found('s3-buckets', 'pass', 'ok', {}, b),
      found('s3-buckets', 'pass', 'ok', {}, c),
      found('installer-download', 'skip', 'firewall.drop', {}, `https://${a}/latest/linux/x`),
    ]
    expect(picture(findings)).toEqual([
      'DRS, TCP 443',
      '  this server ──✗ host firewall ┄┄┄ network     ┄┄┄ DRS endpoint',
      '                  BLOCKED           not checked     not checked',
      '                  firewall.drop',
      '  by iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
      'S3, TCP 443',
      '  to a.s3.example',
      '  this server ──✗ host firewall ┄┄┄ network     ┄┄┄ S3 buckets',
      '                  BLOCKED           not checked     not checked',
      '                  firewall.drop',
      '  by iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
      'S3, TCP 443',
      '  to b.s3.example',
      '  to c.s3.example',
      '  this server ──▶ host firewall ──▶ network ──▶ S3 buckets',
      '                  open              open        open',
    ])
  })

  it('draws a target that passed as open, whatever rule stops another', () => {
    const findings = [
      found('firewall-443', 'fail', 'firewall.drop', {judgement: DROPPED}),
      found('drs-endpoint', 'pass', 'ok', {}, 'drs.example'),
    ]
    expect(routesOf(findings)[0]?.hops.map(({state}) => state)).toEqual(['open', 'open', 'open'])
  })

  it.each<[string, Found[], string[]]>([
    [
      'a check that did not end, behind a rule that blocks',
      [found('firewall-1500', 'fail', 'firewall.drop'), found('replication-1500', 'error', 'check.timeout')],
      ['blocked', 'undecided', 'not-checked'],
    ],
    [
      'a check that did not end, without its rules',
      [found('replication-1500', 'error', 'check.timeout')],
      ['not-checked', 'undecided', 'not-checked'],
    ],
    [
      'a packet that never left, whatever the rules say',
      [found('firewall-1500', 'pass', 'ok'), found('replication-1500', 'fail', 'tcp.local-drop')],
      ['blocked', 'not-checked', 'not-checked'],
    ],
    [
      'a failure that nobody can be named for',
      [{...found('replication-1500', 'fail', 'tcp.timeout'), owner: null}],
      ['not-checked', 'undecided', 'not-checked'],
    ],
    [
      'rules that were read, with nothing tried',
      [found('firewall-1500', 'pass', 'ok'), found('replication-1500', 'skip', 'replication.not-tested')],
      ['open', 'not-checked', 'not-checked'],
    ],
  ])('%s', (_, findings, states) => {
    expect(routesOf(findings)[0]?.hops.map(({state}) => state)).toEqual(states)
  })

  it('draws what is being tested while checks run', () => {
    const states = (running: Parameters<typeof routesOf>[1], findings: readonly Found[] = []) =>
      routesOf(findings, running)
        .at(-1)
        ?.hops.map(({state}) => state)
    expect(states(new Set(['firewall-1500', 'replication-1500']))).toEqual(['testing', 'testing', 'testing'])
    expect(states(new Set(['replication-1500']), [found('firewall-1500', 'pass', 'ok')])).toEqual([
      'open',
      'testing',
      'testing',
    ])
  })

  it('draws nothing where no check looked at a way', () => {
    expect(picture([found('os', 'pass', 'ok')])).toEqual([])
  })
})
