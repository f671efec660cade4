import {dump} from '../host.ts'

/** What is asked of every snippet, in this order. */
export const DESTINATIONS = [
  {to: '198.51.100.10', port: 443},
  {to: '10.20.0.10', port: 1500},
  {to: '198.51.100.10', port: 80},
] as const

/** Rules around a single feature, and what is right for the three connections. */
export type Snippet = {
  readonly name: string
  readonly files: ReadonlyMap<string, string>
  readonly backend?: 'legacy' | 'nft'
  /** What the kernel does: a letter for each connection, `a` for allow and `b` for block. */
  readonly kernel: string
  /** What the judge says where that differs: `u` for unknown, with the reason. */
  readonly judged?: readonly [letters: string, why: string]
  readonly uid?: number
  /** Lines of `ip -batch` before and after. */
  readonly network?: readonly [before: string, after: string]
}

type More = Pick<Snippet, 'judged' | 'uid' | 'network'> & {
  readonly sets?: string
  readonly backend?: 'legacy' | 'nft'
}

/** In iptables' short form (`dump`). */
function iptables(
  name: string,
  kernel: string,
  rules: string,
  {sets, backend = 'legacy', ...more}: More = {},
): Snippet {
  const files = new Map([
    ...(sets === undefined ? [] : [['ipset.save', sets] as const]),
    ['rules.v4', dump(rules)],
  ])
  return {name, kernel, files, backend, ...more}
}

const OUT = 'output'
const IN = 'input'

/** One base chain of nftables with these rules. */
function nft(
  name: string,
  kernel: string,
  hook: string,
  policy: string,
  rules: string,
  more: More = {},
): Snippet {
  const text = `table inet t {\n chain c { type filter hook ${hook} priority 0; policy ${policy};\n${rules}\n }\n}\n`
  return script(name, kernel, text, more)
}

function script(name: string, kernel: string, text: string, more: More = {}): Snippet {
  return {name, kernel, files: new Map([['rules.nft', text]]), ...more}
}

const SERVICE = 'What the program asks for as type of service is not known.'
const BRIDGE = 'Frames of a bridge are not followed.'
const BRIDGED: readonly [string, string] = [
  'link add br0 type bridge\naddress flush dev eth0 scope global\nlink set eth0 master br0\nlink set br0 up\naddress add 10.9.0.2/24 dev br0\nroute replace default via 10.9.0.1',
  'address flush dev br0\nlink set eth0 nomaster\nlink delete br0\naddress add 10.9.0.2/24 dev eth0\nroute replace default via 10.9.0.1',
]

/** Connection tracking. */
const TRACKING = [
  iptables('ctdir-reply', 'aaa', ':INPUT DROP\n-A INPUT -m conntrack --ctdir REPLY -j ACCEPT', {
    backend: 'nft',
  }),
  iptables('ctstatus-seen', 'aaa', ':INPUT DROP\n-A INPUT -m conntrack --ctstatus SEEN_REPLY -j ACCEPT'),
  iptables(
    'ctorigdst',
    'abb',
    ':INPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED --ctproto tcp --ctorigdst 198.51.100.0/24 --ctorigdstport 443 -j ACCEPT',
  ),
  nft('nft-ctdir', 'aaa', IN, 'drop', 'ct direction reply accept'),
  nft('nft-ctstatus', 'aaa', IN, 'drop', 'ct status seen-reply accept'),
  nft('nft-ctstatus-assured-only', 'bbb', IN, 'drop', 'ct status assured accept'),
  nft('nft-new-not-syn', 'aaa', OUT, 'accept', 'tcp flags != syn ct state new drop\nct state invalid drop'),
  script(
    'ct-zone',
    'baa',
    'table inet t {\n chain o { type filter hook output priority raw; tcp dport 443 ct zone set 5; }\n chain i { type filter hook input priority 0; policy drop; ct state established,related accept; iif lo accept; }\n}\n',
    {judged: ['uaa', 'Zones of connection tracking are not followed.']},
  ),
]

