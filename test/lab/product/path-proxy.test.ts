import {libraryFile, NODE} from '../lib/paths.ts'
import {PROXY} from '../lib/topology.ts'
import {DRS, describeFaults, type Fault} from './path-cases.ts'

const URL = `http://${PROXY.ipv4}:3128/`
const SECRET = 'pa55-w0rd'
const proxied = (fault: Omit<Fault, 'args'>): Fault => ({args: ['--proxy-address', URL], ...fault})
const NO_DIRECT_WAY = [['-s', '10.9.0.2', '-p', 'tcp', '--dport', '443', '-j', 'DROP']]

describeFaults('a fault of the proxy', [
  proxied({
    name: 'nothing listens on its port',
    code: 'proxy.unreachable',
    owner: 'proxy-team',
    says: ['ECONNREFUSED', URL],
  }),
  proxied({
    name: 'its packets are dropped on the way',
    router: [['-p', 'tcp', '--dport', '3128', '-j', 'DROP']],
    code: 'proxy.unreachable',
    owner: 'proxy-team',
    says: ['no answer'],
  }),
  {
    name: 'its name does not exist',
    args: ['--proxy-address', 'http://proxy.nowhere.example:3128/'],
    dns: ['--address=/nowhere.example/'],
    code: 'proxy.unreachable',
    owner: 'proxy-team',
    says: ['does not resolve', 'NXDOMAIN'],
  },
  {
    name: 'it accepts, and says nothing',
    args: ['--proxy-address', `http://${PROXY.ipv4}:3200/`],
    arrange: lab => lab.proxy.startServer([NODE, libraryFile('tcp-listener.ts'), '3200'], /ready/),
    code: 'proxy.unreachable',
    owner: 'proxy-team',
    says: ['ETIMEDOUT'],
  },
  {
    name: 'it wants credentials, and has none',
    args: ['--proxy-address', `http://${PROXY.ipv4}:3129/`],
    arrange: lab => lab.startProxy({port: 3129, credentials: {user: 'ops', password: SECRET}}),
    code: 'proxy.auth-required',
    owner: 'proxy-team',
    says: [/40[17]/],
  },
  {
    name: 'it wants other credentials, which are shown nowhere',
    args: ['--verbose', '--proxy-address', `http://ops:wrong-${SECRET}@${PROXY.ipv4}:3129/`],
    code: 'proxy.auth-required',
    owner: 'proxy-team',
    says: [/40[17]/],
    never: [SECRET, Buffer.from(`ops:wrong-${SECRET}`).toString('base64')],
  },
  {
    name: 'it denies the host',
    args: ['--proxy-address', `http://${PROXY.ipv4}:3130/`],
    arrange: lab => lab.startProxy({port: 3130, refuses: ['drs']}),
    code: 'proxy.denied',
    owner: 'proxy-team',
    says: ['403', `${DRS}:443`],
  },
  {
    name: 'it has no way out itself',
    args: ['--proxy-address', `http://${PROXY.ipv4}:3131/`],
    arrange: lab => lab.startProxy({port: 3131}),
    router: [['-s', PROXY.ipv4, '-p', 'tcp', '--dport', '443', '-j', 'REJECT', '--reject-with', 'tcp-reset']],
    code: 'proxy.upstream',
    owner: 'proxy-team',
    says: [/CONNECT answered with 5\d\d/],
  },
  {
    name: 'its address in the environment is malformed',
    env: {https_proxy: 'proxy.example;3128'},
    code: 'proxy.address',
    status: 'fail',
    owner: 'this-host',
    says: ['https_proxy', 'http://PROXY:PORT/'],
  },
  {
    name: 'its address does not end with a slash',
    env: {HTTPS_PROXY: `http://${PROXY.ipv4}:3131`},
    code: 'proxy.address',
    status: 'warn',
    owner: 'this-host',
    says: ['must end with a slash', 'HTTPS_PROXY'],
  },
  {
    name: 'it inspects TLS',
    args: ['--proxy-address', `http://${PROXY.ipv4}:3131/`],
    faults: {certificate: 'intercepted'},
    code: 'tls.intercepted',
    owner: 'proxy-team',
    says: ['Example Corp TLS Inspection'],
  },
  {
    name: 'it shows a block page',
    args: ['--proxy-address', `http://${PROXY.ipv4}:3131/`],
    faults: {blockPage: true},
    code: 'http.block-page',
    owner: 'proxy-team',
    says: ['HTTP 403'],
  },
  {
    name: 'TCP 443 works only through it, which firewall-443 knows',
    args: ['--proxy-address', `http://${PROXY.ipv4}:3131/`],
    router: NO_DIRECT_WAY,
    source: [['-p', 'tcp', '--dport', '443', '-j', 'DROP']],
    beside: 'firewall-443',
    code: 'ok',
    owner: null,
    says: ['"direct":{"code":"tcp.timeout"'],
  },
  {
    name: 'TCP 443 works without it',
    args: ['--proxy-address', `http://${PROXY.ipv4}:3131/`],
    code: 'ok',
    owner: null,
    says: ['"direct":{"code":"ok"'],
  },
  {
    name: "this host's own rules drop what goes to it",
    args: ['--proxy-address', `http://${PROXY.ipv4}:3131/`],
    source: [['-p', 'tcp', '--dport', '3131', '-j', 'DROP']],
    check: 'firewall-443',
    code: 'firewall.drop',
    owner: 'this-host',
    says: ['--dport 3131', `"addresses":["${PROXY.ipv4}"]`],
  },
])
