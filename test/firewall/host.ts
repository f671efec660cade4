import type {Judgement, Probe} from '../../src/contract/judgement.ts'
import {compileFirewall} from '../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../src/firewall/state/state.ts'

/**
 * A host with two links, the default route over eth0, and no rules in any engine. It knows its routers for good, so
 * that ARP and IPv6 neighbour discovery are no question unless a test takes them away.
 */
export const HOST: LinuxFirewallState = {
  schemaVersion: 1,
  platform: 'linux',
  capturedAt: '2026-03-04T10:30:00Z',
  iptablesLegacySave: '',
  ip6tablesLegacySave: '',
  iptablesNftSave: '',
  ip6tablesNftSave: '',
  nftJson: null,
  nftText: '',
  ipsetSave: '',
  unreadable: {},
  interfaces: {
    lo: ['127.0.0.1/8', '::1/128'],
    eth0: ['10.9.0.2/24', 'fd09::2/64', 'fe80::1/64'],
    eth1: ['10.20.0.2/16', 'fd20::2/64'],
  },
  routes: [
    'default via 10.9.0.1 dev eth0',
    '10.9.0.0/24 dev eth0 proto kernel scope link src 10.9.0.2',
    '10.20.0.0/16 dev eth1 proto kernel scope link src 10.20.0.2',
    'fd09::/64 dev eth0 proto kernel metric 256 pref medium',
    'fd20::/64 dev eth1 proto kernel metric 256 pref medium',
    'fe80::/64 dev eth0 proto kernel metric 256 pref medium',
    'default via fd09::1 dev eth0 metric 1024 pref medium',
  ],
  neighbours: [
    'fd09::1 dev eth0 lladdr 02:00:00:00:00:02 PERMANENT',
    'fd20::1 dev eth1 lladdr 02:00:00:00:01:02 PERMANENT',
  ],
  arpCache: [
    '10.9.0.1 dev eth0 lladdr 02:00:00:00:00:02 PERMANENT',
    '10.20.0.1 dev eth1 lladdr 02:00:00:00:01:02 PERMANENT',
  ],
  links: [
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN',
    '2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP',
    '3: eth1@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP',
  ],
  settings: Object.fromEntries(['all', 'eth0', 'eth1'].map(name => [`net/ipv4/conf/${name}/rp_filter`, '0'])),
  localPortRange: [32768, 60999],
}

const BASE_CHAINS: Readonly<Record<string, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}

/**
 * Completes a short form of a dump: lines before any `*table` belong to filter, base chains without a policy line
 * accept, user chains are declared where they are used, and COMMIT is added.
 */
export function dump(short: string): string {
  const tables = new Map<string, string[]>()
  let table = 'filter'
  for (const line of short.split('\n').map(one => one.trim())) {
    if (line.startsWith('*')) table = line.slice(1)
    else if (line !== '') tables.set(table, [...(tables.get(table) ?? []), line])
  }
  return [...tables].map(([name, lines]) => completeTable(name, lines)).join('')
}

function completeTable(name: string, lines: readonly string[]): string {
  const policies = lines.filter(line => line.startsWith(':'))
  const rules = lines.filter(line => !line.startsWith(':'))
  const declared = new Set(policies.map(line => line.slice(1).split(' ')[0]))
  const used = rules.map(line => /-A (\S+)/.exec(line)?.[1] ?? '')
  const missing = [...new Set([...(BASE_CHAINS[name] ?? []), ...used])].filter(
    chain => chain && !declared.has(chain),
  )
  const declarations = missing.map(
    chain => `:${chain} ${BASE_CHAINS[name]?.includes(chain) ? 'ACCEPT' : '-'} [0:0]`,
  )
  return [`*${name}`, ...declarations, ...policies.map(line => `${line} [0:0]`), ...rules, 'COMMIT', ''].join(
    '\n',
  )
}

export const TO_443: Probe = {to: '52.95.110.1', port: 443}

export function judge(state: Partial<LinuxFirewallState>, probe: Partial<Probe> = {}): Judgement {
  return compileFirewall({...HOST, ...state}).judge({...TO_443, ...probe})
}

/** `allow`, `unknown`, or `block STAGE TABLE CHAIN RULE`. */
export function inShort({verdict, stage, blocker}: Pick<Judgement, 'verdict' | 'stage' | 'blocker'>): string {
  return blocker ? `${verdict} ${stage} ${blocker.table} ${blocker.chain} ${blocker.rule}` : verdict
}

/** Rules in short form, what comes of them, and what differs from TCP 443 to 52.95.110.1 by root. */
export type Case = readonly [rules: string, expected: string, more?: CaseOptions]

export type CaseOptions = Partial<Probe> & {
  readonly sets?: string
  readonly engine?: 'legacy' | 'nft'
  /** What else was captured. */
  readonly state?: Partial<LinuxFirewallState>
}

export function judgeCase(rules: string, {sets = '', engine, state, ...probe}: CaseOptions = {}): Judgement {
  const v6 = probe.to?.includes(':')
  const field =
    engine === 'nft'
      ? v6
        ? 'ip6tablesNftSave'
        : 'iptablesNftSave'
      : v6
        ? 'ip6tablesLegacySave'
        : 'iptablesLegacySave'
  return judge({[field]: dump(rules), ipsetSave: sets, ...state}, probe)
}
