import {finding} from '../../src/checks/finding.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {SurroundingRule} from '../../src/contract/evidence.ts'
import type {Finding} from '../../src/contract/finding.ts'
import type {Judgement} from '../../src/contract/judgement.ts'
import type {Remedy, Step} from '../../src/contract/remedy.ts'

export function remedy(id: string, port: number, risk: Remedy['risk'] = 'additive'): Remedy {
  const rule = ['-p', 'tcp', '--dport', String(port), '-m', 'comment', '--comment', id, '-j', 'ACCEPT']
  return {
    id,
    title: risk === 'additive' ? `Allow outbound TCP ${port}` : `Remove the rule that forbids TCP ${port}`,
    why: `Rule 3 of chain OUTPUT drops new connections to TCP ${port}.`,
    check: port === 1500 ? 'firewall-1500' : 'firewall-443',
    fixes: 'firewall.drop',
    risk,
    steps: [
      {
        title: `Accept TCP ${port} ahead of the blocking rule`,
        do: ['iptables', '-w', '-I', 'OUTPUT', '3', ...rule],
        undo: ['iptables', '-w', '-D', 'OUTPUT', ...rule],
        alreadyDone: ['iptables', '-w', '-C', 'OUTPUT', ...rule],
        persists: false,
      },
    ],
    preview: [{of: 'chain OUTPUT, table filter (iptables-nft, ip)', lines: diffOf(id, port, risk)}],
  }
}

function diffOf(id: string, port: number, risk: Remedy['risk']): readonly string[] {
  const before = [' -A OUTPUT -o lo -j ACCEPT', ' -A OUTPUT -p udp -m udp --dport 53 -j ACCEPT']
  const rule = `-A OUTPUT -p tcp -m tcp --dport ${port}`
  if (risk === 'disruptive') return ['@@ -1,4 +1,3 @@', ...before, `-${rule} -j DROP`, ' -P OUTPUT ACCEPT']
  return [
    '@@ -1,4 +1,5 @@',
    ...before,
    `+${rule} -m comment --comment "${id}" -j ACCEPT`,
    ` ${rule} -j DROP`,
    ' -P OUTPUT ACCEPT',
  ]
}

const NEIGHBOURS: readonly SurroundingRule[] = [
  {number: 1, text: '-A OUTPUT -o lo -j ACCEPT', decides: false},
  {number: 2, text: '-A OUTPUT -p udp -m udp --dport 53 -j ACCEPT', decides: false},
  {number: 3, text: '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP', decides: true},
  {number: 'policy', text: '-P OUTPUT ACCEPT', decides: false},
]

const judgement: Judgement = {
  verdict: 'block',
  stage: 'out-syn',
  blocker: {
    engine: 'iptables-nft',
    family: 'ip',
    table: 'filter',
    chain: 'OUTPUT',
    rule: 3,
    text: '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
  },
  how: 'drop',
  redirectedTo: null,
  reason: 'Rule 3 of chain OUTPUT drops the packet.',
  unknownBecause: [],
  warnings: [],
  parts: [],
}

export const ALLOW_443 = remedy('drs-443', 443)
export const ALLOW_1500 = remedy('drs-1500', 1500)
export const REMOVE_DENY = remedy('drs-deny', 443, 'disruptive')

const ok = (check: CheckId, summary: string, target: string | null = null): Finding =>
  finding(check, 'ok', {summary, target, durationMs: 120})

const DIGEST = 'ab'.repeat(64)

const INSTALLER_URL =
  'https://aws-elastic-disaster-recovery-eu-west-1.s3.eu-west-1.amazonaws.com/latest/linux/aws-replication-installer-init'

export const HEALTHY: Record<CheckId, readonly Finding[]> = {
  os: [ok('os', 'Debian GNU/Linux 12 on x86_64 is supported.')],
  privileges: [ok('privileges', 'root may read and change the firewall.')],
  'firewall-443': [ok('firewall-443', 'The rules let TCP 443 out.')],
  'firewall-1500': [ok('firewall-1500', 'The rules let TCP 1500 out.')],
  'drs-endpoint': [ok('drs-endpoint', 'The endpoint answers.', 'drs.eu-west-1.amazonaws.com')],
  's3-buckets': ['clients', 'hashes', 'internal'].map(name =>
    ok('s3-buckets', 'The bucket answers.', `aws-drs-${name}`),
  ),
  'ec2-endpoint': [ok('ec2-endpoint', 'The endpoint answers.', 'ec2.eu-west-1.amazonaws.com')],
  'installer-download': [
    finding('installer-download', 'ok', {
      summary: 'The installer came whole, and its SHA-512 is the published one.',
      target: INSTALLER_URL,
      evidence: {
        url: INSTALLER_URL,
        bytes: 52_428_800,
        sha512: {expected: DIGEST, actual: DIGEST},
        connections: 1,
        storedAs: null,
      },
    }),
  ],
  'replication-1500': [
    finding('replication-1500', 'replication.not-tested', {
      summary: 'No replication server was given.',
      nextStep: 'Run again with --replication-server HOST.',
    }),
  ],
}

/** Findings of a server whose own rules drop TCP 443 and TCP 1500. */
export const BLOCKED: Record<CheckId, readonly Finding[]> = {
  ...HEALTHY,
  'firewall-443': [
    finding('firewall-443', 'firewall.drop', {
      summary: 'This host drops TCP 443 to drs.eu-west-1.amazonaws.com in rule 3 of chain OUTPUT.',
      nextStep: 'Let this tool insert one accepting rule ahead of it.',
      target: 'drs.eu-west-1.amazonaws.com',
      evidence: {judgement, neighbours: NEIGHBOURS},
      remedies: [ALLOW_443, REMOVE_DENY],
    }),
  ],
  'firewall-1500': [
    finding('firewall-1500', 'firewall.drop', {
      summary: 'This host drops TCP 1500 to 10.20.0.0/24.',
      nextStep: 'Let this tool insert one accepting rule.',
      target: '10.20.0.0/24',
      evidence: {judgement},
      remedies: [ALLOW_1500],
    }),
  ],
  'drs-endpoint': [
    finding('drs-endpoint', 'tcp.timeout', {
      status: 'skip',
      summary: 'Waits for firewall-443.',
      target: 'drs.eu-west-1.amazonaws.com',
      evidence: {
        layers: [{layer: 'dns', status: 'pass', code: 'ok', ms: 12, detail: '52.95.110.1'}],
      },
    }),
  ],
}

const UNIT: Step = {
  title: 'Write the systemd unit x.service',
  do: ['tee', '/etc/systemd/system/x.service'],
  input: '[Unit]\nDescription=x\n',
  undo: ['rm', '-f', '/etc/systemd/system/x.service'],
  alreadyDone: null,
  lasting: true,
  persists: true,
}

const UNKEPT = {...ALLOW_443, lastingAdvice: 'Nobody keeps rules on this server.', unitSteps: [UNIT]}

export const BLOCKED_WHERE_NOBODY_KEEPS_RULES: Record<CheckId, readonly Finding[]> = {
  ...BLOCKED,
  'firewall-443': BLOCKED['firewall-443'].map(finding => ({...finding, remedies: [UNKEPT]})),
  'firewall-1500': HEALTHY['firewall-1500'],
}
