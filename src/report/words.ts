import type {CauseCode, Owner, Status} from '../contract/cause-codes.ts'
import type {LayerName} from '../contract/evidence.ts'
import type {Stage} from '../contract/judgement.ts'
import type {Remedy} from '../contract/remedy.ts'
import type {RemedyResult} from '../engine/events.ts'
import type {Outcome} from '../engine/outcome.ts'

export const STATUS_WORDS: Record<Status, string> = {
  pass: 'PASS',
  warn: 'WARN',
  fail: 'FAIL',
  skip: 'SKIP',
  error: 'ERROR',
}

export const OUTCOME_WORDS: Record<Outcome, string> = {
  ready: 'READY',
  'ready-with-warnings': 'READY WITH WARNINGS',
  incomplete: 'INCOMPLETE',
  'not-ready': 'NOT READY',
}

/** The status that an outcome is colored as. */
export const OUTCOME_STATUS = {
  ready: 'pass',
  'ready-with-warnings': 'warn',
  incomplete: 'warn',
  'not-ready': 'fail',
} as const satisfies Record<Outcome, Status>

export const RESULT_WORDS: Record<RemedyResult, string> = {
  kept: 'KEPT',
  'rolled-back': 'REVERTED',
  failed: 'FAILED',
}

export const OWNER_WORDS: Record<Owner, string> = {
  'this-host': 'you (this server)',
  'dns-admin': 'DNS administrators',
  'network-team': 'network team',
  'proxy-team': 'proxy team',
  'aws-account-admin': 'AWS account administrators',
}

/** What a change does to rules that are there, as a clause. */
export const RISK_WORDS: Record<Remedy['risk'], string> = {
  additive: 'low risk: only adds an allow rule',
  disruptive: 'overrides a rule that looks intentional',
}

export const LAYER_WORDS: Record<LayerName, string> = {
  dns: 'DNS',
  tcp: 'TCP',
  proxy: 'PROXY',
  tls: 'TLS',
  http: 'HTTP',
}

export const STAGE_WORDS: Record<Stage, string> = {
  'out-syn': 'the outgoing connection request',
  'in-synack': 'the reply to the connection request',
  'out-data': 'outgoing data of the open connection',
  'in-data': 'incoming data of the open connection',
}

/** What a cause code means, as a clause. */
const CAUSE_WORDS: Record<CauseCode, string> = {
  ok: 'OK',
  'os.unsupported': 'AWS does not support the agent on this system',
  'os.unknown': 'AWS does not list this system',
  'privileges.limited': 'this user cannot read or change the firewall',
  'firewall.drop': 'a host firewall rule drops the packet',
  'firewall.reject': 'a host firewall rule rejects the packet',
  'firewall.policy': 'a chain policy of the host firewall blocks the packet',
  'firewall.reply-blocked': 'the request leaves, but the host firewall blocks the reply',
  'firewall.half-open': 'the connection opens, but the host firewall blocks its data',
  'firewall.redirected': 'a rule redirects the connection to this server, where nothing listens',
  'firewall.routing': 'routing on this server blocks the connection',
  'firewall.default-block': 'Windows Firewall blocks outbound connections by default',
  'firewall.block-rule': 'a Windows Firewall rule blocks the connection',
  'firewall.managed': 'Group Policy or MDM blocks the connection',
  'firewall.unknown': 'the rules alone do not decide',
  'firewall.unreadable': 'the rules could not be read',
  'dns.not-found': 'the name does not resolve',
  'dns.timeout': 'the name servers do not answer',
  'dns.server-failure': 'the name servers refuse or fail',
  'dns.sinkhole': 'the name resolves to an unusable address',
  'tcp.timeout': 'no answer to the connection request',
  'tcp.refused': 'the connection is refused',
  'tcp.unreachable': 'no route to the address',
  'tcp.reset': 'the connection is reset',
  'tcp.prohibited': 'this server forbids the connection',
  'tcp.local-drop': 'the connection request never left this server',
  'tls.intercepted': 'TLS is intercepted (the certificate is not from Amazon)',
  'tls.untrusted': 'this server does not trust the certificate',
  'tls.expired': 'the certificate has expired',
  'tls.not-yet-valid': 'the certificate is not valid yet',
  'tls.name-mismatch': 'the certificate is for another name',
  'tls.protocol': 'no common TLS version, or no TLS at all',
  'tls.reset': 'the connection is cut off during the TLS handshake',
  'tls.timeout': 'no answer during the TLS handshake',
  'clock.skew': 'the clock of this server is wrong',
  'proxy.address': 'the proxy address has the wrong format',
  'proxy.unreachable': 'the proxy cannot be reached',
  'proxy.auth-required': 'the proxy requires credentials',
  'proxy.denied': 'the proxy denies the connection',
  'proxy.upstream': 'the proxy cannot reach the endpoint',
  'http.block-page': 'the answer is not from the service',
  'http.timeout': 'no answer to the HTTP request',
  'http.error': 'the answer is invalid, or a service error',
  's3.no-such-bucket': 'the bucket does not exist',
  's3.no-such-key': 'the object does not exist',
  's3.wrong-region': 'the bucket is in another Region',
  's3.access-denied': 'S3 denies access to the object',
  'installer.hash-mismatch': 'the installer does not match its SHA-512',
  'installer.truncated': 'the download was cut off',
  'installer.stalled': 'the download stalled or is too slow',
  'replication.no-listener': 'the path is open, nothing listens there yet',
  'replication.not-tested': 'no replication server given',
  'region.data-unknown': 'AWS does not publish this name for this Region',
  'check.crashed': 'the check itself failed',
  'check.timeout': 'the check timed out',
}

/** The clause for a finding. A warning that carries `ok` is one about something that works. */
export function causeWords(code: CauseCode, status: Status): string {
  return code === 'ok' && status !== 'pass' ? 'OK, with a warning' : CAUSE_WORDS[code]
}
