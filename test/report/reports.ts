import {finding} from '../../src/checks/finding.ts'
import type {CheckOptions} from '../../src/contract/check-options.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {Finding} from '../../src/contract/finding.ts'
import type {HostFacts} from '../../src/contract/host.ts'
import type {Remedy} from '../../src/contract/remedy.ts'
import type {AppliedRemedy, Event} from '../../src/engine/events.ts'
import {EMPTY_SESSION, reduce, type Session} from '../../src/engine/session.ts'
import {buildReport} from '../../src/report/build.ts'
import {installCommand} from '../../src/report/install.ts'
import {nextCommand} from '../../src/report/next-command.ts'
import type {Report} from '../../src/report/report.ts'
import {redactOptions} from '../../src/report/scripted-equivalent.ts'
import {BUCKETS, DROPPED, DRS, HOST, layer, OPEN_443, OPTIONS, PASSED, START, timedOut} from './parts.ts'

type Changes = {
  readonly findings?: Partial<Record<CheckId, readonly Finding[]>>
  readonly host?: HostFacts
  readonly plan?: readonly Remedy[]
  readonly applied?: readonly AppliedRemedy[]
}

/** A finished session in which everything passed but what is given. */
export function session({findings = {}, host = HOST, plan, applied = []}: Changes = {}): Session {
  const all = {...PASSED, ...findings}
  const checks = Object.keys(all) as CheckId[]
  const events: Event[] = [
    {type: 'run-started', at: START, checks},
    {
      type: 'host-read',
      host,
      privileges: {elevated: true, user: 'root', sudoInstalled: true},
      firewall: {manager: null, engines: ['iptables-nft'], alsoWrittenBy: []},
    },
    ...checks.map(check => ({type: 'check-finished' as const, check, findings: all[check], durationMs: 10})),
    ...(plan ? [{type: 'planned' as const, plan: {remedies: plan}}] : []),
    ...applied.map(remedy => ({type: 'remedy-finished' as const, applied: remedy})),
    {type: 'run-finished', at: START + 5_230},
  ]
  return events.reduce(reduce, EMPTY_SESSION)
}

export function report(changes: Changes = {}, options: CheckOptions = OPTIONS): Report {
  const run = session(changes)
  const install = installCommand(changes.host ?? HOST, options)
  return buildReport(run, {
    tool: {name: 'drs-onboard', version: '0.1.0'},
    options: redactOptions(options),
    installCommand: install,
    next: nextCommand(run, options, {}, install),
    now: START,
  })
}

const WAITS = `This waits for firewall-443, which found the cause.`

const CERTIFICATE = {
  subject: 'drs.eu-central-1.amazonaws.com',
  issuer: 'CN=Corp | Inspection `CA`',
  validFrom: '2026-01-02T03:04:05.000Z',
  validTo: '2027-01-02T03:04:05.000Z',
  fingerprint: 'AB:CD',
}

function intercepted(check: CheckId, target: string): Finding {
  return finding(check, 'tls.intercepted', {
    target,
    summary: `The certificate of ${target} was issued by CN=Corp | Inspection \`CA\`, not by Amazon.`,
    nextStep: 'Ask the network team to exempt the endpoints of `drs-onboard endpoints` from TLS inspection.',
    evidence: {
      tls: {verified: true, version: 'TLSv1.3', roots: ['/etc/ssl/corp.pem'], chain: [CERTIFICATE]},
      layers: [layer('dns', 2), layer('proxy', 9), layer('tls', 18, 'fail', 'tls.intercepted')],
    },
  })
}

/** Every kind of run that the printers are held against. */
export const REPORTS = {
  ready: report(),
  'host firewall blocks': report({
    findings: {
      'firewall-443': [
        finding('firewall-443', 'firewall.drop', {
          target: `${DRS} and 6 buckets`,
          summary: "Rule 3 of this host's OUTPUT chain drops TCP 443 on its way out.",
          nextStep: 'Run `drs-onboard fix` to let TCP 443 out before that rule.',
          evidence: {judgement: DROPPED},
          remedies: [OPEN_443],
        }),
      ],
      'drs-endpoint': [
        finding('drs-endpoint', 'firewall.drop', {target: DRS, status: 'skip', summary: WAITS}),
      ],
      's3-buckets': BUCKETS.map(target =>
        finding('s3-buckets', 'firewall.drop', {target, status: 'skip', summary: WAITS}),
      ),
      'ec2-endpoint': [finding('ec2-endpoint', 'firewall.drop', {status: 'skip', summary: WAITS})],
      'installer-download': [
        finding('installer-download', 'firewall.drop', {status: 'skip', summary: WAITS}),
      ],
    },
    plan: [OPEN_443],
  }),
  'network beyond blocks': report({
    findings: {
      'drs-endpoint': [timedOut('drs-endpoint', DRS)],
      's3-buckets': BUCKETS.map(host => timedOut('s3-buckets', host)),
      'ec2-endpoint': [timedOut('ec2-endpoint', 'ec2.eu-central-1.amazonaws.com', 'warn')],
      'installer-download': [
        finding('installer-download', 'tcp.timeout', {
          status: 'skip',
          summary: 'This waits for s3-buckets: the installer bucket does not answer.',
        }),
      ],
    },
  }),
  repaired: report({
    plan: [OPEN_443],
    applied: [
      {
        id: '20261122T205405Z-1',
        remedy: 'drs-443-out',
        at: '2026-11-22T20:54:05.000Z',
        result: 'kept',
        reason: null,
        persists: false,
      },
    ],
  }),
  'rolled back, other troubles': report(
    {
      findings: {
        os: [
          finding('os', 'os.unknown', {
            summary: 'Debian GNU/Linux 14 is newer than the table of supported systems of 2026-08.',
            nextStep: 'Check the list of supported systems before you install.',
          }),
        ],
        privileges: [
          finding('privileges', 'check.crashed', {summary: 'The check failed: EIO: i/o error, read.'}),
        ],
        'drs-endpoint': [intercepted('drs-endpoint', DRS)],
        's3-buckets': BUCKETS.slice(0, 2).map(host => intercepted('s3-buckets', host)),
        'replication-1500': [
          finding('replication-1500', 'replication.no-listener', {
            target: '10.20.0.7:1500',
            summary: '10.20.0.7 refused TCP 1500: the path is open, nothing listens there.',
            evidence: {layers: [layer('tcp', 2, 'warn', 'replication.no-listener')]},
          }),
        ],
      },
      plan: [OPEN_443],
      applied: [
        {
          id: '20261122T205405Z-1',
          remedy: 'drs-443-out',
          at: '2026-11-22T20:54:05.000Z',
          result: 'rolled-back',
          reason: 'The path fails as before, so this host firewall was not the cause.',
          persists: false,
        },
      ],
    },
    {
      ...OPTIONS,
      dualstack: true,
      timeoutMs: 8_000,
      replicationServer: {host: '10.20.0.7', port: 1500},
      proxy: {url: 'http://svc-drs:hunter2@proxy.corp.example:3128', from: 'HTTPS_PROXY'},
    },
  ),
} as const satisfies Record<string, Report>
