/** What a server's firewalld was told that blocks, and how it is repaired. */
export type FirewalldSituation = {
  readonly name: string
  readonly backend?: 'iptables'
  /** Arguments of `firewall-cmd --permanent`, before a reload. */
  readonly permanent?: readonly (readonly string[])[]
  /** Arguments of `firewall-cmd`, after it. */
  readonly runtime?: readonly (readonly string[])[]
  readonly family?: 6
  readonly port: 443 | 1500
  /** What the repair does, step by step. */
  readonly steps: readonly RegExp[]
  readonly risk?: 'disruptive'
  readonly lasts?: false
  /** What the repair opens, where that is more than was needed. */
  readonly opens?: 'everything'
  /**
   * False where a reload would take away what is set for the moment, the block too: then the undo is compared to the
   * byte.
   */
  readonly reload?: false
}

/** A policy for what this host sends to anywhere. */
const policy = (name: string, ...settings: string[]): string[][] => [
  ['--new-policy', name],
  ...['--add-ingress-zone=HOST', '--add-egress-zone=ANY', '--add-port=53/udp', ...settings].map(one => [
    '--policy',
    name,
    one,
  ]),
]

const rich = (rule: string) => `--add-rich-rule=rule ${rule}`

const direct = (table: string, chain: string, rule: string, family = 'ipv4'): string[] => [
  ...['--direct', '--add-rule', family, table, chain, '0'],
  ...rule.split(' '),
]

/** The same rule, for now and written down. */
const richStep = (name: string, rule: string): RegExp[] => [
  new RegExp(`^firewall-cmd --policy ${name} --add-rich-rule=rule ${rule}$`),
  new RegExp(`^firewall-cmd --permanent --policy ${name} --add-rich-rule=rule ${rule}$`),
]

const ANY_443 = 'port port=443 protocol=tcp accept'
const SUBNET = 'family=ipv4 destination address=10\\.20\\.0\\.0/16 port port=1500 protocol=tcp accept'

const DNS = (protocol: string) =>
  `family=ipv4 destination address=198\\.51\\.100\\.53(?:/32)? port port=53 protocol=${protocol} accept`

const directStep = (place: string, rule: string): RegExp[] => {
  const all = `--direct --add-rule ipv[46] ${place} -1 -p tcp ${rule} -m comment --comment drs-onboard:\\S+ -j ACCEPT$`
  return [new RegExp(`^firewall-cmd ${all}`), new RegExp(`^firewall-cmd --permanent ${all}`)]
}

/** Without these messages, nothing is sent over IPv6. */
const DISCOVERY = ['solicitation', 'advertisement'].map(
  name => `family=ipv6 icmp-type name=neighbour-${name} accept`,
)

/** The steps for each rule, first all for now, then all written down. */
const inTurn = (...rules: readonly RegExp[][]): RegExp[] =>
  [0, 1].flatMap(at => rules.flatMap(steps => steps.slice(at, at + 1)))

const richSteps = (name: string, ...rules: readonly string[]) =>
  inTurn(...rules.map(rule => richStep(name, rule)))

