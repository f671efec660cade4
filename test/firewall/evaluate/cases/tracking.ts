import type {Case} from '../../host.ts'

const OTHERS = ' --suppl-groups'

const USERS = {
  users: [
    {name: 'root', uid: 0, gid: 0, groups: [4]},
    {name: 'aws-replication', uid: 998, gid: 997, groups: [104]},
  ],
}

/** Connection tracking, marks, owners, NAT, further tables. */
export const TRACKING_CASES: readonly Case[] = [
  [':INPUT DROP\n-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT', 'allow'],
  [':INPUT DROP\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'allow'],
  [':INPUT DROP\n-A INPUT -m conntrack --ctstate NEW -j ACCEPT', 'block in-synack filter INPUT policy'],
  [':OUTPUT DROP\n-A OUTPUT -m conntrack --ctstate NEW -j ACCEPT', 'block out-data filter OUTPUT policy'],
  [':OUTPUT DROP\n-A OUTPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT', 'allow'],
  [':OUTPUT DROP\n-A OUTPUT -m state --state ESTABLISHED -j ACCEPT', 'block out-syn filter OUTPUT policy'],
  ['-A OUTPUT -m conntrack ! --ctstate NEW -j REJECT', 'block out-data filter OUTPUT 1'],
  ['-A OUTPUT -m conntrack --ctstate INVALID -j DROP', 'allow'],
  ['-A OUTPUT -m conntrack --ctstate UNTRACKED -j DROP', 'allow'],
  ['-A OUTPUT -m conntrack --ctdir ORIGINAL -j DROP', 'block out-syn filter OUTPUT 1'],
  ['-A OUTPUT -m conntrack --ctdir REPLY -j DROP', 'allow'],
  ['-A INPUT -m conntrack --ctdir REPLY -j DROP', 'block in-synack filter INPUT 1'],
  ['-A OUTPUT -m conntrack --ctproto 6 -j DROP', 'block out-syn filter OUTPUT 1'],
  ['-A OUTPUT -m conntrack --ctproto 17 -j DROP', 'allow'],
  ['-A OUTPUT -m conntrack ! --ctproto 17 -j DROP', 'block out-syn filter OUTPUT 1'],
  ['-A INPUT -m conntrack --ctorigdst 52.95.110.1 -j DROP', 'block in-synack filter INPUT 1'],
  ['-A INPUT -m conntrack --ctorigdst 10.0.0.0/8 -j DROP', 'allow'],
  ['-A INPUT -m conntrack --ctorigdstport 443 -j DROP', 'block in-synack filter INPUT 1'],
  ['-A INPUT -m conntrack --ctorigdstport 444:500 -j DROP', 'allow'],
  ['-A INPUT -m conntrack --ctorigsrc 10.9.0.2 -j DROP', 'block in-synack filter INPUT 1'],
  [
    '-A INPUT -m conntrack --ctreplsrc 52.95.110.1 --ctstate ESTABLISHED -j DROP',
    'block in-synack filter INPUT 1',
  ],
  ['-A OUTPUT -m conntrack --ctstatus SEEN_REPLY -j DROP', 'block out-data filter OUTPUT 1'],
  ['-A INPUT -m conntrack --ctstatus ASSURED -j DROP', 'block in-data filter INPUT 1'],
  ['-A OUTPUT -m conntrack --ctstatus CONFIRMED -j DROP', 'block out-data filter OUTPUT 1'],
  ['-A OUTPUT -m conntrack --ctstatus NONE -j DROP', 'allow'],
  ['-A OUTPUT -m conntrack --ctexpire 1:100 -j DROP', 'unknown'],
  // Before connection tracking, everything is INVALID; nothing is tracked yet.
  ['*raw\n-A OUTPUT -m conntrack --ctstate INVALID -j DROP', 'block out-syn raw OUTPUT 1'],
  ['*raw\n-A OUTPUT -m conntrack --ctstate NEW -j DROP', 'allow'],
  ['*raw\n-A OUTPUT -m conntrack --ctdir ORIGINAL -j DROP', 'allow'],
  ['*raw\n-A PREROUTING -s 52.95.110.1/32 -j DROP', 'block in-synack raw PREROUTING 1'],
  [
    '*raw\n-A OUTPUT -j CT --notrack\n*filter\n-A OUTPUT -m conntrack --ctstate UNTRACKED -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  ['*raw\n-A OUTPUT -j NOTRACK\n*filter\n-A OUTPUT -m conntrack --ctstate NEW,ESTABLISHED -j DROP', 'allow'],
  [
    '*raw\n-A OUTPUT -p tcp -j CT --notrack\n-A PREROUTING -p tcp -j CT --notrack\n*filter\n:INPUT DROP\n-A INPUT -m state --state ESTABLISHED -j ACCEPT',
    'block in-synack filter INPUT policy',
  ],
  [
    '*raw\n-A OUTPUT -j NOTRACK\n*filter\n-A INPUT -m state --state INVALID -j DROP',
    'block in-synack filter INPUT 1',
  ],
  [
    '*raw\n-A OUTPUT -j CT --helper ftp\n*filter\n-A OUTPUT -m conntrack --ctstate NEW -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  ['*raw\n-A OUTPUT -j CT --zone 5\n*filter\n-A INPUT -m conntrack --ctstate INVALID -j DROP', 'unknown'],
  // A connection that tracking sees in parts.
  [
    '*raw\n-A OUTPUT -p tcp -m tcp --syn -j CT --notrack\n*nat\n-A POSTROUTING -j MASQUERADE\n*filter\n-A OUTPUT -m conntrack --ctstate NEW -j DROP',
    'block out-data filter OUTPUT 1',
  ],
  [
    '*raw\n-A OUTPUT -p tcp -m tcp --syn -j CT --notrack\n*filter\n-A INPUT -m conntrack --ctstate ESTABLISHED -j DROP',
    'block in-data filter INPUT 1',
  ],
  [
    '*raw\n-A OUTPUT -p tcp -m tcp --syn -j CT --notrack\n*nat\n-A OUTPUT -j DNAT --to-destination 10.20.0.1',
    'unknown',
  ],
  [
    '*raw\n-A OUTPUT -p tcp -m tcp --syn -j CT --notrack\n*nat\n-A OUTPUT -d 10.20.0.1 -j DNAT --to-destination 10.9.0.1',
    'allow',
  ],
  [
    '*raw\n-A OUTPUT -j CT --notrack\n*filter\n-A INPUT -m conntrack --ctstate ESTABLISHED -j DROP\n-A INPUT -m conntrack --ctdir REPLY -j DROP',
    'allow',
  ],
  [
    '*raw\n-A OUTPUT -j CT --notrack\n*filter\n-A INPUT -m conntrack --ctdir ORIGINAL --ctorigsrc 52.95.110.1 -j DROP',
    'block in-data filter INPUT 1',
  ],
  ['*raw\n-A OUTPUT -j CT --notrack\n*nat\n-A PREROUTING -j DNAT --to-destination 10.20.0.1', 'unknown'],
  [
    '*raw\n-A PREROUTING -p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK -j CT --notrack\n*filter\n-A OUTPUT -m conntrack --ctstate INVALID -j DROP',
    'block out-data filter OUTPUT 1',
  ],
  [
    '*raw\n-A PREROUTING -p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK -j CT --notrack\n*filter\n-A INPUT -m conntrack --ctstate ESTABLISHED -j DROP',
    'block in-data filter INPUT 1',
  ],
  [
    '*raw\n-A OUTPUT -p tcp -m tcp --tcp-flags ALL ACK -j CT --notrack\n*filter\n-A INPUT -m conntrack --ctstate INVALID -j DROP',
    'allow',
  ],
  [
    '*raw\n-A OUTPUT -p tcp -m tcp --tcp-flags ALL ACK,PSH -j CT --notrack\n*filter\n-A INPUT -m conntrack --ctstate INVALID -j DROP',
    'block in-data filter INPUT 1',
  ],
  // The mark is that of an entry which the dropped ACK never made.
  [
    '*raw\n-A OUTPUT -p tcp -m tcp --syn -j NOTRACK\n*filter\n-A OUTPUT -p tcp -m tcp --tcp-flags ALL ACK -j CONNMARK --set-xmark 0x1/0xffffffff\n-A OUTPUT -m connmark --mark 0x1 -j DROP',
    'unknown',
  ],
  // Other tables and their order.
  ['*mangle\n-A OUTPUT -j DROP\n*filter\n-A OUTPUT -j REJECT', 'block out-syn mangle OUTPUT 1'],
  ['*mangle\n:POSTROUTING DROP', 'block out-syn mangle POSTROUTING policy'],
  ['*mangle\n-A INPUT -j DROP', 'block in-synack mangle INPUT 1'],
  ['*mangle\n-A FORWARD -j DROP', 'allow'],
  ['*security\n-A OUTPUT -j DROP', 'block out-syn security OUTPUT 1'],
  ['*security\n-A INPUT -j DROP', 'block in-synack security INPUT 1'],
  ['*filter\n-A OUTPUT -j ACCEPT\n*security\n-A OUTPUT -j DROP', 'block out-syn security OUTPUT 1'],
  ['*raw\n-A OUTPUT -j ACCEPT\n*filter\n:OUTPUT DROP', 'block out-syn filter OUTPUT policy'],
  ['*nat\n-A PREROUTING -j DNAT --to-destination 10.20.0.1', 'allow'],
  // Marks.
  [
    '*mangle\n-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff\n*filter\n-A OUTPUT -m mark --mark 0x1 -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  [
    '*mangle\n-A OUTPUT -j MARK --set-mark 0x12\n*filter\n-A OUTPUT -m mark --mark 0x2/0xf -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  [
    '*mangle\n-A OUTPUT -j MARK --or-mark 0x4\n-A OUTPUT -j MARK --and-mark 0x3\n*filter\n-A OUTPUT -m mark --mark 0x0 -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  ['*mangle\n-A OUTPUT -j MARK --xor-mark 0x4\n*filter\n-A OUTPUT -m mark ! --mark 0x4 -j DROP', 'allow'],
  ['-A OUTPUT -m mark --mark 0x1 -j DROP', 'allow'],
  ['-A OUTPUT -m mark ! --mark 0x1 -j DROP', 'block out-syn filter OUTPUT 1'],
  ['*mangle\n-A OUTPUT -j MARK --set-mark 1\n*filter\n-A INPUT -m mark --mark 1 -j DROP', 'allow'],
  [
    '*mangle\n-A OUTPUT -j CONNMARK --set-mark 7\n*filter\n-A INPUT -m connmark --mark 7 -j DROP',
    'block in-synack filter INPUT 1',
  ],
  [
    '*mangle\n-A OUTPUT -j MARK --set-mark 3\n-A OUTPUT -j CONNMARK --save-mark\n-A PREROUTING -j CONNMARK --restore-mark\n*filter\n-A INPUT -m mark --mark 3 -j DROP',
    'block in-synack filter INPUT 1',
  ],
  [
    '*mangle\n-A OUTPUT -m limit --limit 1/s -j MARK --set-mark 3\n*filter\n-A OUTPUT -m mark --mark 3 -j DROP',
    'unknown',
  ],
  [
    '*mangle\n-A OUTPUT -m limit --limit 1/s -j MARK --set-mark 3\n*filter\n-A OUTPUT -m mark --mark 4 -j DROP',
    'allow',
  ],
  ['*mangle\n-A OUTPUT -j HMARK --hmark-mod 10\n*filter\n-A OUTPUT -m mark --mark 4 -j DROP', 'unknown'],
  // Owners.
  ['-A OUTPUT -m owner --uid-owner 0 -j DROP', 'block out-syn filter OUTPUT 1'],
  ['-A OUTPUT -m owner --uid-owner root -j DROP', 'block out-syn filter OUTPUT 1'],
  ['-A OUTPUT -m owner --uid-owner backup -j DROP', 'unknown'],
  ['-A OUTPUT -m owner --uid-owner 1000 -j DROP', 'allow'],
  ['-A OUTPUT -m owner --uid-owner 1000 -j DROP', 'block out-syn filter OUTPUT 1', {uid: 1000}],
  ['-A OUTPUT -m owner ! --uid-owner 0 -j DROP', 'allow'],
  ['-A OUTPUT -m owner --uid-owner 0-999 -j DROP', 'block out-syn filter OUTPUT 1'],
  ['-A OUTPUT -m owner --gid-owner 0 -j DROP', 'block out-syn filter OUTPUT 1'],
  ['-A OUTPUT -m owner --gid-owner 100 -j DROP', 'unknown', {uid: 1000}],
  ['-A OUTPUT -m owner --gid-owner 100 -j DROP', 'block out-syn filter OUTPUT 1', {uid: 1000, gid: 100}],
  ['-A OUTPUT -m owner --gid-owner 100 -j DROP', 'allow', {uid: 1000, gid: 1000}],
  ['-A OUTPUT -m owner --gid-owner 100-200 -j DROP', 'block out-syn filter OUTPUT 1', {gid: [150, 7]}],
  // Further groups count where the rule says so, and only there.
  ['-A OUTPUT -m owner --gid-owner 104 -j DROP', 'allow', {gid: [0, 104]}],
  [`-A OUTPUT -m owner --gid-owner 104${OTHERS} -j DROP`, 'block out-syn filter OUTPUT 1', {gid: [0, 104]}],
  [`-A OUTPUT -m owner --gid-owner 104${OTHERS} -j DROP`, 'block out-syn filter OUTPUT 1', {gid: 104}],
  [`-A OUTPUT -m owner --gid-owner 104${OTHERS} -j DROP`, 'allow', {gid: [0, 105, 106]}],
  [`-A OUTPUT -m owner ! --gid-owner 104${OTHERS} -j DROP`, 'allow', {gid: [0, 104]}],
  [`-A OUTPUT -m owner ! --gid-owner 104${OTHERS} -j DROP`, 'block out-syn filter OUTPUT 1', {gid: [0, 7]}],
  [
    `-A OUTPUT -m owner --gid-owner 100-110${OTHERS} -j DROP`,
    'block out-syn filter OUTPUT 1',
    {gid: [0, 104]},
  ],
  // Without knowledge of the host's groups, root has its own and perhaps others.
  [`-A OUTPUT -m owner --gid-owner 0${OTHERS} -j DROP`, 'block out-syn filter OUTPUT 1'],
  [`-A OUTPUT -m owner --gid-owner 104${OTHERS} -j DROP`, 'unknown'],
  [`-A OUTPUT -m owner --gid-owner 104${OTHERS} -j DROP`, 'allow', {state: USERS}],
  [`-A OUTPUT -m owner --gid-owner 4${OTHERS} -j DROP`, 'unknown', {state: USERS}],
  ['-A OUTPUT -m owner --gid-owner 4 -j DROP', 'allow', {state: USERS}],
  ['-A OUTPUT -m owner --gid-owner 997 -j DROP', 'block out-syn filter OUTPUT 1', {uid: 998, state: USERS}],
  ['-A OUTPUT -m owner --gid-owner 104 -j DROP', 'allow', {uid: 998, state: USERS}],
  [
    `-A OUTPUT -m owner --gid-owner 104${OTHERS} -j DROP`,
    'block out-syn filter OUTPUT 1',
    {uid: 998, state: USERS},
  ],
  [`-A OUTPUT -m owner --gid-owner 104${OTHERS} -j DROP`, 'allow', {uid: 998, gid: 997, state: USERS}],
  [`-A OUTPUT -m owner --gid-owner 104${OTHERS} -j DROP`, 'unknown', {uid: 1000, state: USERS}],
  ['-A OUTPUT -m owner --socket-exists -j DROP', 'block out-syn filter OUTPUT 1'],
  ['-A OUTPUT -m owner ! --socket-exists -j DROP', 'allow'],
  // NAT.
  ['*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 3128', 'allow'],
  [
    '*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 3128\n*filter\n-A OUTPUT -p tcp --dport 443 -j DROP',
    'allow',
  ],
  [
    '*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 3128\n*filter\n-A OUTPUT -p tcp --dport 3128 -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  [
    '*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT\n*filter\n-A OUTPUT -d 127.0.0.1/32 -o eth0 -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  [
    '*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT\n*filter\n:INPUT DROP',
    'block out-syn filter INPUT policy',
  ],
  [
    '*nat\n-A OUTPUT -d 52.95.110.1/32 -j DNAT --to-destination 10.20.0.1\n*filter\n-A OUTPUT -d 52.95.110.1/32 -j DROP',
    'allow',
  ],
  [
    '*nat\n-A OUTPUT -d 52.95.110.1/32 -j DNAT --to-destination 10.20.0.1:8443\n*filter\n-A OUTPUT -d 10.20.0.1/32 -p tcp --dport 8443 -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  ['*nat\n-A OUTPUT -j DNAT --to-destination 10.20.0.1\n*filter\n-A OUTPUT -o eth1 -j DROP', 'allow'],
  [
    '*nat\n-A OUTPUT -j DNAT --to-destination 10.20.0.1\n*mangle\n-A POSTROUTING -o eth1 -j DROP',
    'block out-syn mangle POSTROUTING 1',
  ],
  [
    '*nat\n-A OUTPUT -j DNAT --to-destination 10.20.0.1\n*filter\n-A INPUT -s 10.20.0.1/32 -j DROP',
    'block in-synack filter INPUT 1',
  ],
  [
    '*nat\n-A OUTPUT -j DNAT --to-destination 10.20.0.1\n*filter\n-A OUTPUT -m conntrack --ctstate DNAT -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  [
    '*nat\n-A OUTPUT -j DNAT --to-destination 52.95.110.1\n*filter\n-A OUTPUT -m conntrack --ctstate DNAT -j DROP',
    'allow',
  ],
  [
    '*nat\n-A OUTPUT -j DNAT --to-destination 10.20.0.1\n*filter\n-A OUTPUT -m conntrack --ctorigdst 52.95.110.1 -j DROP',
    'block out-syn filter OUTPUT 1',
  ],
  ['*nat\n-A OUTPUT -j ACCEPT\n-A OUTPUT -j REDIRECT\n*filter\n-A OUTPUT -d 127.0.0.1/32 -j DROP', 'allow'],
  [
    '*nat\n-A OUTPUT -j DNAT --to-destination 10.20.0.1-10.20.0.9\n*filter\n-A OUTPUT -d 10.20.0.5/32 -j DROP',
    'unknown',
  ],
  ['*nat\n-A POSTROUTING -j MASQUERADE\n*filter\n-A INPUT -m conntrack --ctstate SNAT -j DROP', 'allow'],
  [
    '*nat\n-A POSTROUTING -j SNAT --to-source 10.20.0.2\n*filter\n-A INPUT -m conntrack --ctstate SNAT -j DROP',
    'block in-synack filter INPUT 1',
  ],
  ['*nat\n-A POSTROUTING -j SNAT --to-source 10.20.0.2\n*filter\n-A INPUT -i eth0 -j DROP', 'unknown'],
  [
    '*nat\n-A POSTROUTING -p tcp -j MASQUERADE --to-ports 61000-62000\n*mangle\n-A PREROUTING -p tcp --dport 61000:62000 -j DROP',
    'block in-synack mangle PREROUTING 1',
  ],
  [
    '*nat\n-A POSTROUTING -p tcp -j MASQUERADE --to-ports 30000-62000\n*mangle\n-A PREROUTING -p tcp --dport 61000:62000 -j DROP',
    'allow',
  ],
  [
    '*nat\n-A POSTROUTING -j MASQUERADE --random\n*mangle\n-A PREROUTING -p tcp --dport 61000:62000 -j DROP',
    'unknown',
  ],
  [
    '*nat\n-A OUTPUT -p tcp -j DNAT --to-destination 10.20.0.1:400-500 --random\n-A POSTROUTING -p tcp --dport 443 -j ACCEPT\n*filter\n-A OUTPUT -p tcp ! --dport 443 -j DROP',
    'unknown',
  ],
  ['*nat\n-A OUTPUT -j DNAT --to-destination 10.20.0.1\n*raw\n-A PREROUTING -j NOTRACK', 'unknown'],
  ['*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 8443', 'allow', {to: '2001:db8::5'}],
  // This host itself, over lo.
  ['-A OUTPUT -o lo -j DROP', 'block out-syn filter OUTPUT 1', {to: '127.0.0.1'}],
  ['-A OUTPUT -o lo -j DROP', 'block out-syn filter OUTPUT 1', {to: '10.20.0.2'}],
  [':INPUT DROP\n-A INPUT -i lo -j ACCEPT', 'allow', {to: '127.0.0.1'}],
  [
    ':INPUT DROP\n-A INPUT -m state --state ESTABLISHED -j ACCEPT',
    'block out-syn filter INPUT policy',
    {to: '10.9.0.2'},
  ],
  ['-A OUTPUT -p tcp --sport 443 -j DROP', 'block in-synack filter OUTPUT 1', {to: '127.0.0.1'}],
  [':OUTPUT DROP\n-A OUTPUT -o lo -j ACCEPT', 'allow', {to: '::1'}],
  ['*nat\n-A OUTPUT -d 127.0.0.1/32 -j DNAT --to-destination 10.20.0.1', 'unknown', {to: '127.0.0.1'}],
  // Found by comparing with real connections.
  [
    '*nat\n-A POSTROUTING -j MASQUERADE\n*filter\n-A INPUT -m conntrack --ctstate SNAT -j DROP',
    'unknown',
    {to: '127.0.0.1'},
  ],
  ['*raw\n-A OUTPUT -j NOTRACK\n*nat\n-A PREROUTING -p tcp -j REDIRECT --to-ports 3128', 'unknown'],
  ['-A OUTPUT -p tcp --tcp-flags ALL ACK -j REJECT --reject-with tcp-reset', 'unknown'],
  ['*nat\n-A OUTPUT -j DNAT --to-destination 52.95.110.1', 'unknown', {to: '127.0.0.1'}],
  ['*nat\n-A OUTPUT -d ::1/128 -j DNAT --to-destination 2001:db8::5', 'unknown', {to: '::1'}],
  [
    '*raw\n-A PREROUTING -m conntrack --ctstate INVALID -j NOTRACK\n*nat\n-A OUTPUT -p tcp --dport 443 -j DNAT --to-destination 10.20.0.1',
    'unknown',
  ],
]
