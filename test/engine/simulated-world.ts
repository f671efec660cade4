import {IncomingMessage} from 'node:http'
import {Socket} from 'node:net'
import {TLSSocket} from 'node:tls'
import type {HostReader} from '../../src/checks/check.ts'
import {NO_PERSISTENCE} from '../../src/firewall/state/managers.ts'
import type {LinuxFirewallState} from '../../src/firewall/state/state.ts'
import type {Departure} from '../../src/platform/network/departure/departure.ts'
import type {Resolution} from '../../src/platform/network/dns/resolve.ts'
import type {Download} from '../../src/platform/network/download/download.ts'
import type {Exchange as PathExchange} from '../../src/platform/network/path.ts'
import type {Connected, NotConnected} from '../../src/platform/network/tcp/connect.ts'
import {HOST} from '../firewall/host.ts'
import {TOOLS} from '../firewall/plan/states.ts'
import {HOST as FACTS} from '../report/parts.ts'

/** What stops the connections of the simulated server, and where. */
export type Fault = {
  readonly name: string
  /** Who causes it. `here`: this server, so nobody beyond it may be named. */
  readonly cause: 'nobody' | 'here' | 'beyond'
  /** Lines of iptables-save's filter table. */
  readonly rules: readonly string[]
  readonly resolves: boolean
  readonly connects: 'opens' | 'timeout' | 'refused'
  /** What comes of an open connection. */
  readonly answers: 'whole' | 'nothing' | 'reset' | 'intercepted' | 'denied' | 'silent' | 'stalled' | 'other'
  /** What becomes of packets, for who looks. */
  readonly departs: 'left' | 'stopped'
}

const fault = (name: string, cause: Fault['cause'], more: Partial<Fault> = {}): Fault => ({
  name,
  cause,
  rules: [],
  resolves: true,
  connects: 'opens',
  answers: 'whole',
  departs: cause === 'here' ? 'stopped' : 'left',
  ...more,
})
const output = (rule: string) => [`-A OUTPUT -p tcp -m multiport --dports 443,1500 ${rule}`]
const undecided = output('-m bpf --bytecode "1,6 0 0 65535" -j DROP')

export const FAULTS: readonly Fault[] = [
  fault('nothing', 'nobody'),
  fault('a rule that drops', 'here', {rules: output('-j DROP'), connects: 'timeout'}),
  fault('a rule that rejects', 'here', {
    rules: output('-j REJECT --reject-with tcp-reset'),
    connects: 'refused',
  }),
  fault('a rule that drops data', 'here', {
    rules: output('! --tcp-flags SYN SYN -j DROP'),
    answers: 'nothing',
  }),
  fault('a rule that nobody can decide', 'here', {rules: undecided, connects: 'timeout'}),
  fault('such a rule, which lets all through', 'nobody', {rules: undecided}),
  fault('a rule on payload', 'here', {
    rules: output('-m string --string eu-central-1 --algo bm -j DROP'),
    answers: 'nothing',
  }),
  fault('what is no rule', 'here', {connects: 'timeout'}),
  fault('a network that drops', 'beyond', {connects: 'timeout'}),
  fault('a network that refuses', 'beyond', {connects: 'refused'}),
  fault('a network that resets', 'beyond', {answers: 'reset'}),
  fault('a network that swallows data', 'beyond', {answers: 'nothing'}),
  fault('a network that intercepts', 'beyond', {answers: 'intercepted'}),
  fault('a policy that denies S3', 'beyond', {answers: 'denied'}),
  fault('silence after the handshake', 'beyond', {answers: 'silent'}),
  fault('a download that stalls', 'beyond', {answers: 'stalled'}),
  fault('a rule that stalls a download', 'here', {
    rules: [
      '-A INPUT -p tcp -m connbytes --connbytes 1000000: --connbytes-dir both --connbytes-mode bytes -j DROP',
    ],
    answers: 'stalled',
  }),
  fault('another installer', 'beyond', {answers: 'other'}),
  fault('names that nobody answers for', 'beyond', {resolves: false}),
]

/** Nothing is sent through them; one of each for all, since making them takes longer than a check. */
const SOCKET = new Socket()
const SECURED = new TLSSocket(new Socket())
const MESSAGE = new IncomingMessage(new Socket())

const ADDRESS = '198.51.100.10'
const DIGEST = 'a'.repeat(128)

const states = new Map<Fault, LinuxFirewallState>()

function stateOf(world: Fault): LinuxFirewallState {
  const known = states.get(world)
  if (known) return known
  const lines = ['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]']
  const state = {...HOST, iptablesNftSave: `${[...lines, ...world.rules, 'COMMIT'].join('\n')}\n`}
  states.set(world, state)
  return state
}

