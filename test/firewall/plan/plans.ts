import {readFileSync} from 'node:fs'
import type {Remedy} from '../../../src/contract/remedy.ts'
import {NO_PERSISTENCE, type Persistence} from '../../../src/firewall/state/managers.ts'
import {type FirewallState, linuxFirewallState} from '../../../src/firewall/state/state.ts'
import type {FirewallTools, WindowsTool} from '../../../src/firewall/state/tools.ts'
import {BLOCKING, type Given, windowsState} from '../windows/host.ts'
import {NFT_SITUATIONS} from './nft-situations.ts'
import {type Need, planRepair} from './planned.ts'
import {SITUATIONS, save} from './situations.ts'
import {stateOf, TOOLS} from './states.ts'

const need = (port: 443 | 1500, family: 4 | 6 = 4): Need => {
  if (port === 443) {
    const to = family === 4 ? ['52.95.110.1'] : ['2600:1f00::1']
    return {check: 'firewall-443', port, to, destination: null}
  }
  const subnet = family === 4 ? '10.20.0.0/16' : 'fd00:20::/64'
  return {check: 'firewall-1500', port, to: [subnet], destination: subnet}
}

/** Queries to a name server, over both protocols. */
const dns = (to = '198.51.100.53'): Need => ({
  ...{check: 'firewall-443', port: 53, to: [to], destination: null},
  connections: (['udp', 'tcp'] as const).map(protocol => ({to, protocol, owner: {uid: 0}})),
})

const NO_ANSWERS = save({
  filter: [':INPUT DROP', '-A INPUT -i lo -j ACCEPT', '-A INPUT -p tcp -m tcp --sport 443 -j ACCEPT'],
})
const NO_UNTRACKED_ANSWERS = save({
  raw: ['-A OUTPUT -p udp -j CT --notrack', '-A PREROUTING -p udp -j CT --notrack'],
  filter: [':INPUT DROP', '-A INPUT -i lo -j ACCEPT'],
})

function plan(
  state: FirewallState,
  asked: Need,
  persistence: Partial<Persistence> = {},
  tools: FirewallTools = TOOLS,
): readonly Remedy[] {
  const restores = {ip: 'iptables-nft', ip6: 'iptables-nft'} as const
  return planRepair(state, tools, asked, {persistence: {...NO_PERSISTENCE, restores, ...persistence}})
    .remedies
}

const recorded = (name: string) =>
  linuxFirewallState.parse(
    JSON.parse(readFileSync(new URL(`../real/fixtures/${name}.json`, import.meta.url), 'utf8')),
  )

const REJECTS = save({
  filter: ['-A OUTPUT -o lo -j ACCEPT', '-A OUTPUT -j REJECT --reject-with icmp-port-unreachable'],
})

const UFW_BEFORE = [
  '*filter',
  ':ufw-before-output - [0:0]',
  '-A ufw-before-output -o lo -j ACCEPT',
  '-A ufw-before-output -p tcp -m tcp --dport 443 -j DROP',
  'COMMIT',
  '',
].join('\n')
const UFW = save({
  filter: [
    ':ufw-before-output -',
    '-A OUTPUT -j ufw-before-output',
    '-A ufw-before-output -o lo -j ACCEPT',
    '-A ufw-before-output -p tcp -m tcp --dport 443 -j DROP',
  ],
})

const NFT_CONF = `table inet filter {
	chain output {
		type filter hook output priority filter; policy accept;
		tcp dport 22 accept
		tcp dport { 443, 1500 } drop
	}
}
`

function windows(given: Given, port: 443 | 1500 = 443, tool: WindowsTool = 'powershell'): readonly Remedy[] {
  const none = {ip: null, ip6: null}
  const tools = {'iptables-legacy': none, 'iptables-nft': none, nft: null, windows: tool}
  return plan(windowsState(given), need(port), {}, tools)
}

const firewalld = {policies: [{name: 'out', priorities: [], permanent: true}], directRules: [], panic: false}
const direct = [{family: 'ip', table: 'filter', chain: 'OUTPUT', priority: -7}] as const
const ufw = {version: [0, 36], ipv6: true, rules: {ip: [], ip6: []}} as const

