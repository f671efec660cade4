import {STAGING} from '../lib/topology.ts'
import {describeFaults, type Fault} from './path-cases.ts'

const SERVER = ['--replication-server', STAGING.ipv4]
const at1500 = (fault: Omit<Fault, 'check'> & Pick<Partial<Fault>, 'check'>): Fault => ({
  check: 'replication-1500',
  args: SERVER,
  ...fault,
})
const forward = (...rule: readonly string[]) => [['-p', 'tcp', '--dport', '1500', ...rule]]

describeFaults('the path of TCP 1500', [
  at1500({
    name: 'nothing to test against',
    args: ['--staging-subnet', STAGING.subnet],
    code: 'replication.not-tested',
    status: 'skip',
    owner: null,
    says: ['nc -l 1500', '--replication-server'],
  }),
  at1500({
    name: 'nothing listens there yet',
    code: 'replication.no-listener',
    status: 'warn',
    owner: null,
    says: ['the path to', 'open'].map(text => new RegExp(text, 'i')),
  }),
  at1500({
    name: 'dropped on the way',
    router: forward('-j', 'DROP'),
    code: 'tcp.timeout',
    owner: 'network-team',
    says: ['security group'],
  }),
  at1500({
    name: 'rejected on the way with ICMP',
    router: forward('-j', 'REJECT'),
    beside: 'firewall-1500',
    code: 'tcp.refused',
    owner: 'network-team',
    says: ['ICMP'],
  }),
  at1500({
    name: 'unreachable',
    router: forward('-j', 'REJECT', '--reject-with', 'icmp-host-unreachable'),
    code: 'tcp.unreachable',
    owner: 'network-team',
    says: ['EHOSTUNREACH'],
  }),
  at1500({
    name: 'a name that does not exist',
    args: ['--replication-server', 'replication.example'],
    dns: ['--address=/replication.example/'],
    code: 'dns.not-found',
    owner: 'dns-admin',
    says: ['NXDOMAIN'],
  }),
  at1500({
    name: 'a name that is sunk',
    args: ['--replication-server', 'replication.example'],
    dns: ['--address=/replication.example/0.0.0.0'],
    code: 'dns.sinkhole',
    owner: 'dns-admin',
    says: ['0.0.0.0'],
  }),
  at1500({
    name: "this host's own rules drop it",
    check: 'firewall-1500',
    source: forward('-j', 'DROP'),
    code: 'firewall.drop',
    owner: 'this-host',
    says: ['--dport 1500'],
  }),
  at1500({
    name: 'a listener without TLS',
    arrange: lab => lab.startReplicationServer(),
    code: 'ok',
    owner: null,
    says: ['no TLS answer'],
  }),
  at1500({
    name: 'a device in between that answers with TLS of its own',
    args: ['--replication-server', `${STAGING.ipv4}:1501`],
    arrange: lab =>
      lab.staging.startServer(
        [
          'openssl',
          's_server',
          '-www',
          '-accept',
          '1501',
          '-key',
          `${lab.directory}/intercepted.key`,
          '-cert',
          `${lab.directory}/intercepted.pem`,
        ],
        /ACCEPT/,
      ),
    code: 'ok',
    owner: null,
    says: ['TLSv1.3', 'Example Corp TLS Inspection'],
  }),
  at1500({
    name: 'is never proxied',
    args: [...SERVER, '--proxy-address', 'http://10.30.0.8:3128/'],
    router: forward('-j', 'DROP'),
    code: 'tcp.timeout',
    owner: 'network-team',
    says: [STAGING.ipv4],
  }),
])