/** Fields of headers. */
const HEADERS = [
  nft('nft-ttl', 'aaa', OUT, 'drop', 'ip ttl 64 accept'),
  nft('nft-ttl-lt', 'aaa', OUT, 'accept', 'ip ttl < 5 drop'),
  nft('nft-ttl-not', 'bbb', OUT, 'accept', 'ip ttl != 128 drop'),
  nft('nft-ttl-of-replies', 'aaa', IN, 'accept', 'ip ttl < 5 drop', {
    judged: ['uuu', 'How far a reply has come is not known.'],
  }),
  nft('nft-ttl-changed-before', 'bbb', OUT, 'accept', 'ip ttl set 3\nip ttl < 5 drop', {
    judged: ['uuu', 'What rules write into a header is not followed.'],
  }),
  iptables('v4-ttl', 'aaa', '-A OUTPUT -m ttl --ttl-lt 10 -j DROP', {backend: 'nft'}),
  iptables('v4-ttl-eq', 'bbb', '-A OUTPUT -m ttl --ttl-eq 64 -j DROP'),
  iptables('v4-ttl-not-eq', 'aaa', ':OUTPUT DROP\n-A OUTPUT -m ttl ! --ttl-eq 128 -j ACCEPT'),
  nft('nft-dscp', 'aaa', OUT, 'drop', 'ip dscp cs0 accept', {judged: ['uuu', SERVICE]}),
  iptables('v4-dscp', 'aaa', ':OUTPUT DROP\n-A OUTPUT -m dscp --dscp 0x00 -j ACCEPT', {
    judged: ['uuu', SERVICE],
  }),
  nft(
    'frag-drop',
    'aaa',
    OUT,
    'accept',
    'ip frag-off & 0x1fff != 0 drop\nip frag-off & 0x3fff != 0 counter drop',
  ),
  nft('frag-first', 'bbb', OUT, 'accept', 'ip frag-off & 0x1fff == 0 drop'),
  nft('frag-more', 'aaa', IN, 'accept', 'ip frag-off & 0x2000 == 0x2000 drop'),
  nft('frag-dont', 'bbb', OUT, 'accept', 'ip frag-off & 0x4000 != 0 drop', {
    judged: ['uuu', 'Whether packets may be fragmented is not known.'],
  }),
  iptables('frag-drop-v4', 'aaa', '-A INPUT -f -j DROP', {backend: 'nft'}),
  iptables('v4-pkttype', 'aaa', ':INPUT DROP\n-A INPUT -m pkttype --pkt-type unicast -j ACCEPT', {
    backend: 'nft',
  }),
  iptables(
    'v4-pkttype-bcast-drop',
    'aaa',
    '-A INPUT -m pkttype --pkt-type broadcast -j DROP\n-A INPUT -m pkttype --pkt-type multicast -j DROP',
    {backend: 'nft'},
  ),
  nft('nft-pkttype', 'aaa', IN, 'drop', 'meta pkttype host accept'),
  nft('nft-mask', 'baa', OUT, 'accept', 'ip daddr & 255.255.255.0 == 198.51.100.0 tcp dport 443 drop'),
  nft('nft-odd-port', 'baa', OUT, 'accept', 'tcp dport & 1 == 1 drop'),
  nft('nft-not-set', 'baa', OUT, 'accept', 'tcp dport != { 22, 80, 1500 } drop'),
  iptables(
    'v4-addrtype-unicast',
    'baa',
    '-A OUTPUT -p tcp -m tcp --dport 443 -m addrtype --dst-type UNICAST -j DROP',
    {
      backend: 'nft',
    },
  ),
  iptables('v4-addrtype-local-src', 'aaa', '-A OUTPUT -m addrtype ! --src-type LOCAL -j DROP', {
    backend: 'nft',
  }),
]

