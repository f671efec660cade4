import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import type {Preview, Remedy} from '../../../src/contract/remedy.ts'
import {NO_PERSISTENCE, type Persistence} from '../../../src/firewall/state/managers.ts'
import {type FirewallState, linuxFirewallState} from '../../../src/firewall/state/state.ts'
import {NFT_SITUATIONS} from '../plan/nft-situations.ts'
import {type Need, planRepair} from '../plan/planned.ts'
import {SITUATIONS, save} from '../plan/situations.ts'
import {stateOf, TOOLS} from '../plan/states.ts'
import {BLOCKING, windowsState} from '../windows/host.ts'

function needOf({port, family}: {readonly port: 443 | 1500; readonly family: 4 | 6}): Need {
  const to = family === 4 ? ['52.95.110.1', '198.51.100.10'] : ['2001:db8:51::10']
  if (port === 443) return {check: 'firewall-443', port, to, destination: null}
  const subnet = family === 4 ? '10.20.0.0/16' : 'fd00:20::/64'
  return {check: 'firewall-1500', port, to: [subnet], destination: subnet}
}

const OUT_443 = needOf({port: 443, family: 4})

function remedyFor(
  state: FirewallState,
  need: Need = OUT_443,
  persistence: Partial<Persistence> = {},
): Remedy {
  const tools = {...TOOLS, windows: 'powershell' as const}
  const [remedy] = planRepair(state, tools, need, {persistence: {...NO_PERSISTENCE, ...persistence}}).remedies
  if (!remedy) throw new Error('no remedy')
  return remedy
}

const recorded = (name: string) =>
  linuxFirewallState.parse(
    JSON.parse(readFileSync(new URL(`../real/fixtures/${name}.json`, import.meta.url), 'utf8')),
  )

const signed = (previews: readonly Preview[] | undefined, sign: string) =>
  previews?.flatMap(({lines}) => lines.filter(line => line.startsWith(sign))) ?? []

/** The comments that the steps give their rules, sorted. */
const commentsOf = ({steps}: Remedy) => {
  const found = steps.flatMap(step => /drs-onboard:[\w.-]+/.exec(step.do.join(' '))?.[0] ?? [])
  return found.toSorted()
}

describe('the preview of a remedy adds one rule a step, with its comment, and takes none away', () => {
  it.each(SITUATIONS)('iptables: $name', situation => {
    const field = situation.family === 4 ? 'iptablesNftSave' : 'ip6tablesNftSave'
    const remedy = remedyFor(stateOf({[field]: situation.save}), needOf(situation))
    const added = signed(remedy.preview, '+')
    expect(added.map(line => /drs-onboard:[\w.-]+/.exec(line)?.[0]).toSorted()).toEqual(commentsOf(remedy))
    expect(signed(remedy.preview, '-')).toEqual([])
  })

  it.each(NFT_SITUATIONS)('nft: $name', situation => {
    const state = stateOf({nftText: situation.ruleset, iptablesNftSave: situation.save ?? null})
    const remedy = remedyFor(state, needOf(situation))
    const added = signed(remedy.preview, '+')
    expect(added.map(line => /drs-onboard:[\w.-]+/.exec(line)?.[0]).toSorted()).toEqual(commentsOf(remedy))
    expect(signed(remedy.preview, '-')).toEqual([])
  })
})

it('a rule stands between its neighbours, with the numbers of the chain', () => {
  const rules = ['22', '25', '443', '80', '8080'].map(
    port => `-A OUTPUT -p tcp -m tcp --dport ${port} -j DROP`,
  )
  const remedy = remedyFor(stateOf({iptablesLegacySave: save({filter: rules})}))
  expect(remedy.preview).toEqual([
    {
      of: 'chain OUTPUT, table filter (iptables-legacy, ip)',
      lines: [
        '@@ -1,4 +1,5 @@',
        ` ${rules[0]}`,
        ` ${rules[1]}`,
        `+-A OUTPUT -p tcp -m tcp --dport 443 -m comment --comment "drs-onboard:${remedy.id}" -j ACCEPT`,
        ` ${rules[2]}`,
        ` ${rules[3]}`,
      ],
    },
  ])
})

