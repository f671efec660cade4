import {libraryFile, NODE} from '../lib/paths.ts'
import {AWS} from '../lib/topology.ts'
import {DRS, describeFaults} from './path-cases.ts'

describeFaults('a fault of DNS', [
  {
    name: 'a name that does not exist',
    dns: [`--address=/${DRS}/`],
    code: 'dns.not-found',
    owner: 'dns-admin',
    says: ['NXDOMAIN', AWS.dns.ipv4],
  },
  {
    name: 'a name without any address',
    dns: [`--local=/${DRS}/`, `--txt-record=${DRS},nothing`],
    code: 'dns.not-found',
    owner: 'dns-admin',
    says: ['has no address'],
  },
  {
    name: 'a name server that refuses',
    dns: [`--server=/${DRS}/#`],
    code: 'dns.server-failure',
    owner: 'dns-admin',
    says: ['REFUSED', AWS.dns.ipv4],
  },
  {
    name: 'a name server that fails',
    dns: [`--server=/${DRS}/127.0.0.1#5399`],
    arrange: ({aws}) => aws.startServer([NODE, libraryFile('failing-dns.ts'), '5399'], /ready/),
    code: 'dns.server-failure',
    owner: 'dns-admin',
    says: ['SERVFAIL'],
  },
  {
    name: 'a name server whose port is closed',
    dns: null,
    code: 'dns.server-failure',
    owner: 'dns-admin',
    says: ['port 53'],
  },
  {
    name: 'a name server that never answers',
    router: [
      ['-p', 'udp', '--dport', '53', '-j', 'DROP'],
      ['-p', 'tcp', '--dport', '53', '-j', 'DROP'],
    ],
    code: 'dns.timeout',
    owner: 'dns-admin',
    says: ['no answer', AWS.dns.ipv4],
  },
  {
    name: 'an answer that is too long for UDP, with TCP 53 blocked',
    dns: [
      '--edns-packet-max=512',
      ...Array.from({length: 60}, (_, at) => `--address=/${DRS}/198.51.100.${100 + at}`),
    ],
    router: [['-p', 'tcp', '--dport', '53', '-j', 'DROP']],
    code: 'dns.timeout',
    owner: 'dns-admin',
    says: ['truncated', 'TCP 53'],
  },
  {
    name: 'a name that is sunk to 0.0.0.0',
    dns: [`--address=/${DRS}/0.0.0.0`],
    code: 'dns.sinkhole',
    owner: 'dns-admin',
    says: ['0.0.0.0'],
  },
  {
    name: 'a name that is sunk to loopback',
    dns: [`--address=/${DRS}/127.0.0.1`],
    code: 'dns.sinkhole',
    owner: 'dns-admin',
    says: ['127.0.0.1'],
  },
  {
    name: "queries that this host's own rules drop",
    source: [['-p', 'udp', '--dport', '53', '-j', 'DROP']],
    code: 'dns.timeout',
    owner: 'this-host',
    says: ['the host firewall', AWS.dns.ipv4],
  },
  {
    name: "queries that this host's own rules reject",
    source: [['-p', 'udp', '--dport', '53', '-j', 'REJECT']],
    code: 'dns.timeout',
    owner: 'this-host',
    says: ['the host firewall'],
  },
  {
    name: 'a private address that is not reached, as a VPC endpoint without a route',
    dns: [`--address=/${DRS}/10.20.0.99`],
    router: [['-d', '10.20.0.99', '-j', 'DROP']],
    code: 'tcp.timeout',
    owner: 'network-team',
    says: ['VPC endpoint', 'security group', '"addressScope":"private"'],
  },
])