/** Options of TCP. */
const OPTIONS = [
  iptables('v4-tcp-option-mss', 'baa', '-A OUTPUT -p tcp -m tcp --dport 443 --tcp-option 2 -j DROP'),
  iptables(
    'v4-no-tcp-option',
    'aaa',
    '-A OUTPUT -p tcp -m tcp ! --tcp-option 2 --tcp-flags FIN,SYN,RST,ACK SYN -j DROP',
  ),
  iptables('v4-option-timestamps', 'bbb', '-A OUTPUT -p tcp -m tcp --syn --tcp-option 8 -j DROP'),
  iptables('v4-option-never-sent', 'aaa', '-A OUTPUT -p tcp -m tcp --tcp-option 64 -j DROP'),
  iptables(
    'v4-option-of-data',
    'aaa',
    '-A OUTPUT -p tcp -m tcp --tcp-flags SYN,ACK ACK --tcp-option 2 -j DROP',
  ),
  nft('nft-option-exists', 'bbb', OUT, 'accept', 'tcp flags syn tcp option maxseg exists drop'),
  nft('nft-option-missing', 'aaa', OUT, 'accept', 'tcp flags syn tcp option sack-perm missing drop'),
  nft('mss-drop', 'aaa', IN, 'accept', 'tcp flags syn tcp option maxseg size 1-536 drop'),
  nft('mss-large', 'bbb', OUT, 'accept', 'tcp option maxseg size > 500 drop'),
  nft('mss-between', 'aaa', OUT, 'accept', 'tcp option maxseg size 1-1400 drop', {
    judged: ['uuu', 'The path may have a smaller MTU than the interface.'],
  }),
  iptables(
    'mss-drop-v4',
    'aaa',
    '-A INPUT -p tcp -m tcp --tcp-flags SYN,RST SYN -m tcpmss ! --mss 536:65535 -j DROP',
    {backend: 'nft'},
  ),
  iptables('mss-without', 'bbb', '-A OUTPUT -p tcp -m tcp ! --syn -m tcpmss ! --mss 536:65535 -j DROP'),
  iptables(
    'ct-new-mss-v4',
    'aaa',
    '*mangle\n-A PREROUTING -m conntrack --ctstate INVALID -j DROP\n-A PREROUTING -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP\n-A PREROUTING -p tcp -m conntrack --ctstate NEW -m tcpmss ! --mss 536:65535 -j DROP\n-A PREROUTING -p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -j DROP\n-A PREROUTING -s 224.0.0.0/3 -j DROP\n-A PREROUTING -s 169.254.0.0/16 -j DROP\n-A PREROUTING -s 127.0.0.0/8 ! -i lo -j DROP\n-A PREROUTING -f -j DROP',
    {backend: 'nft'},
  ),
]

/** Interfaces. */
const DEVICES = [
  iptables('v4-devgroup', 'baa', '-A OUTPUT -p tcp -m tcp --dport 443 -m devgroup --dst-group 0x0 -j DROP'),
  iptables(
    'v4-devgroup-not',
    'baa',
    '-A OUTPUT -p tcp -m tcp --dport 443 -m devgroup ! --dst-group 0x7 -j DROP',
  ),
  iptables('v4-devgroup-mask', 'bbb', '-A INPUT -m devgroup --src-group 0x5/0x7 -j DROP', {
    network: ['link set eth0 group 13', 'link set eth0 group 0'],
  }),
  nft(
    'nft-oifgroup',
    'baa',
    OUT,
    'accept',
    'oifgroup default tcp dport 443 drop\noifgroup 7 tcp dport 1500 drop',
  ),
  nft('nft-oifgroup-7', 'baa', OUT, 'accept', 'oifgroup 7 tcp dport 443 drop', {
    network: ['link set eth0 group 7', 'link set eth0 group 0'],
  }),
  nft('nft-iifgroup-set', 'bbb', IN, 'accept', 'iifgroup { 3, 7 } drop', {
    network: ['link set eth0 group 7', 'link set eth0 group 0'],
  }),
  nft('nft-oiftype', 'baa', OUT, 'accept', 'meta oiftype ether tcp dport 443 drop'),
  nft('nft-iiftype-loopback', 'aaa', IN, 'accept', 'meta iiftype loopback drop'),
  nft('nft-iiftype-not', 'bbb', IN, 'accept', 'meta iiftype != loopback drop'),
  {
    ...script(
      'bridge',
      'baa',
      'table bridge filter {\n chain OUTPUT { type filter hook output priority -200; policy accept; tcp dport 443 drop; }\n}\n',
      {judged: ['uaa', BRIDGE], network: BRIDGED},
    ),
  },
  script(
    'ebtables-ip',
    'bab',
    'table bridge filter {\n chain INPUT { type filter hook input priority -200; policy accept; ip saddr 198.51.100.10 drop; }\n}\n',
    {judged: ['uau', BRIDGE], network: BRIDGED},
  ),
]

