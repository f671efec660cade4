import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {findingsFor, reportOf} from './report.ts'

const TARGETS = [
  ...['--region', 'eu-central-1', '--staging-subnet', STAGING.subnet],
  ...['--only', 'firewall-443,firewall-1500'],
]
const AGENT_UID = '998'

describe.each(['legacy', 'nft'] as const)('iptables-%s', backend => {
  describeLab('rules that tell users apart', () => {
    let lab: Lab

    beforeEach(async () => {
      lab = await startLab({replicationServer: true})
      await lab.source.firewall.use(backend)
    })
    afterEach(() => lab?.stop())

    const addAgent = () =>
      lab.source.must([
        ...([
          'sh',
          '-c',
          `echo "aws-replication:x:${AGENT_UID}:${AGENT_UID}::/:/bin/false" >> /etc/passwd`,
        ] as const),
      ])

    const rootOnly = async () => {
      await lab.source.firewall.iptables('-A', 'OUTPUT', '-m', 'owner', '--uid-owner', '0', '-j', 'ACCEPT')
      await lab.source.firewall.iptables('-A', 'OUTPUT', '-p', 'tcp', '-j', 'DROP')
    }

    test('root passes and the agent is stopped: found, repaired for both, and undone', async () => {
      await addAgent()
      await rootOnly()
      const before = await lab.source.firewall.save()
      const found = await lab.source.drsOnboard(['check', ...TARGETS, '--json'])
      expect(found.code).toBe(3)
      for (const check of ['firewall-443', 'firewall-1500'] as const) {
        const findings = findingsFor(reportOf(found), check)
        expect(findings).toHaveLength(1)
        expect(findings[0]).toMatchObject({
          code: 'firewall.drop',
          evidence: {
            judgement: {blocker: {engine: `iptables-${backend}`, rule: 2}},
            judgementOf: 'aws-replication',
            judgedFor: ['root (uid 0)', `aws-replication (uid ${AGENT_UID})`],
          },
        })
      }
      const fixed = await lab.source.drsOnboard(['fix', '--yes', ...TARGETS, '--json'])
      expect(reportOf(fixed).applied.map(({result}) => result)).toEqual(['kept', 'kept'])
      expect(fixed.code).toBe(0)
      expect((await lab.source.drsOnboard(['check', ...TARGETS])).code).toBe(0)
      expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
      expect(await lab.source.firewall.save()).toBe(before)
    })

    test('before the agent is installed, it is judged as another user', async () => {
      await rootOnly()
      const found = await lab.source.drsOnboard(['check', ...TARGETS, '--json'])
      expect(findingsFor(reportOf(found), 'firewall-443')[0]?.summary).toMatch(
        /not created yet, so judged as uid 1000, which no rule names/,
      )
    })

    test('root is stopped and the agent passes: a failure that names root', async () => {
      await addAgent()
      await lab.source.firewall.iptables(
        ...['-A', 'OUTPUT', '-p', 'tcp', '-m', 'owner', '!', '--uid-owner', AGENT_UID, '-j', 'REJECT'],
      )
      const found = await lab.source.drsOnboard(['check', ...TARGETS, '--json'])
      expect(found.code).toBe(3)
      expect(findingsFor(reportOf(found), 'firewall-443')[0]).toMatchObject({
        code: 'firewall.reject',
        evidence: {judgementOf: 'root', otherJudgement: {verdict: 'allow'}},
      })
    })

    test('the kernel agrees', async () => {
      await rootOnly()
      const connect = `exec 3<>/dev/tcp/${STAGING.ipv4}/1500`
      expect((await lab.source.run(['timeout', '2', 'bash', '-c', connect])).code).toBe(0)
      const asAgent = [
        'setpriv',
        '--reuid',
        AGENT_UID,
        '--clear-groups',
        'timeout',
        '2',
        'bash',
        '-c',
        connect,
      ]
      const [program = '', ...args] = asAgent
      if (lab.privileges === 'root') expect((await lab.source.run([program, ...args])).code).toBe(124)
    })
  })
})
