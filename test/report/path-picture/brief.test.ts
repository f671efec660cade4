import {expect, test} from 'vitest'
import {CAUSES} from '../../../src/contract/cause-codes.ts'
import {briefRoutes} from '../../../src/report/path-picture/brief.ts'
import {type Found, routesOf} from '../../../src/report/path-picture/routes.ts'

const found = (
  check: Found['check'],
  status: Found['status'],
  code: Found['code'],
  target: string | null = null,
): Found => ({check, target, status, code, owner: CAUSES[code].owner, evidence: {}})

const OPEN_443 = found('firewall-443', 'pass', 'ok')
const BLOCKED_443 = found('firewall-443', 'fail', 'firewall.drop')
const OPEN_1500 = found('firewall-1500', 'pass', 'ok')
const UNTESTED_1500 = found('replication-1500', 'skip', 'replication.not-tested')

test.each<[string, readonly Found[], columns: number, text: string | null, state: string | null]>([
  ['nothing looked at', [], 80, null, null],
  [
    'all open',
    [OPEN_443, found('drs-endpoint', 'pass', 'ok'), found('s3-buckets', 'pass', 'ok')],
    80,
    'DRS open · S3 open',
    'open',
  ],
  [
    'a block, without the hop where it does not fit',
    [BLOCKED_443, OPEN_1500, UNTESTED_1500],
    80,
    'DRS BLOCKED · S3 BLOCKED · Replication not checked',
    'blocked',
  ],
  [
    'the same in a wide window',
    [BLOCKED_443, OPEN_1500, UNTESTED_1500],
    100,
    'DRS BLOCKED (host firewall) · S3 BLOCKED (host firewall) · Replication not checked',
    'blocked',
  ],
  [
    'the same in a narrow one, by state',
    [BLOCKED_443, OPEN_1500, UNTESTED_1500],
    40,
    'BLOCKED DRS, S3 · not checked 1500',
    'blocked',
  ],
  [
    'the worst of what goes different ways',
    [
      OPEN_443,
      found('drs-endpoint', 'pass', 'ok'),
      found('s3-buckets', 'pass', 'ok', 'one.example'),
      found('s3-buckets', 'fail', 'tcp.timeout', 'two.example'),
    ],
    80,
    'DRS open · S3 BLOCKED (network)',
    'blocked',
  ],
])('%s', (_, findings, columns, text, state) => {
  const row = briefRoutes(routesOf(findings), columns)
  expect(row && {text: row.text, state: row.state}).toEqual(text === null ? null : {text, state})
})

test('what is still to be tested', () => {
  const running = new Set(['firewall-443', 'drs-endpoint', 's3-buckets', 'replication-1500'] as const)
  expect(briefRoutes(routesOf([], running), 40)?.text).toBe('testing DRS, S3, 1500')
})