/** Remedies of releases that wrote a systemd unit for each: journals still have them. */
export const EARLIER_UNITS: readonly Remedy[] = JSON.parse(
  readFileSync(new URL('fixtures/earlier-units.json', import.meta.url), 'utf8'),
)

/** Remedies of every kind that is or was planned; each form of a step is among their steps. */
export const PLANS: readonly Remedy[] = [
  ...SITUATIONS.flatMap(({save: text, port, family}) =>
    plan(stateOf(family === 4 ? {iptablesLegacySave: text} : {ip6tablesNftSave: text}), need(port, family)),
  ),
  ...NFT_SITUATIONS.flatMap(({ruleset, save: text, port, family}) =>
    plan(stateOf({nftText: ruleset, iptablesNftSave: text ?? null}), need(port, family)),
  ),
  ...plan(stateOf({iptablesNftSave: REJECTS}), need(443), {systemd: true, mayAddUnit: true}),
  ...plan(stateOf({nftText: NFT_CONF}), need(1500), {systemd: true}),
  ...plan(stateOf({iptablesNftSave: REJECTS}), need(1500), {
    manager: 'netfilter-persistent',
    files: {'/etc/iptables/rules.v4': REJECTS},
  }),
  ...plan(stateOf({nftText: NFT_CONF}), need(443), {
    manager: 'nftables.service',
    files: {'/etc/nftables.conf': `include "nftables.d/*.nft"\n`, '/etc/nftables.d/own.nft': NFT_CONF},
  }),
  ...plan(recorded('ufw-reject-out-1500'), need(1500), {manager: 'ufw', ufw}),
  ...plan(recorded('ufw-deny-out-443'), need(443), {
    manager: 'ufw',
    ufw: {...ufw, rules: {ip: ['tcp 443 0.0.0.0/0 any 0.0.0.0/0 out'], ip6: []}},
  }),
  ...plan(stateOf({manager: 'ufw', iptablesNftSave: UFW}), need(443), {
    manager: 'ufw',
    ufw,
    files: {'/etc/ufw/before.rules': UFW_BEFORE},
  }),
  ...plan(recorded('firewalld-policy-reject'), need(443, 6), {manager: 'firewalld', firewalld}),
  ...plan(recorded('firewalld-direct-drop'), need(443), {
    manager: 'firewalld',
    firewalld: {...firewalld, directRules: direct},
  }),
  ...plan(recorded('firewalld-panic'), need(443), {
    manager: 'firewalld',
    firewalld: {...firewalld, panic: true},
  }),
  ...plan(stateOf({iptablesNftSave: REJECTS}), dns(), {systemd: true, mayAddUnit: true}),
  ...plan(stateOf({iptablesNftSave: REJECTS}), dns(), {
    manager: 'netfilter-persistent',
    files: {'/etc/iptables/rules.v4': REJECTS},
  }),
  ...plan(stateOf({iptablesLegacySave: NO_ANSWERS}), dns()),
  ...plan(stateOf({iptablesNftSave: NO_UNTRACKED_ANSWERS}), dns()),
  ...plan(stateOf({ip6tablesNftSave: NO_ANSWERS}), dns('2001:db8::53')),
  ...plan(stateOf({nftText: NFT_CONF.replace('tcp dport { 443, 1500 } drop', 'th dport 53 drop')}), dns()),
  ...plan(recorded('ufw-reject-out-1500'), dns(), {manager: 'ufw', ufw}),
  ...plan(recorded('firewalld-policy-reject'), dns('2001:db8::53'), {manager: 'firewalld', firewalld}),
  ...windows({settings: BLOCKING}),
  ...windows({settings: BLOCKING}, 1500, 'netsh'),
  ...windows({settings: BLOCKING, local: ['Action=Allow|Protocol=6|RPort=443|Active=FALSE|Name=HTTPS out']}),
  ...windows({local: ['Action=Block|Protocol=6|RPort=443|Name=no web']}),
  ...windows({local: ['Action=Block|Protocol=6|RPort=443|RPort=25|RPort2_10=8000-9000']}),
  ...windows({local: ['Action=Block|Protocol=6|RPort=443|RPort=80|RPort=25']}),
  ...EARLIER_UNITS,
]
