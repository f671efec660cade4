/** A rule set that blocks, and the repair it takes. */
export type Situation = {
  readonly name: string
  /** As `iptables-restore` takes it, and both backends print it. */
  readonly save: string
  readonly family: 4 | 6
  readonly port: 443 | 1500
  /** `-I CHAIN NUMBER RULE …` of every step, without program, comment and `-j ACCEPT`. */
  readonly steps: readonly string[]
  readonly risk?: 'disruptive'
}

type Tables = Readonly<Record<string, readonly string[]>>

const BASES: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}

/** Text of `iptables-save`. A line that starts with `:` declares a chain, or sets a base chain's policy. */
export function save(tables: Tables): string {
  return Object.entries(tables).map(tableText).join('')
}

function tableText([table, lines]: readonly [string, readonly string[]]): string {
  const declared = lines.filter(line => line.startsWith(':'))
  const bases = (BASES[table] ?? [])
    .filter(base => !declared.some(line => line.startsWith(`:${base} `)))
    .map(base => `:${base} ACCEPT`)
  const chains = [...bases, ...declared].map(line => `${line} [0:0]`)
  return [`*${table}`, ...chains, ...lines.filter(line => !line.startsWith(':')), 'COMMIT', ''].join('\n')
}

const STATEFUL_INPUT = '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'
const OUT = '-p tcp --dport 443'
const IN = '-p tcp --sport 443 -m conntrack --ctstate ESTABLISHED'
const IN_UNTRACKED = '-p tcp --sport 443 ! --syn'

