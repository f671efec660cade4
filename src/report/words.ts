import type {CauseCode, Owner, Status} from '../contract/cause-codes.ts'
import type {LayerName} from '../contract/finding.ts'
import type {Stage} from '../contract/judgement.ts'
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
  'rolled-back': 'ROLLED BACK',
  failed: 'FAILED',
}

export const OWNER_WORDS: Record<Owner, string> = {
  'this-host': 'you, on this server',
  'dns-admin': 'the DNS administrators',
  'network-team': 'the network team',
  'proxy-team': 'the team that runs the proxy',
  'aws-account-admin': 'the administrators of the AWS account',
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
  'os.unknown': 'this system is not in the table of known systems',
  'privileges.limited': 'this user may not read or change the firewall',
  'firewall.drop': "a rule of this host's firewall drops the packet",
  'firewall.reject': "a rule of this host's firewall rejects the packet",
  'firewall.policy': "a chain policy of this host's firewall stops the packet",
  'firewall.reply-blocked': "the request leaves, this host's firewall stops the reply",
  'firewall.half-open': "the connection opens, this host's firewall stops its data",
  'firewall.redirected': 'a rule redirects the connection to this host, where nothing listens',
  'firewall.routing': "this host's own routing stops the connection",
  'firewall.default-block': 'Windows Firewall blocks outbound connections by default',
  'firewall.block-rule': 'a block rule of Windows Firewall stops the connection',
  'firewall.managed': 'Group Policy or MDM blocks the connection',
  'firewall.unknown': 'the rules alone do not decide',
  'firewall.unreadable': 'the rules could not be read',
  'dns.not-found': 'the name does not resolve',
  'dns.timeout': 'the resolver does not answer',
  'dns.server-failure': 'the resolver refuses or fails',
  'dns.sinkhole': 'the name resolves to an address that leads nowhere',
  'tcp.timeout': 'no answer to the connection request',
  'tcp.refused': 'the connection is refused',
  'tcp.unreachable': 'no route to the address',
  'tcp.reset': 'the connection is reset',
  'tcp.prohibited': 'this host forbids the connection',
  'tcp.local-drop': 'the connection request never left this host',
  'tls.intercepted': "the certificate is not Amazon's: TLS is intercepted",
  'tls.untrusted': 'this host does not trust the certificate',
  'tls.expired': 'the certificate has expired',
  'tls.not-yet-valid': 'the certificate is not valid yet',
  'tls.name-mismatch': 'the certificate is for another name',
  'tls.protocol': 'no common TLS version, or no TLS at all',
  'tls.reset': 'the connection is cut during the TLS handshake',
  'tls.timeout': 'silence during the TLS handshake',
  'clock.skew': 'the clock of this host is wrong',
  'proxy.address': 'the proxy address is not in the form that the installer needs',
  'proxy.unreachable': 'the proxy cannot be reached',
  'proxy.auth-required': 'the proxy wants credentials',
  'proxy.denied': 'the proxy denies the connection',
  'proxy.upstream': 'the proxy cannot reach the endpoint',
  'http.block-page': "the answer is not the service's own",
  'http.timeout': 'no answer to the HTTP request',
  'http.error': 'the answer is not valid, or an error of the service',
  's3.no-such-bucket': 'the bucket does not exist',
  's3.no-such-key': 'the object does not exist',
  's3.wrong-region': 'the bucket is in another Region',
  's3.access-denied': 'S3 denies access to the object',
  'installer.hash-mismatch': 'the installer does not match its SHA-512',
  'installer.truncated': 'the download ended early',
  'installer.stalled': 'the download stopped making progress',
  'replication.no-listener': 'the path is open, nothing listens there yet',
  'replication.not-tested': 'no target to test',
  'region.data-unknown': 'AWS does not publish this name for this Region',
  'check.crashed': 'the check itself failed',
  'check.timeout': 'the check did not end in time',
}

/** The clause for a finding. A warning that carries `ok` is one about something that works. */
export function causeWords(code: CauseCode, status: Status): string {
  return code === 'ok' && status !== 'pass' ? 'OK, with a warning' : CAUSE_WORDS[code]
}
