import {describe, expect, it} from 'vitest'
import type {IptablesEngine} from '../../../src/contract/engines.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import type {FirewallTools} from '../../../src/firewall/state/tools.ts'
import {type Need, planRepair} from './planned.ts'
import {SITUATIONS, type Situation, save} from './situations.ts'
import {stateOf, TOOLS} from './states.ts'

function stateWith(
  engine: IptablesEngine,
  {family, save: text}: Pick<Situation, 'family' | 'save'>,
): LinuxFirewallState {
  if (engine === 'iptables-legacy')
    return stateOf(family === 4 ? {iptablesLegacySave: text} : {ip6tablesLegacySave: text})
  return stateOf(family === 4 ? {iptablesNftSave: text} : {ip6tablesNftSave: text})
}

function needOf({port, family}: Pick<Situation, 'port' | 'family'>): Need {
  if (port === 443) {
    const to = family === 4 ? ['52.95.110.1', '52.95.110.2'] : ['2600:1f00::1']
    return {check: 'firewall-443', port, to, destination: null}
  }
  const subnet = family === 4 ? '10.20.0.0/16' : 'fd00:20::/64'
  return {check: 'firewall-1500', port, to: [subnet], destination: subnet}
}

const OUT_443: Need = {check: 'firewall-443', port: 443, to: ['52.95.110.1'], destination: null}

describe.each(['iptables-legacy', 'iptables-nft'] as const)('planRepair, %s', engine => {
  it.each(SITUATIONS)('$name', situation => {
    const need = needOf(situation)
    const {remedies, unfixable} = planRepair(stateWith(engine, situation), TOOLS, need)
    expect(unfixable).toBeNull()
    const [remedy] = remedies
    const program = TOOLS[engine][situation.family === 4 ? 'ip' : 'ip6']
    // Each rule has a comment of its own.
    const label = (index: number) =>
      `-m comment --comment drs-onboard:${remedy?.id}${index === 0 ? '' : `.${index + 1}`} -j ACCEPT`
    expect(remedy?.steps.map(step => step.do.join(' '))).toEqual(
      situation.steps.map((step, index) => `${program} -w 5 ${step} ${label(index)}`),
    )
    expect(remedy?.risk).toBe(situation.risk ?? 'additive')
    expect(remedy?.id).toMatch(new RegExp(`^open-${situation.port}-[0-9a-f]{8}$`))
  })
})

