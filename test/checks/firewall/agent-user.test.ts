import {describe, expect, it} from 'vitest'
import type {CheckContext} from '../../../src/checks/check.ts'
import {firewall443, firewall1500} from '../../../src/checks/firewall/firewall.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {NO_PERSISTENCE} from '../../../src/firewall/state/managers.ts'
import type {LocalUser} from '../../../src/firewall/state/state.ts'
import {findUser} from '../../../src/platform/linux/passwd.ts'
import {stateOf, TOOLS} from '../../firewall/plan/states.ts'
import {contextOf} from '../path/context.ts'

const AGENT = {name: 'aws-replication', uid: 998, gid: 997, groups: [104]}
const ROOT = {name: 'root', uid: 0, gid: 0, groups: []}

function contextFor(
  output: readonly string[],
  {agent = true, policy = 'ACCEPT', root = ROOT}: {agent?: boolean; policy?: string; root?: LocalUser} = {},
): CheckContext {
  const rules = output.map(rule => `-A OUTPUT ${rule}\n`).join('')
  const state = stateOf({
    iptablesNftSave: `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ${policy} [0:0]\n${rules}COMMIT\n`,
    users: agent ? [root, AGENT] : [root],
  })
  const context = contextOf({
    options: {stagingSubnet: '10.20.0.0/16'},
    resolve: async () => ({kind: 'resolved', addresses: [{address: '52.95.110.1', family: 4}], ms: 1}),
  })
  return {
    ...context,
    reader: {
      ...context.reader,
      privileges: async () => ({elevated: true, user: 'root', sudoInstalled: true}),
      firewallState: async () => state,
      firewallTools: async () => TOOLS,
      firewallPersistence: async () => NO_PERSISTENCE,
    },
  }
}

const ROOT_ONLY = ['-m owner --uid-owner 0 -j ACCEPT', '-p tcp -m tcp --dport 443 -j DROP']

describe('rules that tell users apart', () => {
  it('let root pass and stop the agent: a failure that names both and the rule', async () => {
    const findings = await firewall443.run(contextFor(ROOT_ONLY))
    expect(findings).toHaveLength(1)
    const [found] = findings
    expect(found).toMatchObject({
      code: 'firewall.drop',
      status: 'fail',
      evidence: {
        judgement: {verdict: 'block', blocker: {rule: 2}},
        judgementOf: 'aws-replication',
        judgedFor: ['root (uid 0)', 'aws-replication (uid 998)'],
        otherJudgement: {verdict: 'allow'},
      },
    })
    expect(found?.summary).toMatch(
      /^Root, which runs the installer, is allowed; but aws-replication, which runs the agent \(uid 998\), is blocked: .*rule 2 of chain OUTPUT/,
    )
  })

  it('stop root and let the agent pass: a failure too, that names both', async () => {
    const [found, ...more] = await firewall443.run(
      contextFor(['-p tcp -m owner --uid-owner 998 -j ACCEPT', '-p tcp -m tcp --dport 443 -j REJECT']),
    )
    expect(more).toEqual([])
    expect(found).toMatchObject({code: 'firewall.reject', evidence: {judgementOf: 'root'}})
    expect(found?.summary).toMatch(
      /^aws-replication, .* is allowed; but root, which runs the installer, is blocked: .*rule 2/,
    )
  })

  it('stop both by different rules: one finding that names both rules', async () => {
    const [found, ...more] = await firewall443.run(
      contextFor(['-m owner --uid-owner 998 -j REJECT', '-m owner --uid-owner 0 -p tcp -j DROP']),
    )
    expect(more).toEqual([])
    expect(found?.summary).toMatch(
      /^Root, .* is blocked: .*rule 2 .*; and aws-replication, .* is blocked: .*rule 1/,
    )
  })

  it('stop both by the same rule: as without an owner', async () => {
    const [found, ...more] = await firewall443.run(
      contextFor(['-m owner --uid-owner 5 -j ACCEPT', '-p tcp -m tcp --dport 443 -j DROP']),
    )
    expect(more).toEqual([])
    expect(found?.summary).not.toContain('aws-replication')
    expect(found?.evidence.judgementOf).toBeUndefined()
  })

  it.each([
    ['the agent', ROOT_ONLY],
    ['root', ['-p tcp -m owner --uid-owner 998 -j ACCEPT', '-p tcp -m tcp --dport 443 -j REJECT']],
    ['both', ['-m owner --uid-owner 998 -j REJECT', '-m owner --uid-owner 0 -p tcp -j DROP']],
  ])('one remedy opens for both where %s is stopped', async (_, output) => {
    const context = contextFor(output)
    const [found] = await firewall443.run(context)
    expect(found?.remedies).toHaveLength(1)
    const steps = found?.remedies[0]?.steps ?? []
    const rules = [...output]
    for (const {do: argv} of steps) {
      const at = argv.indexOf('-I')
      const number = Number(argv[at + 2])
      rules.splice(
        number - 1,
        0,
        argv
          .slice(at + 3)
          .join(' ')
          .replaceAll(/drs-onboard:\S+/g, '"x"'),
      )
    }
    const opened = contextFor(rules)
    const firewall = compileFirewall(await opened.reader.firewallState())
    const judged = [0, AGENT.uid].map(uid => firewall.judge({to: '52.95.110.1', port: 443, uid}).verdict)
    expect(judged).toEqual(['allow', 'allow'])
    expect((await firewall443.run(opened)).map(({code}) => code)).toEqual(['ok'])
  })

  it('before the agent is installed it is judged as another user, whom no rule names', async () => {
    const [found] = await firewall443.run(
      contextFor([...ROOT_ONLY, '-m owner --uid-owner 1000 -j ACCEPT'], {agent: false}),
    )
    expect(found?.summary).toContain('not created yet, so judged as uid 1001, which no rule names')
    expect(found?.evidence.judgedFor).toEqual([
      'root (uid 0)',
      'aws-replication (not created yet; judged as uid 1001)',
    ])
  })

  it('concern 1500 as well', async () => {
    const [found] = await firewall1500.run(
      contextFor(['-m owner --uid-owner 0 -j ACCEPT', '-p tcp -m tcp --dport 1500 -j DROP']),
    )
    expect(found).toMatchObject({code: 'firewall.drop', evidence: {judgementOf: 'aws-replication'}})
    expect(found?.remedies[0]?.steps[0]?.do).toEqual(expect.arrayContaining(['-d', '10.20.0.0/16']))
  })

  it('leave no trace where no rule asks for the owner', async () => {
    const [found] = await firewall443.run(contextFor(['-p tcp -m tcp --dport 443 -j DROP']))
    expect(found?.evidence.judgedFor).toBeUndefined()
  })
})