const UNREADABLE: LinuxFirewallState = {
  ...HOST,
  iptablesNftSave: null,
  ip6tablesNftSave: null,
  iptablesLegacySave: null,
  ip6tablesLegacySave: null,
  nftText: null,
  unreadable: {iptablesNftSave: 'needs root', nftText: 'needs root'},
}

export function readerOf(world: Fault, elevated: boolean): HostReader {
  const resolution: Resolution = world.resolves
    ? {kind: 'resolved', addresses: [{address: ADDRESS, family: 4}], ms: 1, servers: ['10.9.0.53']}
    : {kind: 'failed', code: 'dns.timeout', errno: 'ETIMEDOUT', ms: 1, servers: ['10.9.0.53']}
  return {
    host: async () => FACTS,
    privileges: async () => ({elevated, user: elevated ? 'root' : 'ops', sudoInstalled: true}),
    firewallState: async () => (elevated ? stateOf(world) : UNREADABLE),
    firewallFacts: async () => ({manager: null, engines: [], alsoWrittenBy: []}),
    firewallTools: async () => TOOLS,
    firewallPersistence: async () => NO_PERSISTENCE,
    proxySettings: async () => [],
    isEc2Instance: async () => false,
    withRulesReadAgain: () => readerOf(world, elevated),
    resolve: async () => resolution,
  }
}

/** The network as the world of the moment has it. */
export class SimulatedNetwork {
  readonly world: Fault
  /** Whether it can be told what becomes of packets. */
  readonly tells: boolean

  constructor(world: Fault, tells: boolean) {
    this.world = world
    this.tells = tells
  }

  connect(): Connected | NotConnected {
    const address = {address: ADDRESS, family: 4} as const
    const {connects, departs} = this.world
    if (connects === 'opens') {
      const attempt = {...address, outcome: 'connected', errno: null, beforeSending: false, ms: 1} as const
      return {
        kind: 'connected',
        socket: SOCKET,
        address: ADDRESS,
        localAddress: '10.9.0.2',
        attempts: [attempt],
        ms: 1,
      }
    }
    const errno = connects === 'timeout' ? 'ETIMEDOUT' : 'ECONNREFUSED'
    const sent = connects === 'timeout' && this.tells ? departs === 'left' : null
    const decisive = {...address, outcome: connects, errno, beforeSending: false, sent, ms: 1} as const
    return {kind: 'failed', decisive, attempts: [decisive], ms: 1}
  }

  departure(): Departure {
    if (!this.tells) return {kind: 'unknown', why: 'nothing was measured'}
    return {kind: this.world.departs, how: 'so it was measured'}
  }

  answer(path: string): PathExchange {
    const tcp = this.connect()
    const {answers} = this.world
    if (tcp.kind === 'failed') return {tcp, proxy: null, tls: null, http: null}
    const trust = {roots: ['these'], own: 'trust', caBundleOnly: null, leftOut: []} as const
    const chain = [certificate(answers === 'intercepted' ? 'Example Corp' : 'Amazon')]
    if (answers === 'nothing' || answers === 'reset' || answers === 'intercepted') {
      const failure = answers === 'nothing' ? 'timeout' : answers === 'reset' ? 'reset' : 'rejected'
      const seen = answers === 'intercepted' ? chain : []
      const tls = {kind: 'failed', failure, errno: 'E', chain: seen, trust, serverDate: null, ms: 1} as const
      return {tcp, proxy: null, tls, http: null}
    }
    const tls = {
      kind: 'secured',
      socket: SECURED,
      version: 'TLSv1.3',
      chain,
      trust,
      ms: 1,
    } as const
    if (answers === 'silent')
      return {tcp, proxy: null, tls, http: {kind: 'failed', failure: 'timeout', errno: 'ETIMEDOUT', ms: 1}}
    const isObject = path !== '/' && answers !== 'denied'
    const http = {
      kind: 'answered',
      status: isObject ? 200 : 403,
      headers: {server: 'AmazonS3', 'x-amz-request-id': '1'},
      receivedAt: Date.now(),
      message: MESSAGE,
      ms: 1,
      body: {text: isObject ? DIGEST : '<Error><Code>AccessDenied</Code></Error>', end: 'whole'},
    } as const
    return {tcp, proxy: null, tls, http}
  }

  download(path: string): Download {
    const {http, ...facts} = this.answer(path)
    const {answers} = this.world
    const arrives = http?.kind === 'answered' && http.status === 200
    return {
      path: facts,
      http,
      end: !arrives ? 'none' : answers === 'stalled' ? 'stalled' : 'whole',
      received: arrives ? 4_000_000 : 0,
      total: arrives ? 5_000_000 : null,
      sha512: answers === 'other' ? 'b'.repeat(128) : DIGEST,
      connections: 1,
      ms: 1,
    }
  }
}

function certificate(organization: string) {
  const name = {commonName: organization, organization}
  return {subject: name, issuer: name, names: [], validFrom: 0, validTo: 9e12, fingerprint: '00'}
}