describe('planRepair', () => {
  const rejects = save({filter: ['-A OUTPUT -j REJECT --reject-with icmp-port-unreachable']})
  const rejects6 = save({filter: ['-A OUTPUT -j REJECT --reject-with icmp6-port-unreachable']})

  it('gives every step its way back and its question', () => {
    const {remedies} = planRepair(stateOf({iptablesNftSave: rejects}), TOOLS, OUT_443)
    const id = remedies[0]?.id
    const rule = [
      'OUTPUT',
      '-p',
      'tcp',
      '--dport',
      '443',
      '-m',
      'comment',
      '--comment',
      `drs-onboard:${id}`,
      '-j',
      'ACCEPT',
    ]
    expect(remedies).toEqual([
      {
        id,
        lastingAdvice: expect.stringContaining('at boot'),
        title: 'Allow outbound TCP 443 in the host firewall',
        why: expect.stringMatching(
          /^Blocked by rule 1 of OUTPUT \(table filter of iptables-nft: `.*-j REJECT/,
        ),
        check: 'firewall-443',
        fixes: 'firewall.reject',
        risk: 'additive',
        preview: [
          {
            of: 'chain OUTPUT, table filter (iptables-nft, ip)',
            lines: [
              '@@ -1,2 +1,3 @@',
              `+-A OUTPUT -p tcp -m tcp --dport 443 -m comment --comment "drs-onboard:${id}" -j ACCEPT`,
              ' -A OUTPUT -j REJECT --reject-with icmp-port-unreachable',
              ' -P OUTPUT ACCEPT',
            ],
          },
        ],
        steps: [
          {
            title: 'Accept TCP 443 out before rule 1 of OUTPUT (table filter, iptables)',
            do: ['iptables', '-w', '5', '-I', 'OUTPUT', '1', ...rule.slice(1)],
            undo: ['iptables', '-w', '5', '-D', ...rule],
            alreadyDone: ['iptables', '-w', '5', '-C', ...rule],
            persists: false,
          },
        ],
      },
    ])
  })

  it('repairs both families and both backends in one remedy', () => {
    const state = stateOf({iptablesNftSave: rejects, iptablesLegacySave: rejects, ip6tablesNftSave: rejects6})
    const {remedies, unfixable} = planRepair(state, TOOLS, {...OUT_443, to: ['52.95.110.1', '2600:1f00::1']})
    expect(unfixable).toBeNull()
    expect(remedies).toHaveLength(1)
    const programs = remedies[0]?.steps.map(step => step.do[0])
    expect(programs?.toSorted()).toEqual(['ip6tables', 'iptables', 'iptables-legacy'])
  })

  it('offers nothing for what is open already', () => {
    expect(planRepair(stateOf({iptablesNftSave: save({filter: []})}), TOOLS, OUT_443)).toEqual({
      remedies: [],
      unfixable: null,
    })
  })

  it('plans the same twice, but another remedy once the first is in place and does not help', () => {
    const state = stateOf({iptablesNftSave: rejects})
    const id = () => planRepair(state, TOOLS, OUT_443).remedies[0]?.id
    expect(id()).toBe(id())
    const overruled = save({
      filter: [
        '-A OUTPUT -j REJECT --reject-with icmp-port-unreachable',
        `-A OUTPUT -p tcp -m tcp --dport 443 -m comment --comment "drs-onboard:${id()}" -j ACCEPT`,
      ],
    })
    const again = planRepair(stateOf({iptablesNftSave: overruled}), TOOLS, OUT_443).remedies[0]
    expect(again?.steps).toHaveLength(1)
    expect(again?.id).not.toBe(id())
  })

  it('repairs what it can, and says why the rest stays blocked', () => {
    const state = stateOf({
      iptablesNftSave: rejects,
      ip6tablesNftSave: save({
        filter: [':ufw6-user-output -', '-A OUTPUT -j ufw6-user-output', '-A ufw6-user-output -j DROP'],
      }),
    })
    const {remedies, unfixable} = planRepair(state, TOOLS, {...OUT_443, to: ['2600:1f00::1', '52.95.110.1']})
    expect(remedies[0]?.steps.map(step => step.do[0])).toEqual(['iptables'])
    expect(unfixable).toContain('ufw manages')
  })

  const ufw = save({
    filter: [
      ':OUTPUT DROP',
      ':ufw-user-output -',
      '-A OUTPUT -j ufw-user-output',
      '-A ufw-user-output -p tcp -m tcp --dport 443 -j REJECT --reject-with icmp-port-unreachable',
    ],
  })
  it('goes past a rule that may stop the replies, behind one that surely stops the request', () => {
    const text = save({
      filter: ['-A OUTPUT -j DROP', '-A INPUT -m limit --limit 1/sec -j ACCEPT', '-A INPUT -j DROP'],
    })
    const [remedy] = planRepair(stateOf({iptablesNftSave: text}), TOOLS, OUT_443).remedies
    expect(remedy?.steps.map(({do: command}) => command.join(' ').replace(/ -m comment.*/, ''))).toEqual([
      'iptables -w 5 -I OUTPUT 1 -p tcp --dport 443',
      'iptables -w 5 -I INPUT 1 -p tcp --sport 443 -m conntrack --ctstate ESTABLISHED',
    ])
  })

  it.each<[string, Partial<LinuxFirewallState>, FirewallTools, RegExp]>([
    [
      'ufw',
      {iptablesNftSave: ufw},
      TOOLS,
      /rule 1 of ufw-user-output .*; run `ufw prepend allow out proto tcp to any port 443`, then check again\.$/,
    ],
    [
      "ufw's policy",
      {manager: 'ufw', iptablesNftSave: save({filter: [':OUTPUT DROP']})},
      TOOLS,
      /the policy of OUTPUT .* ufw manages/,
    ],
    [
      'firewalld',
      {
        manager: 'firewalld',
        iptablesLegacySave: save({
          filter: [':OUTPUT_direct -', '-A OUTPUT -j OUTPUT_direct', '-A OUTPUT_direct -j DROP'],
        }),
      },
      TOOLS,
      /firewalld manages.*firewall-cmd/,
    ],
    [
      'no program',
      {iptablesLegacySave: rejects},
      {...TOOLS, 'iptables-legacy': {ip: null, ip6: null}},
      /no program that edits iptables-legacy is installed/,
    ],
  ])('cannot repair: %s', (_name, fields, tools, sentence) => {
    const {remedies, unfixable} = planRepair(stateOf(fields), tools, OUT_443)
    expect(remedies).toEqual([])
    expect(unfixable).toMatch(sentence)
  })

  it('goes by what was asked for where that is translated before it is blocked, and asks separately', () => {
    const text = `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A OUTPUT -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.1.1.1:8443\nCOMMIT\n${save({filter: ['-A OUTPUT -d 10.1.1.1/32 -j DROP']})}`
    const {remedies, unfixable} = planRepair(stateOf({iptablesNftSave: text}), TOOLS, OUT_443)
    expect(unfixable).toBeNull()
    expect(remedies[0]?.risk).toBe('disruptive')
    expect(remedies[0]?.steps[0]?.do.join(' ')).toMatch(
      /^iptables -w 5 -I OUTPUT 1 -p tcp -m conntrack --ctorigdstport 443 --ctdir ORIGINAL -m comment /,
    )
  })

  it('opens for every uid that it is asked for', () => {
    const text = save({filter: ['-A OUTPUT -m owner --uid-owner 1000 -j DROP']})
    const state = stateOf({iptablesNftSave: text})
    expect(planRepair(state, TOOLS, OUT_443).remedies).toEqual([])
    expect(
      planRepair(state, TOOLS, {...OUT_443, owners: [{uid: 0}, {uid: 1000}]}).remedies[0]?.steps,
    ).toHaveLength(1)
    expect(compileFirewall(state).judge({to: '52.95.110.1', port: 443, uid: 1000}).verdict).toBe('block')
  })
})