it('the file that is loaded at boot is shown, too, as its line will leave it', () => {
  const text = save({filter: ['-A OUTPUT -j REJECT --reject-with icmp-port-unreachable']})
  const path = '/etc/iptables/rules.v4'
  const remedy = remedyFor(stateOf({iptablesNftSave: text}), OUT_443, {
    manager: 'netfilter-persistent',
    files: {[path]: text},
    restores: {ip: 'iptables-nft', ip6: null},
  })
  expect(remedy.preview?.map(({of}) => of)).toEqual(['chain OUTPUT, table filter (iptables-nft, ip)', path])
  expect(remedy.preview?.[1]?.lines).toEqual([
    '@@ -3,4 +3,5 @@',
    ' :FORWARD ACCEPT [0:0]',
    ' :OUTPUT ACCEPT [0:0]',
    `+-A OUTPUT -p tcp -m tcp --dport 443 -m comment --comment "drs-onboard:${remedy.id}" -j ACCEPT`,
    ' -A OUTPUT -j REJECT --reject-with icmp-port-unreachable',
    ' COMMIT',
  ])
})

it('what nobody would load at boot is not shown as written', () => {
  const text = save({filter: ['-A OUTPUT -j DROP']})
  const remedy = remedyFor(stateOf({iptablesNftSave: text}), OUT_443, {
    manager: 'netfilter-persistent',
    files: {'/etc/iptables/rules.v4': text},
    restores: {ip: 'iptables-legacy', ip6: null},
  })
  expect(remedy.preview?.map(({of}) => of)).toEqual(['chain OUTPUT, table filter (iptables-nft, ip)'])
})

it.each<[string, FirewallState, Partial<Persistence>, string, readonly string[]]>([
  [
    'ufw',
    recorded('ufw-deny-outgoing'),
    {
      manager: 'ufw',
      restores: {ip: 'iptables-nft', ip6: 'iptables-nft'},
      ufw: {version: [0, 36], ipv6: true, rules: {ip: [], ip6: []}},
    },
    'chain ufw-user-output, table filter (iptables-nft, ip)',
    ['+-A ufw-user-output -p tcp -m tcp --dport 443 -j ACCEPT'],
  ],
])('through its manager: %s', (_, state, persistence, of, added) => {
  const {preview} = remedyFor(state, OUT_443, persistence)
  const there = preview?.filter(one => one.of === of)
  expect(signed(there, '+')).toEqual(added)
  expect(signed(preview, '-')).toEqual([])
})

it('the end of panic mode takes its table, or its policies, away', () => {
  const {preview} = remedyFor(recorded('firewalld-panic'), OUT_443, {
    manager: 'firewalld',
    firewalld: {policies: [], directRules: [], panic: true},
  })
  expect(preview?.length).toBeGreaterThan(0)
  expect(signed(preview, '-').join('\n')).toMatch(/drop|DROP/)
})

describe('on Windows a rule is shown field by field', () => {
  it('one that is disabled', () => {
    const {preview} = remedyFor(windowsState({local: ['Action=Block|Protocol=6|RPort=443|Name=Web']}))
    expect(preview?.map(({of}) => of)).toEqual(['local rule local-1 "Web" (Windows Firewall)'])
    expect(signed(preview, '+')).toEqual(['+Active=FALSE'])
    expect(signed(preview, '-')).toEqual(['-Active=TRUE'])
  })

  it('one that loses a port', () => {
    const {preview} = remedyFor(windowsState({local: ['Action=Block|Protocol=6|RPort=443|RPort=8443']}))
    expect(signed(preview, '-')).toEqual(['-RPort=443'])
    expect(signed(preview, '+')).toEqual([])
  })

  it('one that is new', () => {
    const {preview} = remedyFor(windowsState({settings: BLOCKING}))
    expect(preview?.map(({of}) => of)).toEqual(['a new local rule (Windows Firewall)'])
    expect(signed(preview, '+')).toContain('+RPort=443')
    expect(signed(preview, ' ')).toEqual([])
  })
})