export const FIREWALLD_SITUATIONS: readonly FirewalldSituation[] = [
  {
    name: 'a policy that rejects',
    permanent: policy('out', '--set-target=REJECT'),
    port: 443,
    steps: richSteps('out', ANY_443, ...DISCOVERY),
  },
  {
    name: 'a policy that rejects DNS as well',
    permanent: [
      ['--new-policy', 'dark'],
      ...['--add-ingress-zone=HOST', '--add-egress-zone=ANY', '--set-target=REJECT'].map(one => [
        '--policy',
        'dark',
        one,
      ]),
    ],
    port: 443,
    steps: [...richSteps('dark', DNS('udp'), DNS('tcp')), ...richSteps('dark', ANY_443, ...DISCOVERY)],
  },
  {
    name: 'a policy that drops, 1500',
    permanent: policy('out', '--set-target=DROP', '--add-port=443/tcp'),
    port: 1500,
    steps: richStep('out', SUBNET),
  },
  {
    name: 'a policy for one zone',
    permanent: [
      ['--zone', 'public', '--add-interface=eth0'],
      ['--new-policy', 'web_deny'],
      ...[
        '--add-ingress-zone=HOST',
        '--add-egress-zone=public',
        '--add-port=53/udp',
        '--set-target=REJECT',
      ].map(one => ['--policy', 'web_deny', one]),
    ],
    port: 443,
    steps: richSteps('web_deny', ANY_443, ...DISCOVERY),
  },
  {
    name: 'a rich rule that drops the port',
    permanent: policy('out', rich('port port=443 protocol=tcp drop')),
    port: 443,
    steps: richStep('out', `priority=-1 ${ANY_443}`),
  },
  {
    name: 'a rich rule before all others',
    permanent: policy(
      'out',
      rich('priority=-5 port port=1500 protocol=tcp reject'),
      rich('priority=-3 port port=22 protocol=tcp accept'),
    ),
    port: 1500,
    steps: richStep('out', `priority=-6 ${SUBNET}`),
  },
  {
    name: 'a rich rule against the very subnet',
    permanent: policy(
      'out',
      rich('family=ipv4 destination address=10.20.0.0/16 port port=1500 protocol=tcp reject'),
    ),
    port: 1500,
    steps: richStep('out', `priority=-1 ${SUBNET}`),
    risk: 'disruptive',
  },
  {
    name: 'an ipset of the staging area',
    permanent: [
      ['--new-ipset', 'blocked', '--type=hash:net'],
      ['--ipset', 'blocked', '--add-entry=10.20.0.0/16'],
      ...policy('out', rich('family=ipv4 destination ipset=blocked drop')),
    ],
    port: 1500,
    steps: richStep('out', `priority=-1 ${SUBNET}`),
    risk: 'disruptive',
  },
  {
    name: 'IPv6 only',
    permanent: policy('out', rich('family=ipv6 port port=443 protocol=tcp reject')),
    family: 6,
    port: 443,
    steps: richStep('out', `priority=-1 ${ANY_443}`),
  },
  {
    name: 'two policies, one behind the other',
    permanent: [
      ...policy('first', '--set-priority=-100', rich('port port=443 protocol=tcp drop')),
      ...policy('second', '--set-priority=-10', '--set-target=REJECT'),
    ],
    port: 443,
    steps: inTurn(
      richStep('first', `priority=-1 ${ANY_443}`),
      ...DISCOVERY.map(rule => richStep('second', rule)),
    ),
  },
  {
    name: 'a block for the moment, and what else is set for the moment',
    permanent: policy('out'),
    runtime: [
      ['--policy', 'out', rich('port port=443 protocol=tcp drop')],
      ['--policy', 'out', rich('port port=8443 protocol=tcp reject')],
    ],
    port: 443,
    steps: richStep('out', `priority=-1 ${ANY_443}`),
    reload: false,
  },
  {
    name: 'a direct DROP',
    permanent: [direct('filter', 'OUTPUT', '-p tcp --dport 443 -j DROP')],
    port: 443,
    steps: directStep('filter OUTPUT', '--dport 443'),
  },
  {
    name: 'a direct DROP of IPv6',
    permanent: [direct('filter', 'OUTPUT', '-p tcp --dport 443 -j DROP', 'ipv6')],
    family: 6,
    port: 443,
    steps: directStep('filter OUTPUT', '--dport 443'),
  },
  {
    name: 'a direct REJECT for root alone',
    permanent: [direct('filter', 'OUTPUT', '-p tcp --dport 443 -m owner --uid-owner 0 -j REJECT')],
    port: 443,
    steps: directStep('filter OUTPUT', '--dport 443'),
  },
  {
    name: 'a direct DROP of replies',
    permanent: [direct('filter', 'INPUT', '-p tcp --sport 1500 -j DROP')],
    port: 1500,
    steps: directStep(
      'filter INPUT',
      '-s 10\\.20\\.0\\.0/16 --sport 1500 -m conntrack --ctstate ESTABLISHED',
    ),
  },
  {
    name: 'half open by a direct rule in mangle',
    permanent: [direct('mangle', 'OUTPUT', '-p tcp --dport 1500 -m conntrack --ctstate ESTABLISHED -j DROP')],
    port: 1500,
    steps: directStep('mangle OUTPUT', '-d 10\\.20\\.0\\.0/16 --dport 1500'),
  },
  {
    name: 'a direct DROP in raw',
    permanent: [direct('raw', 'OUTPUT', '-p tcp --dport 1500 -j DROP')],
    port: 1500,
    steps: directStep('raw OUTPUT', '-d 10\\.20\\.0\\.0/16 --dport 1500'),
    risk: 'disruptive',
  },
  {
    name: 'a passthrough that drops',
    permanent: [
      ['--direct', '--add-passthrough', 'ipv4', ...'-A OUTPUT -p tcp --dport 1500 -j DROP'.split(' ')],
    ],
    port: 1500,
    steps: directStep('filter OUTPUT', '-d 10\\.20\\.0\\.0/16 --dport 1500'),
  },
  {
    name: 'a direct DROP, and a policy behind it',
    permanent: [
      ...policy('out', '--set-target=REJECT'),
      direct('filter', 'OUTPUT', '-p tcp --dport 1500 -j DROP'),
    ],
    port: 1500,
    steps: inTurn(directStep('filter OUTPUT', '-d 10\\.20\\.0\\.0/16 --dport 1500'), richStep('out', SUBNET)),
  },
  {
    name: 'a policy, with the iptables backend',
    backend: 'iptables',
    permanent: policy('out', '--set-target=REJECT'),
    port: 443,
    steps: [
      ...richStep('out', `family=ipv4 ${ANY_443}`),
      ...richSteps('out', `family=ipv6 ${ANY_443}`, ...DISCOVERY),
    ],
  },
  {
    name: 'a rich rule and a direct DROP, with the iptables backend',
    backend: 'iptables',
    permanent: [
      ...policy('out', rich('priority=-5 port port=1500 protocol=tcp reject')),
      direct('filter', 'OUTPUT', '-p tcp --dport 1500 -j DROP'),
    ],
    port: 1500,
    steps: directStep('filter OUTPUT', '-d 10\\.20\\.0\\.0/16 --dport 1500'),
  },
  {
    name: 'panic mode',
    runtime: [['--panic-on']],
    port: 1500,
    steps: [/^firewall-cmd --panic-off$/],
    risk: 'disruptive',
    lasts: false,
    opens: 'everything',
  },
  {
    name: 'panic mode, with the iptables backend',
    backend: 'iptables',
    runtime: [['--panic-on']],
    port: 1500,
    steps: [/^firewall-cmd --panic-off$/],
    risk: 'disruptive',
    lasts: false,
    opens: 'everything',
  },
]
