import {describe, expect, it} from 'vitest'
import {drawRoutes} from '../../../src/report/path-picture/draw.ts'
import {type Found, routesOf} from '../../../src/report/path-picture/routes.ts'
import {DROPPED} from '../parts.ts'

const found = (
  check: Found['check'],
  status: Found['status'],
  code: Found['code'],
  evidence: Found['evidence'] = {},
): Found => ({check, target: null, status, code, evidence})

const picture = (findings: readonly Found[], columns = 80, unicode = true) =>
  drawRoutes(routesOf(findings), {columns, unicode}).map(({text}) => text)

describe('the picture of the ways out', () => {
  it('shows an open way', () => {
    expect(picture([found('firewall-443', 'pass', 'ok'), found('drs-endpoint', 'pass', 'ok')])).toEqual([
      'DRS, TCP 443',
      '  this server ──▶ host firewall ──▶ network ──▶ DRS endpoint',
      '                  open              open        open',
      'S3, TCP 443',
      '  this server ──▶ host firewall ┄┄┄ network    ┄┄┄ S3 buckets',
      '                  open              not tested     not tested',
    ])
  })

  it('names the rule where this server stops it, and tests nothing behind it', () => {
    const blocked = found('firewall-1500', 'fail', 'firewall.drop', {judgement: DROPPED})
    expect(picture([blocked, found('replication-1500', 'skip', 'firewall.drop')])).toEqual([
      'Replication, TCP 1500',
      '  this server ──✗ host firewall ┄┄┄ network    ┄┄┄ replication server',
      '                  BLOCKED           not tested     not tested',
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
      '  . . S3 buckets     not tested',
    ])
  })

  it('shows the proxy as a hop of its own', () => {
    const denied = found('drs-endpoint', 'fail', 'proxy.denied', {proxy: 'http://proxy:3128/'})
    expect(routesOf([denied])[0]?.hops.map(({name, state}) => `${name}: ${state}`)).toEqual([
      'host firewall: open',
      'network: open',
      'proxy: blocked',
      'DRS endpoint: not-tested',
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
    expect(firewall(found('drs-endpoint', 'fail', 'tcp.timeout'))).toBe('unknown')
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

  it('draws nothing where no check looked at a way', () => {
    expect(picture([found('os', 'pass', 'ok')])).toEqual([])
  })
})