export const SITUATIONS: readonly Situation[] = [
  {
    name: 'a REJECT that ends OUTPUT',
    save: save({
      filter: [
        '-A OUTPUT -o lo -j ACCEPT',
        '-A OUTPUT -p tcp -m tcp --dport 22 -j ACCEPT',
        '-A OUTPUT -j REJECT --reject-with icmp-port-unreachable',
      ],
    }),
    family: 4,
    port: 443,
    steps: [`-I OUTPUT 3 ${OUT}`],
  },
  {
    name: 'the policy of OUTPUT',
    save: save({filter: [':OUTPUT DROP', '-A OUTPUT -o lo -j ACCEPT']}),
    family: 4,
    port: 443,
    steps: [`-A OUTPUT ${OUT}`],
  },
  {
    name: 'the policy of OUTPUT, reached by RETURN',
    save: save({
      filter: [':OUTPUT DROP', '-A OUTPUT -p tcp -m tcp --dport 443 -j RETURN', '-A OUTPUT -p udp -j ACCEPT'],
    }),
    family: 4,
    port: 443,
    steps: [`-I OUTPUT 1 ${OUT}`],
  },
  {
    name: 'a DROP in a chain of the administrator',
    save: save({
      filter: [
        ':EGRESS -',
        '-A OUTPUT -j EGRESS',
        '-A EGRESS -p tcp -m tcp --dport 25 -j ACCEPT',
        '-A EGRESS -p tcp -m tcp --dport 443 -j DROP',
      ],
    }),
    family: 4,
    port: 443,
    steps: [`-I EGRESS 2 ${OUT}`],
  },
  {
    name: 'a chain that INPUT shares: nothing may be opened to come in',
    save: save({
      filter: [
        ':LOGDROP -',
        STATEFUL_INPUT,
        '-A INPUT -j LOGDROP',
        '-A OUTPUT -p tcp -m tcp --dport 22 -j ACCEPT',
        '-A OUTPUT -j LOGDROP',
        '-A LOGDROP -j DROP',
      ],
    }),
    family: 4,
    port: 443,
    steps: [`-I OUTPUT 2 ${OUT}`],
  },
  {
    name: "fail2ban's chain",
    save: save({
      filter: [':f2b-egress -', '-A OUTPUT -p tcp -j f2b-egress', '-A f2b-egress -j DROP'],
    }),
    family: 4,
    port: 443,
    steps: [`-I OUTPUT 1 ${OUT}`],
  },
  {
    name: 'the second of two calls of a foreign chain',
    save: save({
      filter: [
        ':KUBE-FIREWALL -',
        '-A OUTPUT -p udp -j KUBE-FIREWALL',
        '-A OUTPUT -p tcp -j KUBE-FIREWALL',
        '-A KUBE-FIREWALL -j DROP',
      ],
    }),
    family: 4,
    port: 443,
    steps: [`-I OUTPUT 2 ${OUT}`],
  },
  {
    name: 'mangle',
    save: save({mangle: ['-A POSTROUTING -p tcp -m tcp --dport 443 -j DROP']}),
    family: 4,
    port: 443,
    steps: [`-t mangle -I POSTROUTING 1 ${OUT}`],
  },
  {
    name: 'raw',
    save: save({raw: ['-A OUTPUT -p tcp -m tcp --dport 443 -j DROP']}),
    family: 4,
    port: 443,
    steps: [`-t raw -I OUTPUT 1 ${OUT}`],
    risk: 'disruptive',
  },
  {
    name: 'raw, for what comes back',
    save: save({raw: ['-A PREROUTING -p tcp -m tcp --sport 443 -j DROP']}),
    family: 4,
    port: 443,
    steps: [`-t raw -I PREROUTING 1 ${IN_UNTRACKED}`],
    risk: 'disruptive',
  },
  {
    name: 'security',
    save: save({security: ['-A OUTPUT -p tcp -m tcp --dport 443 -j DROP']}),
    family: 4,
    port: 443,
    steps: [`-t security -I OUTPUT 1 ${OUT}`],
    risk: 'disruptive',
  },
  {
    name: 'INPUT that knows no replies',
    save: save({
      filter: [':INPUT DROP', '-A INPUT -i lo -j ACCEPT', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT'],
    }),
    family: 4,
    port: 443,
    steps: [`-A INPUT ${IN}`],
  },
  {
    name: 'INPUT that rejects before it knows replies',
    save: save({
      filter: [
        '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
        '-A INPUT -p tcp -m tcp --dport 1024:65535 -j REJECT --reject-with icmp-port-unreachable',
        STATEFUL_INPUT,
      ],
    }),
    family: 4,
    port: 443,
    steps: [`-I INPUT 2 ${IN}`],
  },
  {
    name: 'replies of connections that are not tracked',
    save: save({
      raw: [
        '-A PREROUTING -p tcp -m tcp --sport 443 -j CT --notrack',
        '-A OUTPUT -p tcp -m tcp --dport 443 -j CT --notrack',
      ],
      filter: [':INPUT DROP', STATEFUL_INPUT],
    }),
    family: 4,
    port: 443,
    steps: [`-A INPUT ${IN_UNTRACKED}`],
  },
  {
    name: 'NEW alone is accepted: the connection opens and carries nothing',
    save: save({
      filter: [
        STATEFUL_INPUT,
        '-A OUTPUT -p tcp -m tcp --dport 443 -m conntrack --ctstate NEW -j ACCEPT',
        '-A OUTPUT -p tcp -j DROP',
      ],
    }),
    family: 4,
    port: 443,
    steps: [`-I OUTPUT 2 ${OUT}`],
  },
  {
    name: 'both ways',
    save: save({filter: [':INPUT DROP', ':OUTPUT DROP']}),
    family: 4,
    port: 443,
    steps: [`-A OUTPUT ${OUT}`, `-A INPUT ${IN}`],
  },
  {
    name: 'three tables, one behind the other',
    save: save({
      mangle: ['-A OUTPUT -p tcp -m tcp --dport 443 -j DROP'],
      filter: [STATEFUL_INPUT, '-A INPUT -j DROP', '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP'],
      security: ['-A OUTPUT -p tcp -j DROP'],
    }),
    family: 4,
    port: 443,
    steps: [`-t mangle -I OUTPUT 1 ${OUT}`, `-I OUTPUT 1 ${OUT}`, `-t security -I OUTPUT 1 ${OUT}`],
    risk: 'disruptive',
  },
  {
    name: 'two rules for two halves of the subnet',
    save: save({
      filter: [
        '-A OUTPUT -d 10.20.0.0/17 -p tcp -j DROP',
        '-A OUTPUT -p udp -j ACCEPT',
        '-A OUTPUT -d 10.0.0.0/8 -p tcp -j DROP',
      ],
    }),
    family: 4,
    port: 1500,
    steps: ['-I OUTPUT 1 -p tcp -d 10.20.0.0/16 --dport 1500'],
    risk: 'disruptive',
  },
  {
    name: 'a deny for just this subnet',
    save: save({filter: ['-A OUTPUT -d 10.20.0.0/16 -j DROP']}),
    family: 4,
    port: 1500,
    steps: ['-I OUTPUT 1 -p tcp -d 10.20.0.0/16 --dport 1500'],
    risk: 'disruptive',
  },
  {
    name: 'a deny for a part of this subnet',
    save: save({filter: ['-A OUTPUT -d 10.20.0.8/29 -p tcp -j REJECT --reject-with tcp-reset']}),
    family: 4,
    port: 1500,
    steps: ['-I OUTPUT 1 -p tcp -d 10.20.0.0/16 --dport 1500'],
    risk: 'disruptive',
  },
  {
    name: 'IPv6',
    save: save({
      filter: [
        ':INPUT DROP',
        '-A INPUT -p ipv6-icmp -j ACCEPT',
        '-A OUTPUT -p tcp -j REJECT --reject-with icmp6-port-unreachable',
      ],
    }),
    family: 6,
    port: 443,
    steps: [`-I OUTPUT 1 ${OUT}`, `-A INPUT ${IN}`],
  },
  {
    name: 'IPv6 subnet',
    save: save({filter: [':OUTPUT DROP', '-A OUTPUT -p ipv6-icmp -j ACCEPT']}),
    family: 6,
    port: 1500,
    steps: ['-A OUTPUT -p tcp -d fd00:20::/64 --dport 1500'],
  },
]
