import {describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump} from '../host.ts'
import {table} from '../nft/table.ts'
import {planRepair} from './planned.ts'
import {stateOf, TOOLS} from './states.ts'

const NEED = {check: 'firewall-443', port: 443, to: ['2600:1f00::1'], destination: null} as const

/** A host that knows none of its neighbours. */
const stranger = (fields: Partial<LinuxFirewallState>) => stateOf({neighbours: [], ...fields})

const plan = (state: LinuxFirewallState) => planRepair(state, TOOLS, NEED)

const DENIES = dump(':INPUT DROP\n:OUTPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT')
const MESSAGES = [
  'Accept IPv6 neighbor solicitations out at the end of OUTPUT',
  'Accept IPv6 neighbor advertisements in at the end of INPUT',
  'Accept IPv6 neighbor solicitations in at the end of INPUT',
  'Accept IPv6 neighbor advertisements out at the end of OUTPUT',
]

describe('rules that stop neighbour discovery as well', () => {
  test.each([
    ['iptables-legacy', 'ip6tablesLegacySave', 'ip6tables-legacy'],
    ['iptables-nft', 'ip6tablesNftSave', 'ip6tables'],
  ] as const)('%s: an accept for each message, after that for TCP', (engine, field, program) => {
    const {remedies, unfixable} = plan(stranger({[field]: DENIES}))
    expect(unfixable).toBeNull()
    const steps = remedies[0]?.steps ?? []
    expect(steps.map(({title}) => title)).toEqual(
      ['Accept TCP 443 out at the end of OUTPUT', ...MESSAGES].map(
        title => `${title} (table filter, ${program})`,
      ),
    )
    expect(steps[1]?.do.slice(0, -4)).toEqual(
      `${program} -w 5 -A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment`.split(' '),
    )
    expect(remedies[0]?.why).toContain(engine)
  })

  test('nf_tables', () => {
    const chain = (hook: string) =>
      table(['meta l4proto tcp accept'], {
        name: `inet ${hook}`,
        header: `type filter hook ${hook} priority filter; policy drop;`,
      })
    const {remedies, unfixable} = plan(stranger({nftText: `${chain('output')}${chain('input')}`}))
    expect(unfixable).toBeNull()
    const rules = remedies[0]?.steps.map(({do: [, rule = '']}) => rule.replace(/ comment.*/, '')) ?? []
    expect(rules.toSorted()).toEqual([
      'add rule inet input c icmpv6 type nd-neighbor-advert accept',
      'add rule inet input c icmpv6 type nd-neighbor-solicit accept',
      'add rule inet output c icmpv6 type nd-neighbor-advert accept',
      'add rule inet output c icmpv6 type nd-neighbor-solicit accept',
    ])
  })

  test('a router that is still known is not lost either', () => {
    const state = stranger({
      ip6tablesLegacySave: DENIES,
      neighbours: ['fd00:9::1 dev eth0 lladdr 02:00:00:00:00:01 STALE'],
    })
    expect(compileFirewall(state).judge({to: NEED.to[0], port: 443}).verdict).toBe('block')
    expect(plan(state).remedies[0]?.steps).toHaveLength(5)
  })

  test('where a manager owns them, it says what to allow', () => {
    const ufw = dump(
      [
        ':OUTPUT DROP',
        ':ufw6-before-output -',
        '-A OUTPUT -j ufw6-before-output',
        '-A ufw6-before-output -p tcp -j ACCEPT',
        '-A ufw6-before-output -p ipv6-icmp -j DROP',
      ].join('\n'),
    )
    const {remedies, unfixable} = plan(stranger({ip6tablesLegacySave: ufw, manager: 'ufw'}))
    expect(remedies).toEqual([])
    expect(unfixable).toMatch(/^IPv6 neighbor discovery \(ICMPv6 type 135 to fd00:9::1\), .* is blocked by /)
    expect(unfixable).toMatch(/before6\.rules/)
  })
})
