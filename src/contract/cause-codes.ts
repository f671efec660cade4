/** What a finding means for onboarding. `error`: the check itself could not run; it is never folded into `fail`. */
export const STATUSES = ['pass', 'warn', 'fail', 'skip', 'error'] as const

export type Status = (typeof STATUSES)[number]

/** Who can fix a finding. `null`: nobody needs to. */
export const OWNERS = ['this-host', 'dns-admin', 'network-team', 'proxy-team', 'aws-account-admin'] as const

export type Owner = (typeof OWNERS)[number]

type Cause = {readonly status: Status; readonly owner: Owner | null}

const cause = (status: Status, owner: Owner | null): Cause => ({status, owner})

/**
 * The closed list of cause codes, each with the status and the owner that a finding of that code has unless its
 * check says otherwise (an informational endpoint turns `fail` into `warn`, a dependent failure into `skip`).
 */
export const CAUSES = {
  ok: cause('pass', null),
  'os.unsupported': cause('fail', 'this-host'),
  'os.unknown': cause('warn', 'this-host'),
  'privileges.limited': cause('warn', 'this-host'),
  'firewall.drop': cause('fail', 'this-host'),
  'firewall.reject': cause('fail', 'this-host'),
  'firewall.policy': cause('fail', 'this-host'),
  'firewall.reply-blocked': cause('fail', 'this-host'),
  'firewall.half-open': cause('fail', 'this-host'),
  'firewall.redirected': cause('fail', 'this-host'),
  'firewall.routing': cause('fail', 'this-host'),
  'firewall.default-block': cause('fail', 'this-host'),
  'firewall.block-rule': cause('fail', 'this-host'),
  'firewall.managed': cause('fail', 'this-host'),
  'firewall.unknown': cause('warn', 'this-host'),
  'firewall.unreadable': cause('warn', 'this-host'),
  'dns.not-found': cause('fail', 'dns-admin'),
  'dns.timeout': cause('fail', 'dns-admin'),
  'dns.server-failure': cause('fail', 'dns-admin'),
  'dns.sinkhole': cause('fail', 'dns-admin'),
  'tcp.timeout': cause('fail', 'network-team'),
  'tcp.refused': cause('fail', 'network-team'),
  'tcp.unreachable': cause('fail', 'network-team'),
  'tcp.reset': cause('fail', 'network-team'),
  'tcp.prohibited': cause('fail', 'this-host'),
  'tcp.local-drop': cause('fail', 'this-host'),
  'tls.intercepted': cause('fail', 'network-team'),
  'tls.untrusted': cause('fail', 'this-host'),
  'tls.expired': cause('fail', 'network-team'),
  'tls.not-yet-valid': cause('fail', 'network-team'),
  'tls.name-mismatch': cause('fail', 'network-team'),
  'tls.protocol': cause('fail', 'network-team'),
  'tls.reset': cause('fail', 'network-team'),
  'tls.timeout': cause('fail', 'network-team'),
  'clock.skew': cause('fail', 'this-host'),
  'proxy.address': cause('warn', 'this-host'),
  'proxy.unreachable': cause('fail', 'proxy-team'),
  'proxy.auth-required': cause('fail', 'proxy-team'),
  'proxy.denied': cause('fail', 'proxy-team'),
  'proxy.upstream': cause('fail', 'proxy-team'),
  'http.block-page': cause('fail', 'network-team'),
  'http.timeout': cause('fail', 'network-team'),
  'http.error': cause('fail', 'network-team'),
  's3.no-such-bucket': cause('fail', 'aws-account-admin'),
  's3.no-such-key': cause('fail', 'aws-account-admin'),
  's3.wrong-region': cause('fail', 'aws-account-admin'),
  's3.access-denied': cause('fail', 'aws-account-admin'),
  'installer.hash-mismatch': cause('fail', 'network-team'),
  'installer.truncated': cause('fail', 'network-team'),
  'installer.stalled': cause('fail', 'network-team'),
  'replication.no-listener': cause('warn', null),
  'replication.not-tested': cause('skip', null),
  'region.data-unknown': cause('warn', null),
  'check.crashed': cause('error', 'this-host'),
  'check.timeout': cause('error', 'this-host'),
} as const satisfies Record<string, Cause>

export type CauseCode = keyof typeof CAUSES

export const CAUSE_CODES = Object.keys(CAUSES) as CauseCode[]