describe('rules that tell groups apart', () => {
  const KILL_SWITCH = (match: string) => [`-m owner --gid-owner ${match} -j ACCEPT`]

  it('let root through and stop the agent by its own group', async () => {
    const [found] = await firewall443.run(contextFor(KILL_SWITCH('0'), {policy: 'DROP'}))
    expect(found).toMatchObject({
      code: 'firewall.policy',
      evidence: {
        judgementOf: 'aws-replication',
        judgedFor: ['root (uid 0)', 'aws-replication (uid 998 with gid 997, 104)'],
        otherJudgement: {verdict: 'allow'},
      },
    })
  })

  it('stop the agent where only its further group is named, and that does not count', async () => {
    const [found] = await firewall443.run(contextFor(KILL_SWITCH('104'), {policy: 'DROP'}))
    expect(found).toMatchObject({code: 'firewall.policy', evidence: {judgement: {verdict: 'block'}}})
  })

  it('let the agent through by its further group', async () => {
    const [found] = await firewall443.run(contextFor(KILL_SWITCH('104 --suppl-groups'), {policy: 'DROP'}))
    expect(found).toMatchObject({evidence: {judgementOf: 'root', otherJudgement: {verdict: 'allow'}}})
  })

  it('leave it open for root, which may have further groups or not, as it was started', async () => {
    const root = {...ROOT, groups: [104]}
    const [found] = await firewall443.run(
      contextFor(KILL_SWITCH('104 --suppl-groups'), {policy: 'DROP', root}),
    )
    expect(found).toMatchObject({code: 'firewall.unknown', evidence: {judgementOf: 'root'}})
  })

  it('before the agent is installed it is judged with a group that no rule names', async () => {
    const [found] = await firewall443.run(
      contextFor(['-m owner --gid-owner 1000 -j ACCEPT', '-p tcp -m owner ! --gid-owner 0 -j DROP'], {
        agent: false,
      }),
    )
    expect(found?.summary).toContain('judged as uid 1000 with gid 1001, which no rule names')
    expect(found?.code).toBe('firewall.drop')
  })

  it('one remedy opens for the agent, whatever its group', async () => {
    const [found] = await firewall443.run(contextFor(KILL_SWITCH('0'), {policy: 'DROP'}))
    expect(found?.remedies[0]?.steps).toHaveLength(1)
  })
})

describe('findUser', () => {
  const GROUP =
    'root:x:0:\nvpn:x:104:daemon,aws-replication\naws-replication:x:997:aws-replication\nodd:x:y:root\nshort\ndisk:x:6:aws-replication,root\n'
  const PASSWD =
    'root:x:0:0:root:/root:/bin/bash\n# a comment\naws-replication:x:998:997::/home:/sbin/nologin\nodd:x:-1:1::/:\nshort\n'
  it.each([
    ['aws-replication', {uid: 998, gid: 997, groups: [104, 6]}],
    ['root', {uid: 0, gid: 0, groups: [6]}],
    ['aws', null],
    ['odd', null],
    ['short', null],
    ['', null],
  ])('%s', (name, found) => {
    expect(findUser(name, PASSWD, GROUP)).toEqual(found && {name, ...found})
  })
})
