import {AWS} from '../lib/topology.ts'
import {describeFaults, INSTALLER_BUCKET} from './path-cases.ts'

const forward = (...rule: readonly string[]) => [['-p', 'tcp', '--dport', '443', ...rule]]

describeFaults('a fault of TCP', [
  {
    name: 'packets dropped on the way',
    router: forward('-j', 'DROP'),
    code: 'tcp.timeout',
    owner: 'network-team',
    says: [AWS.drs.ipv4, '10.9.0.2'],
  },
  {
    name: 'a reject with RST on the way',
    router: forward('-j', 'REJECT', '--reject-with', 'tcp-reset'),
    code: 'tcp.refused',
    owner: 'network-team',
    says: ['ECONNREFUSED'],
  },
  {
    name: 'a reject with ICMP on the way',
    router: forward('-j', 'REJECT', '--reject-with', 'icmp-host-unreachable'),
    code: 'tcp.unreachable',
    owner: 'network-team',
    says: ['EHOSTUNREACH'],
  },
  {
    name: 'an administrative prohibition on the way',
    router: forward('-j', 'REJECT', '--reject-with', 'icmp-admin-prohibited'),
    code: 'tcp.unreachable',
    owner: 'network-team',
    says: ['EHOSTUNREACH'],
  },
  {
    name: 'only one of the buckets dropped on the way',
    check: 's3-buckets',
    target: INSTALLER_BUCKET,
    router: forward('-d', AWS.s3.ipv4, '-j', 'DROP'),
    code: 'tcp.timeout',
    owner: 'network-team',
    says: [AWS.s3.ipv4],
  },
  {
    name: 'a route that forbids',
    arrange: lab => lab.source.must(['ip', 'route', 'replace', 'prohibit', AWS.drs.ipv4]),
    code: 'tcp.prohibited',
    owner: 'this-host',
    says: ['EACCES', 'prohibit route'],
  },
  {
    name: 'no route at all',
    arrange: lab => lab.source.must(['ip', 'route', 'replace', 'unreachable', AWS.drs.ipv4]),
    code: 'tcp.unreachable',
    owner: 'this-host',
    says: ['no route to', '--proxy-address'],
  },
  {
    name: 'a drop by rules that cannot be judged',
    arrange: lab => lab.source.must(['ip', 'route', 'del', AWS.drs.ipv4]),
    source: [
      ['-p', 'tcp', '--dport', '443', '-m', 'u32', '--u32', '0>>22&0x3C@0>>0=0:0xffffffff', '-j', 'DROP'],
    ],
    beside: 'firewall-443',
    code: 'tcp.local-drop',
    owner: 'this-host',
    says: ['none of the retransmissions went out'],
  },
])
