import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {
  type Firewalld,
  NO_PERSISTENCE,
  type Persistence,
  type Ufw,
} from '../../../../src/firewall/state/managers.ts'
import {linuxFirewallState} from '../../../../src/firewall/state/state.ts'
import {type Need, planRepair} from '../planned.ts'
import {stateOf, TOOLS} from '../states.ts'

/** What a real host printed. */
const recorded = (name: string) =>
  linuxFirewallState.parse(
    JSON.parse(readFileSync(new URL(`../../real/fixtures/${name}.json`, import.meta.url), 'utf8')),
  )

const OUT_443: Need = {check: 'firewall-443', port: 443, to: ['52.95.110.1'], destination: null}
const OUT_1500: Need = {check: 'firewall-1500', port: 1500, to: ['10.20.0.0/16'], destination: '10.20.0.0/16'}

const UFW: Ufw = {version: [0, 36], ipv6: true, rules: {ip: [], ip6: []}}
const ufw = (more: Partial<Ufw> = {}): Persistence => ({
  ...NO_PERSISTENCE,
  manager: 'ufw',
  restores: {ip: 'iptables-nft', ip6: 'iptables-nft'},
  ufw: {...UFW, ...more},
})

const DENIED = 'tcp 443 0.0.0.0/0 any 0.0.0.0/0 out'

describe('a repair through ufw', () => {
  it.each<[string, string, Need, Partial<Ufw>, string]>([
    ['a policy', 'ufw-deny-outgoing', OUT_443, {}, 'allow out proto tcp to any port 443'],
    [
      'a policy that rejects',
      'ufw-reject-outgoing',
      OUT_1500,
      {},
      'allow out proto tcp to 10.20.0.0/16 port 1500',
    ],
    ['a rule', 'ufw-reject-out-1500', OUT_1500, {}, 'allow out proto tcp to 10.20.0.0/16 port 1500'],
    [
      'a rule that ufw takes for the same',
      'ufw-deny-out-443',
      OUT_443,
      {rules: {ip: [DENIED], ip6: []}},
      'allow out proto tcp from any port 1:65535 to any port 443',
    ],
    [
      'one that it takes for the same in the other family alone',
      'ufw-deny-outgoing',
      OUT_443,
      {rules: {ip: [], ip6: ['tcp 443 ::/0 any ::/0 out']}},
      'allow out proto tcp from any port 1:65535 to any port 443',
    ],
  ])('before %s', (_name, fixture, need, told, rule) => {
    const {remedies, unfixable} = planRepair(recorded(fixture), TOOLS, need, {persistence: ufw(told)})
    expect(unfixable).toBeNull()
    const [remedy] = remedies
    const words = rule.split(' ')
    expect(remedy?.steps).toMatchObject([
      {
        do: ['ufw', 'prepend', ...words, 'comment', `drs-onboard:${remedy?.id}`],
        undo: ['ufw', 'delete', ...words],
        alreadyDone: ['ufw', 'show', 'added'],
        mark: `comment 'drs-onboard:${remedy?.id}'`,
        persists: true,
      },
    ])
    expect(remedy?.lastingAdvice).toBeUndefined()
  })

  it('overrides a deny for the very subnet only as disruptive', () => {
    const {remedies} = planRepair(recorded('ufw-deny-out-subnet'), TOOLS, OUT_1500, {persistence: ufw()})
    expect(remedies).toMatchObject([{risk: 'disruptive'}])
  })

  it.each<[string, Persistence, RegExp]>([
    [
      'its files cannot be read',
      {...ufw(), ufw: null},
      /its rules cannot be read; run `ufw prepend allow out /,
    ],
    [
      'it is older than 0.36',
      ufw({version: [0, 35]}),
      /run `ufw insert 1 allow out proto tcp to any port 443`/,
    ],
    ['it does not tell its version', ufw({version: null}), /run `ufw insert 1 /],
  ])('says what to do by hand where %s', (_name, persistence, sentence) => {
    const {remedies, unfixable} = planRepair(recorded('ufw-deny-outgoing'), TOOLS, OUT_443, {persistence})
    expect(remedies).toEqual([])
    expect(unfixable).toMatch(sentence)
  })

  it('says where IPv6 is switched off', () => {
    const state = stateOf({
      manager: 'ufw',
      ip6tablesNftSave:
        '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n-A OUTPUT -o lo -j ACCEPT\nCOMMIT\n',
    })
    const need = {...OUT_443, to: ['2a05:d000::1']}
    expect(planRepair(state, TOOLS, need, {persistence: ufw({ipv6: false})}).unfixable).toMatch(
      /set IPV6=yes there, run `ufw reload`/,
    )
  })
})