const ACCEPTED_THEN_DROPPED = (match: string) =>
  `*mangle\n-A PREROUTING -i eth0 -p tcp ${match} -j ACCEPT\n-A PREROUTING -i eth0 -p tcp -j DROP`

/** Sockets, their owners, and IPsec. */
const SOCKETS = [
  iptables('v4-socket', 'aaa', ACCEPTED_THEN_DROPPED('-m socket')),
  iptables('v4-socket-nowildcard', 'aaa', ACCEPTED_THEN_DROPPED('-m socket --nowildcard')),
  iptables('v4-socket-transparent', 'bbb', ACCEPTED_THEN_DROPPED('-m socket --transparent')),
  nft('nft-socket-transparent', 'aaa', IN, 'accept', 'socket transparent 1 drop'),
  nft('nft-socket-transparent-out', 'aaa', OUT, 'accept', 'socket transparent 1 drop'),
  nft('nft-socket-ordinary', 'aaa', IN, 'drop', 'socket transparent 0 accept'),
  iptables(
    'v4-owner-range',
    'aaa',
    ':OUTPUT DROP\n-A OUTPUT -o lo -j ACCEPT\n-A OUTPUT -m owner --uid-owner 0-999 -j ACCEPT',
  ),
  iptables('v4-owner-range-1000', 'bbb', ':OUTPUT DROP\n-A OUTPUT -m owner --uid-owner 0-999 -j ACCEPT', {
    uid: 1000,
  }),
  iptables('v4-socket-exists', 'aaa', '-A OUTPUT -m owner ! --socket-exists -j DROP'),
  iptables('v4-policy-none', 'aaa', ':OUTPUT DROP\n-A OUTPUT -m policy --dir out --pol none -j ACCEPT', {
    backend: 'nft',
  }),
  iptables(
    'v4-policy-ipsec',
    'aaa',
    '-A OUTPUT -p tcp -m policy --dir out --pol ipsec -j DROP\n-A INPUT -m policy --dir in --pol ipsec -j DROP',
    {backend: 'nft'},
  ),
  nft('nft-ipsec', 'aaa', IN, 'drop', 'meta ipsec missing accept'),
  nft('nft-rt-ipsec', 'aaa', OUT, 'accept', 'rt ipsec exists drop'),
  nft('nft-ipsec-of-tunnel', 'aaa', IN, 'accept', 'ipsec in reqid 1 drop'),
]

const SET = (type: string, ...elements: readonly string[]) =>
  `create a ${type}\n${elements.map(element => `add a ${element}\n`).join('')}`

