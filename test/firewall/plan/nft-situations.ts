import {save} from './situations.ts'

/** An nf_tables rule set that blocks, and the repair it takes. */
export type NftSituation = {
  readonly name: string
  /** As `nft -f` takes it and `nft list ruleset` prints it. */
  readonly ruleset: string
  /** Rules of iptables-nft besides. */
  readonly save?: string
  readonly family: 4 | 6
  readonly port: 443 | 1500
  /** `FAMILY TABLE CHAIN NUMBER RULE` of every step, without its comment; `end` for a rule that is appended. */
  readonly steps: readonly string[]
  readonly risk?: 'disruptive'
}

function tableText(name: string, blocks: Readonly<Record<string, readonly string[]>>): string {
  const texts = Object.entries(blocks).map(([block, lines]) =>
    [`\t${block} {`, ...lines.map(line => `\t\t${line}`), '\t}', ''].join('\n'),
  )
  return `table ${name} {\n${texts.join('\n')}}\n`
}

function base(hook: string, priority = 'filter', policy = 'accept'): string {
  return `type filter hook ${hook} priority ${priority}; policy ${policy};`
}

const LOOPBACK = 'oifname "lo" accept'
const NO_OPENING = 'tcp flags & (fin | syn | rst | ack) != syn'

export const NFT_SITUATIONS: readonly NftSituation[] = [
  {
    name: 'a reject that ends the output chain',
    ruleset: tableText('inet filter', {
      'chain output': [base('output'), LOOPBACK, 'udp dport 53 accept', 'reject'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter output 3 tcp dport 443 accept'],
  },
  {
    name: 'the policy of the output chain, for the staging area subnet alone',
    ruleset: tableText('inet filter', {
      'chain output': [base('output', 'filter', 'drop'), LOOPBACK, 'tcp dport 443 accept'],
    }),
    family: 4,
    port: 1500,
    steps: ['inet filter output end ip daddr 10.20.0.0/16 tcp dport 1500 accept'],
  },
  {
    name: 'a policy behind a return',
    ruleset: tableText('inet filter', {
      'chain output': [
        base('output', 'filter', 'drop'),
        LOOPBACK,
        'udp dport 53 accept',
        'meta l4proto tcp return',
      ],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter output 3 tcp dport 443 accept'],
  },
  {
    name: 'a drop in a chain of the user',
    ruleset: tableText('inet filter', {
      'chain web': ['tcp dport { 80, 443 } counter packets 0 bytes 0 drop'],
      'chain output': [base('output'), LOOPBACK, 'meta l4proto tcp jump web'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter web 1 tcp dport 443 accept'],
  },
  {
    name: 'a chain that forwarded packets go through as well',
    ruleset: tableText('inet filter', {
      'chain web': ['tcp dport 443 drop'],
      'chain output': [base('output'), LOOPBACK, 'jump web'],
      'chain forward': [base('forward'), 'jump web'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter output 2 tcp dport 443 accept'],
  },
  {
    name: 'a chain at the priority of mangle',
    ruleset: tableText('ip mangle-out', {
      'chain output': [base('output', 'mangle'), 'tcp dport 443 drop'],
    }),
    family: 4,
    port: 443,
    steps: ['ip mangle-out output 1 tcp dport 443 accept'],
  },
  {
    name: 'a chain at the priority of raw',
    ruleset: tableText('inet early', {'chain output': [base('output', 'raw'), 'tcp dport 443 drop']}),
    family: 4,
    port: 443,
    steps: ['inet early output 1 tcp dport 443 accept'],
    risk: 'disruptive',
  },
  {
    name: 'replies that are dropped before they are tracked',
    ruleset: tableText('inet early', {
      'chain prerouting': [base('prerouting', 'raw'), 'iifname != "lo" tcp sport 443 drop'],
    }),
    family: 4,
    port: 443,
    steps: [`inet early prerouting 1 fib daddr type local tcp sport 443 ${NO_OPENING} accept`],
    risk: 'disruptive',
  },
  {
    name: 'a chain at the priority of security',
    ruleset: tableText('inet late', {'chain output': [base('output', 'security'), 'tcp dport 443 drop']}),
    family: 4,
    port: 443,
    steps: ['inet late output 1 tcp dport 443 accept'],
    risk: 'disruptive',
  },
  {
    name: 'an input chain that lets no replies in',
    ruleset: tableText('inet filter', {
      'chain input': [base('input', 'filter', 'drop'), 'iifname "lo" accept', 'udp sport 53 accept'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter input end tcp sport 443 ct state established accept'],
  },
  {
    name: 'replies of the staging area subnet that are not tracked',
    ruleset: tableText('inet filter', {
      'chain early': [base('output', 'raw'), 'notrack'],
      'chain early-in': [base('prerouting', 'raw'), 'notrack'],
      'chain input': [base('input'), 'iifname "lo" accept', 'meta l4proto tcp drop'],
    }),
    family: 4,
    port: 1500,
    steps: [`inet filter input 2 ip saddr 10.20.0.0/16 tcp sport 1500 ${NO_OPENING} accept`],
  },
  {
    name: 'an accept of new connections alone',
    ruleset: tableText('inet filter', {
      'chain output': [
        base('output'),
        LOOPBACK,
        'tcp dport 443 ct state new accept',
        'meta l4proto tcp drop',
      ],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter output 3 tcp dport 443 accept'],
  },
  {
    name: 'a rule on the owner of the socket',
    ruleset: tableText('inet filter', {
      'chain output': [base('output'), 'meta skuid 0 tcp dport 443 reject with tcp reset'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter output 1 tcp dport 443 accept'],
  },
  {
    name: 'a set of addresses that are denied',
    ruleset: tableText('inet filter', {
      'set denied': ['type ipv4_addr', 'flags interval', 'elements = { 10.20.0.0/16, 198.51.100.0/27 }'],
      'chain output': [base('output'), LOOPBACK, 'ip daddr @denied drop'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter output 2 tcp dport 443 accept'],
    risk: 'disruptive',
  },
  {
    name: 'a deny of the staging area subnet',
    ruleset: tableText('ip filter4', {'chain output': [base('output'), 'ip daddr 10.20.0.0/16 drop']}),
    family: 4,
    port: 1500,
    steps: ['ip filter4 output 1 ip daddr 10.20.0.0/16 tcp dport 1500 accept'],
    risk: 'disruptive',
  },
  {
    name: 'a verdict map of ports',
    ruleset: tableText('inet filter', {
      'chain output': [base('output'), LOOPBACK, 'tcp dport vmap { 22 : accept, 443 : drop, 1500 : drop }'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter output 2 tcp dport 443 accept'],
  },
  {
    name: 'a chain that a named verdict map leads to',
    ruleset: tableText('inet filter', {
      'map ports': ['type inet_service : verdict', 'elements = { 443 : goto web, 1500 : accept }'],
      'chain web': ['ct state new,established drop'],
      'chain output': [base('output'), 'tcp dport vmap @ports'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter web 1 tcp dport 443 accept'],
  },
  {
    name: 'two tables, one behind the other',
    ruleset:
      tableText('inet first', {'chain output': [base('output', 'filter - 10'), 'tcp dport 443 drop']}) +
      tableText('ip second', {'chain output': [base('output'), LOOPBACK, 'meta l4proto tcp drop']}),
    family: 4,
    port: 443,
    steps: ['inet first output 1 tcp dport 443 accept', 'ip second output 2 tcp dport 443 accept'],
  },
  {
    name: 'IPv6 alone',
    ruleset: tableText('inet filter', {
      'chain output': [
        base('output'),
        LOOPBACK,
        'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept',
        'reject with icmpv6 admin-prohibited',
      ],
    }),
    family: 6,
    port: 443,
    steps: ['inet filter output 3 tcp dport 443 accept'],
  },
  {
    name: 'the staging area subnet over IPv6, both ways',
    ruleset: tableText('ip6 filter6', {
      'chain output': [base('output'), 'meta l4proto tcp drop'],
      'chain input': [base('input'), 'iifname "lo" accept', 'meta l4proto tcp drop'],
    }),
    family: 6,
    port: 1500,
    steps: [
      'ip6 filter6 output 1 ip6 daddr fd00:20::/64 tcp dport 1500 accept',
      'ip6 filter6 input 2 ip6 saddr fd00:20::/64 tcp sport 1500 ct state established accept',
    ],
  },
  {
    name: 'the way out behind routing, which forwarded packets share',
    ruleset: tableText('inet filter', {
      'chain postrouting': [base('postrouting'), LOOPBACK, 'meta l4proto tcp drop'],
    }),
    family: 4,
    port: 443,
    steps: ['inet filter postrouting 2 fib saddr type local tcp dport 443 accept'],
  },
  {
    name: 'a device',
    ruleset: tableText('netdev wire', {
      'chain egress': [
        'type filter hook egress device "eth0" priority filter; policy accept;',
        'tcp dport 443 drop',
      ],
    }),
    family: 4,
    port: 443,
    steps: ['netdev wire egress 1 fib saddr type local tcp dport 443 accept'],
  },
  {
    name: 'two engines at once',
    ruleset: tableText('inet guard', {
      'chain output': [base('output', 'filter - 5'), 'tcp dport 443 reject with icmpx admin-prohibited'],
    }),
    save: save({filter: ['-A OUTPUT -p tcp -m tcp --dport 443 -j DROP']}),
    family: 4,
    port: 443,
    steps: ['inet guard output 1 tcp dport 443 accept', 'OUTPUT 1 -p tcp --dport 443'],
  },
]
