import {finding} from '../../src/checks/finding.ts'
import type {CauseCode, Status} from '../../src/contract/cause-codes.ts'
import type {CheckOptions} from '../../src/contract/check-options.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {Layer, LayerName} from '../../src/contract/evidence.ts'
import type {Finding} from '../../src/contract/finding.ts'
import type {HostFacts} from '../../src/contract/host.ts'
import type {Answer, Judgement} from '../../src/contract/judgement.ts'
import type {Remedy} from '../../src/contract/remedy.ts'
import {DEFAULT_OPTIONS} from '../default-options.ts'

export const START = Date.UTC(2026, 10, 22, 20, 54, 3)

export const HOST: HostFacts = {
  hostname: 'web01',
  platform: 'linux',
  osId: 'debian',
  os: 'Debian GNU/Linux',
  osVersion: '12',
  kernel: '6.1.0-25-amd64',
  arch: 'x86_64',
  addresses: ['10.9.0.2'],
}

export const OPTIONS: CheckOptions = {
  ...DEFAULT_OPTIONS,
  region: 'eu-central-1',
  stagingSubnet: '10.20.0.0/16',
}

export const DRS = 'drs.eu-central-1.amazonaws.com'
export const BUCKETS = [
  'aws-drs-clients-eu-central-1',
  'aws-drs-clients-hashes-eu-central-1',
  'aws-drs-internal-eu-central-1',
  'aws-drs-internal-hashes-eu-central-1',
  'aws-elastic-disaster-recovery-eu-central-1',
  'aws-elastic-disaster-recovery-hashes-eu-central-1',
].map(bucket => `${bucket}.s3.eu-central-1.amazonaws.com`)
const INSTALLER =
  'https://aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com/latest/linux/aws-replication-installer-init'

export const ALLOWED: Answer = {
  verdict: 'allow',
  stage: null,
  blocker: null,
  how: null,
  redirectedTo: null,
  reason: 'No rule stops the connection.',
  unknownBecause: [],
  warnings: [],
}

export const DROPPED: Judgement = {
  ...ALLOWED,
  verdict: 'block',
  stage: 'out-syn',
  how: 'drop',
  blocker: {
    engine: 'iptables-nft',
    family: 'ip',
    table: 'filter',
    chain: 'OUTPUT',
    rule: 3,
    text: '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
  },
  reason: 'Rule 3 of OUTPUT drops the connection request.',
  parts: [],
}

export function layer(name: LayerName, ms: number, status: Status = 'pass', code: CauseCode = 'ok'): Layer {
  return {layer: name, status, code, ms, detail: ''}
}

const REACHED = [layer('dns', 3.2), layer('tcp', 12.1), layer('tls', 30.4), layer('http', 41)]

export const PASSED: Record<CheckId, readonly Finding[]> = {
  os: [
    finding('os', 'ok', {
      summary: 'Debian GNU/Linux 12 on x86_64 is supported by the agent.',
      durationMs: 2,
    }),
  ],
  privileges: [
    finding('privileges', 'ok', {summary: 'This run may read and change the firewall.', durationMs: 1}),
  ],
  'firewall-443': [
    finding('firewall-443', 'ok', {
      target: `${DRS} and 6 buckets`,
      summary: 'The host firewall allows TCP 443 out to every endpoint, and the replies in.',
      evidence: {judgement: {...ALLOWED, parts: []}},
      durationMs: 40,
    }),
  ],
  'firewall-1500': [
    finding('firewall-1500', 'ok', {
      target: '10.20.0.0/16',
      summary: 'The host firewall allows TCP 1500 out to 10.20.0.0/16, and the replies in.',
      evidence: {judgement: {...ALLOWED, parts: []}},
      durationMs: 4,
    }),
  ],
  'drs-endpoint': [
    finding('drs-endpoint', 'ok', {
      target: DRS,
      summary: `${DRS} answers.`,
      evidence: {layers: REACHED},
      durationMs: 87,
    }),
  ],
  's3-buckets': BUCKETS.map(host =>
    finding('s3-buckets', 'ok', {
      target: host,
      summary: `${host} answers.`,
      evidence: {layers: REACHED},
      durationMs: 90,
    }),
  ),
  'ec2-endpoint': [
    finding('ec2-endpoint', 'ok', {
      target: 'ec2.eu-central-1.amazonaws.com',
      summary: 'ec2.eu-central-1.amazonaws.com answers.',
      evidence: {layers: REACHED},
      durationMs: 88,
    }),
  ],
  'installer-download': [
    finding('installer-download', 'ok', {
      target: INSTALLER,
      summary: 'The installer (9.1 MB) was downloaded and matches its SHA-512.',
      durationMs: 1_403,
    }),
  ],
  'replication-1500': [
    finding('replication-1500', 'ok', {
      target: '10.20.0.7:1500',
      summary: '10.20.0.7:1500 answers.',
      evidence: {layers: [layer('tcp', 2)]},
      durationMs: 3,
    }),
  ],
}

/** TCP 1500 without an address to connect to. */
export const NOT_TESTED = finding('replication-1500', 'replication.not-tested', {
  summary: 'TCP 1500 was not tested: no replication server given.',
  nextStep: 'Run `nc -l 1500` on a machine in the staging area subnet and pass --replication-server HOST.',
})

export const OPEN_443: Remedy = {
  id: 'drs-443-out',
  title: 'Let TCP 443 out before rule 3 of OUTPUT',
  why: 'Rule 3 of OUTPUT drops TCP 443 to every address.',
  check: 'firewall-443',
  fixes: 'firewall.drop',
  risk: 'additive',
  steps: [
    {
      title: 'Insert the rule',
      do: [
        'iptables',
        '-w',
        '-I',
        'OUTPUT',
        '3',
        '-p',
        'tcp',
        '--dport',
        '443',
        '-m',
        'comment',
        '--comment',
        'drs-onboard drs-443-out',
        '-j',
        'ACCEPT',
      ],
      undo: [
        'iptables',
        '-w',
        '-D',
        'OUTPUT',
        '-p',
        'tcp',
        '--dport',
        '443',
        '-m',
        'comment',
        '--comment',
        'drs-onboard drs-443-out',
        '-j',
        'ACCEPT',
      ],
      alreadyDone: null,
      persists: false,
    },
  ],
}

/** What a network that drops 443 beyond this host does to a path. */
export function timedOut(check: CheckId, target: string, status?: Status): Finding {
  return finding(check, 'tcp.timeout', {
    target,
    ...(status ? {status} : {}),
    summary: `${target}:443 did not answer within 5 s.`,
    nextStep: `Ask the network team to allow TCP 443 from this server to ${target}.`,
    evidence: {
      layers: [layer('dns', 3), layer('tcp', 5_001, 'fail', 'tcp.timeout'), layer('tls', 0, 'skip')],
    },
    durationMs: 5_010,
  })
}