const firewalld = (more: Partial<Firewalld> = {}): Persistence => ({
  ...NO_PERSISTENCE,
  manager: 'firewalld',
  firewalld: {
    policies: [{name: 'out', priorities: [], permanent: true}],
    directRules: [],
    panic: false,
    ...more,
  },
})

const lines = (fixture: string, need: Need, persistence: Persistence) => {
  const {remedies, unfixable} = planRepair(recorded(fixture), TOOLS, need, {persistence})
  return {
    unfixable,
    risk: remedies[0]?.risk,
    advice: remedies[0]?.lastingAdvice,
    steps:
      remedies[0]?.steps.map(step => `${step.lasting ? 'then ' : ''}${step.do.slice(1).join(' ')}`) ?? [],
  }
}

describe('a repair through firewalld', () => {
  const RULE = '--policy out --add-rich-rule=rule port port=443 protocol=tcp accept'

  // iptables has a blocker, and so a repair, for each family.
  it.each([
    ['firewalld-policy-reject', RULE],
    ['firewalld-iptables-backend-policy', RULE.replace('rule port', 'rule family=ipv4 port')],
  ])('by a rich rule in the policy: %s', (fixture, rule) => {
    expect(lines(fixture, OUT_443, firewalld())).toEqual({
      unfixable: null,
      risk: 'additive',
      advice: undefined,
      steps: [rule, `then --permanent ${rule}`],
    })
  })

  it('lets IPv6 neighbour discovery out as well where the policy stops it', () => {
    const {steps} = lines('firewalld-policy-reject', {...OUT_443, to: ['2a05:d000::1']}, firewalld())
    expect(steps.slice(0, steps.length / 2).sort()).toEqual(
      [
        RULE,
        ...['solicitation', 'advertisement'].map(
          name => `--policy out --add-rich-rule=rule family=ipv6 icmp-type name=neighbour-${name} accept`,
        ),
      ].sort(),
    )
  })

  it('says so where the policy itself is for the moment', () => {
    const persistence = firewalld({policies: [{name: 'out', priorities: [], permanent: false}]})
    const {steps, advice} = lines('firewalld-policy-reject', OUT_443, persistence)
    expect(steps).toEqual([RULE])
    expect(advice).toMatch(/in effect, but not permanent/)
  })

  it('before what denies, and before what is before that', () => {
    const policies = [{name: 'out', priorities: [-5, 0, 0], permanent: true}]
    const {steps, risk} = lines('firewalld-policy-rich-rules', OUT_1500, firewalld({policies}))
    expect(risk).toBe('disruptive')
    expect(steps[0]).toBe(
      '--policy out --add-rich-rule=rule priority=-1 family=ipv4 destination address=10.20.0.0/16 port port=1500 protocol=tcp accept',
    )
  })

  it('by a direct rule before the direct rules, not by a policy', () => {
    const directRules = [{family: 'ip', table: 'filter', chain: 'OUTPUT', priority: -7}] as const
    const {steps} = lines('firewalld-direct-drop', OUT_443, firewalld({directRules}))
    expect(steps[0]).toMatch(/^--direct --add-rule ipv4 filter OUTPUT -8 -p tcp --dport 443 -m comment /)
    expect(steps[1]).toMatch(/^then --permanent --direct --add-rule ipv4 filter OUTPUT -8 /)
  })

  it('by ending panic mode, which is disruptive and comes back by undo', () => {
    const {steps, risk} = lines('firewalld-panic', OUT_443, firewalld({panic: true}))
    expect({steps, risk}).toEqual({steps: ['--panic-off'], risk: 'disruptive'})
  })

  it('not at all where it does not answer', () => {
    expect(lines('firewalld-policy-reject', OUT_443, {...firewalld(), firewalld: null})).toMatchObject({
      unfixable: expect.stringContaining('firewalld does not answer'),
      steps: [],
    })
  })
})
