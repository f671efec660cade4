import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {codesOf, findingsFor, reportOf} from './report.ts'
import {DROPS_443, POLICY_DROPS_1500} from './rulesets.ts'

const TARGETS = [
  '--region',
  'eu-central-1',
  '--staging-subnet',
  STAGING.subnet,
  '--replication-server',
  STAGING.ipv4,
]

describe.each(['legacy', 'nft'] as const)('iptables-%s', backend => {
  describeLab('a server whose firewall blocks', () => {
    let lab: Lab

    beforeEach(async () => {
      lab = await startLab({replicationServer: true})
      await lab.source.firewall.use(backend)
    })
    afterEach(() => lab?.stop())

    test('443 by name and 1500 by a final REJECT: named, repaired, ready, and undone to the byte', async () => {
      await lab.source.firewall.restore(DROPS_443)
      const before = await lab.source.firewall.save()

      const found = await lab.source.drsOnboard(['check', ...TARGETS, '--json'])
      expect(found.code).toBe(3)
      const [judged] = findingsFor(reportOf(found), 'firewall-443')
      expect(judged?.code).toBe('firewall.drop')
      expect(judged?.evidence.judgement?.blocker).toMatchObject({
        engine: `iptables-${backend}`,
        family: 'ip',
        table: 'filter',
        chain: 'OUTPUT',
        rule: 5,
        text: '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
      })
      expect(findingsFor(reportOf(found), 'firewall-1500')[0]).toMatchObject({
        code: 'firewall.reject',
        evidence: {judgement: {blocker: {rule: 6}}},
      })
      expect(await lab.source.firewall.save()).toBe(before)

      const fixed = await lab.source.drsOnboard(['fix', '--yes', ...TARGETS, '--json'])
      expect(reportOf(fixed).applied.map(({result}) => result)).toEqual(['kept', 'kept'])
      expect(fixed.code).toBe(0)
      expect(await lab.source.firewall.save()).not.toBe(before)

      const ready = await lab.source.drsOnboard(['check', ...TARGETS, '--json'])
      expect(ready.code).toBe(0)
      expect(codesOf(reportOf(ready))).toContain('installer-download: pass ok')
      expect(codesOf(reportOf(ready))).toContain('replication-1500: pass ok')

      const again = await lab.source.drsOnboard(['fix', '--yes', ...TARGETS, '--json'])
      expect(reportOf(again).applied).toEqual([])

      const undone = await lab.source.drsOnboard(['undo', '--yes'])
      expect(undone.code).toBe(0)
      expect(await lab.source.firewall.save()).toBe(before)
      expect((await lab.source.drsOnboard(['undo', '--yes'])).stdout).toBe('There is nothing to undo.\n')
    })

    test('1500 by policy: only the staging area subnet is opened', async () => {
      await lab.source.firewall.restore(POLICY_DROPS_1500)
      const before = await lab.source.firewall.save()
      const found = reportOf(await lab.source.drsOnboard(['check', ...TARGETS, '--json']))
      expect(findingsFor(found, 'firewall-1500')[0]).toMatchObject({
        code: 'firewall.policy',
        evidence: {judgement: {blocker: {rule: 'policy', chain: 'OUTPUT'}}},
      })
      expect(findingsFor(found, 'replication-1500')[0]?.status).toBe('skip')

      const plan = await lab.source.drsOnboard(['fix', '--dry-run', ...TARGETS])
      expect(plan.code).toBe(3)
      expect(plan.stdout).toMatch(/iptables.*-A OUTPUT.*-d 10\.20\.0\.0\/16.*--dport 1500.*-j ACCEPT/)
      expect(await lab.source.firewall.save()).toBe(before)

      expect((await lab.source.drsOnboard(['fix', '--yes', ...TARGETS])).code).toBe(0)
      await lab.source.must(['bash', '-c', `exec 3<>/dev/tcp/${STAGING.ipv4}/1500`])
      expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
      expect(await lab.source.firewall.save()).toBe(before)
    })
  })
})
