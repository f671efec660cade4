import {describeFaults} from './path-cases.ts'

describeFaults('a fault of HTTP', [
  {
    name: 'silence after the handshake',
    faults: {http: 'silent'},
    code: 'http.timeout',
    owner: 'network-team',
    says: ['no answer to the request'],
  },
  {
    name: 'a connection closed instead of an answer',
    faults: {http: 'close'},
    code: 'http.error',
    owner: 'network-team',
    says: ['closed instead of an answer'],
  },
  {
    name: 'an answer that is no HTTP',
    faults: {http: 'garbage'},
    code: 'http.error',
    owner: 'network-team',
    says: ['not HTTP'],
  },
  {
    name: 'a header that never ends',
    faults: {http: 'endless-header'},
    code: 'http.error',
    owner: 'network-team',
    says: ['HPE_HEADER_OVERFLOW'],
  },
  {
    name: "a company's block page",
    faults: {blockPage: true},
    code: 'http.block-page',
    owner: 'network-team',
    says: ['HTTP 403', 'text/html'],
  },
  {
    name: 'a captive portal',
    faults: {http: 'portal'},
    code: 'http.block-page',
    owner: 'network-team',
    says: ['login.portal.example.com'],
  },
  {
    name: 'a gateway error of a device on the way',
    faults: {http: 'gateway-error'},
    code: 'http.block-page',
    owner: 'network-team',
    says: ['HTTP 502', 'example-gateway'],
  },
  {
    name: "the service's own 503",
    faults: {http: 'service-error'},
    code: 'http.error',
    status: 'warn',
    owner: 'network-team',
    says: ['HTTP 503'],
  },
  {
    name: "a clock that differs from the service's",
    faults: {dateAheadSeconds: 1_200},
    code: 'clock.skew',
    owner: 'this-host',
    says: ['20 minutes behind', 'NTP'],
  },
])