/** Sets and translations. */
const SETS = [
  iptables('set-ipport', 'baa', '-A OUTPUT -m set --match-set a dst,dst -j DROP', {
    sets: SET('hash:ip,port family inet', '198.51.100.10,tcp:443'),
    backend: 'nft',
  }),
  iptables('set-netport', 'abb', '-A OUTPUT -m set ! --match-set a dst,dst -j DROP', {
    sets: SET('hash:net,port family inet', '198.51.100.0/24,tcp:443', '10.20.0.0/16,udp:1500'),
    backend: 'nft',
  }),
  iptables(
    'set-bitmap-port',
    'aba',
    '-A OUTPUT -p tcp -m set --match-set a dst -j ACCEPT\n-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset',
    {
      sets: SET('bitmap:port range 0-2000', '443', '80'),
      backend: 'nft',
    },
  ),
  iptables('set-netiface', 'bab', '-A OUTPUT -m set --match-set a dst,dst -j DROP', {
    sets: SET('hash:net,iface family inet', '198.51.100.0/24,eth0'),
  }),
  iptables('set-srcport-in', 'baa', '-A INPUT -p tcp -m set --match-set a src -j DROP', {
    sets: SET('bitmap:port range 0-2000', '443'),
    backend: 'nft',
  }),
  script(
    'nft-dnat-map',
    'aba',
    'table ip t {\n chain o { type nat hook output priority -100; dnat ip to tcp dport map { 443 : 198.51.100.20 . 8443, 80 : 198.51.100.20 . 8443 }; }\n chain f { type filter hook output priority 0; policy drop; oif lo accept; ct state established accept; ip daddr 198.51.100.20 tcp dport 8443 accept; }\n}\n',
  ),
  script(
    'nft-redirect',
    'baa',
    'table ip t {\n chain o { type nat hook output priority -100; meta skuid != 997 tcp dport 443 redirect to :15099; }\n}\n',
  ),
  script(
    'nft-redirect-to-listener',
    'aaa',
    'table ip t {\n chain o { type nat hook output priority -100; meta skuid != 997 tcp dport 443 redirect to :15001; }\n}\n',
  ),
  iptables(
    'v4-netmap',
    'aaa',
    '*nat\n-A OUTPUT -d 198.51.100.10/32 -j NETMAP --to 10.20.0.10/32\n*filter\n-A OUTPUT -d 198.51.100.0/24 -j DROP',
    {
      backend: 'nft',
    },
  ),
  script(
    'goto-return-policy',
    'bab',
    'table inet t {\n chain a { tcp dport 80 return; tcp dport 22 accept; }\n chain c { type filter hook output priority 0; policy drop; oif lo accept; udp dport 53 accept; tcp dport vmap { 443 : goto a, 80 : goto a, 1500 : jump a }; tcp dport 1500 accept; }\n}\n',
  ),
  iptables('bogon-10', 'aba', '*mangle\n-A PREROUTING -s 10.0.0.0/8 -j DROP', {backend: 'nft'}),
]

const TIED = 'type filter hook output priority 0;'

/** Chains at one priority: what was loaded later runs first. */
const ORDERS = [
  script(
    'marks-then-reads-in-one-table',
    'aaa',
    `table inet t {\n chain marks { ${TIED} meta mark set 0x1; }\n chain reads { ${TIED} meta mark 0x1 drop; }\n}\n`,
  ),
  script(
    'reads-then-marks-in-one-table',
    'bbb',
    `table inet t {\n chain reads { ${TIED} meta mark 0x1 drop; }\n chain marks { ${TIED} meta mark set 0x1; }\n}\n`,
  ),
  script(
    'reads-then-marks-in-two-tables',
    'bbb',
    `table inet one {\n chain reads { ${TIED} meta mark 0x1 drop; }\n}\ntable inet two {\n chain marks { ${TIED} meta mark set 0x1; }\n}\n`,
    {judged: ['uuu', 'Which of the two tables was loaded later is not in the dump.']},
  ),
  script(
    'marks-what-nobody-reads',
    'baa',
    `table inet one {\n chain reads { ${TIED} meta mark 0x2 drop; tcp dport 443 drop; }\n}\ntable inet two {\n chain marks { ${TIED} meta mark set 0x1; }\n}\n`,
  ),
]

export const SNIPPETS: readonly Snippet[] = [
  ...TRACKING,
  ...HEADERS,
  ...OPTIONS,
  ...DEVICES,
  ...SOCKETS,
  ...SETS,
  ...ORDERS,
]
