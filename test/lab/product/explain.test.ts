import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import * as z from 'zod'
import {firewallState} from '../../../src/firewall/state/state.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {DRS_ONBOARD} from '../lib/paths.ts'
import {STAGING} from '../lib/topology.ts'
import {findingsFor, reportOf} from './report.ts'
import {DROPS_443, POLICY_DROPS_1500} from './rulesets.ts'

const TARGETS = ['--region', 'eu-central-1', '--staging-subnet', STAGING.subnet]

/** What a finding says that it judged. */
const asked = z.looseObject({addresses: z.tuple([z.string()], z.string()), port: z.int()})

describe.each(['legacy', 'nft'] as const)('iptables-%s', backend => {
  describeLab('a captured state', () => {
    let lab: Lab
    let captured: string

    beforeAll(async () => {
      lab = await startLab()
      await lab.source.firewall.use(backend)
      await lab.source.firewall.restore(DROPS_443)
      const {code, stdout, stderr} = await lab.source.drsOnboard(['capture'])
      expect([code, stderr]).toEqual([0, ''])
      captured = stdout
    })
    afterAll(() => lab?.stop())

    /** On another machine, and as a plain user. */
    const explain = (args: readonly string[]) =>
      lab.staging.run([...DRS_ONBOARD, 'explain', '--state', '-', ...args], {
        input: captured,
        unprivileged: true,
      })

    test('is what the schemas say', async () => {
      const state: unknown = JSON.parse(captured)
      expect(firewallState.parse(state)).toEqual(state)
      const {stdout} = await lab.source.drsOnboard(['schema', 'firewall-state'])
      const schema = z.fromJSONSchema(JSON.parse(stdout))
      expect(schema.parse(state)).toEqual(state)
      expect(schema.safeParse({...(state as object), routes: null}).success).toBe(false)
    })

    test('is judged elsewhere as check judges it here', async () => {
      const report = reportOf(
        await lab.source.drsOnboard(['check', ...TARGETS, '--only', 'firewall-443,firewall-1500', '--json']),
      )
      for (const check of ['firewall-443', 'firewall-1500'] as const) {
        const [found] = findingsFor(report, check)
        const {addresses, port} = asked.parse(found?.evidence)
        const {code, stdout} = await explain(['--to', addresses[0], '--port', String(port), '--json'])
        expect(JSON.parse(stdout)).toEqual(found?.evidence.judgement)
        expect(found?.evidence.judgement?.verdict).toBe('block')
        expect(code).toBe(3)
      }
    })

    test('is walked through to the rule that stops it', async () => {
      const {code, stdout} = await explain(['--to', '52.95.110.1', '--port', '443'])
      expect(code).toBe(3)
      expect(stdout).toMatch(/> 5 matches +-A OUTPUT -p tcp -m tcp --dport 443 -j DROP/)
      expect(stdout).toContain('==> BLOCKED here by rule 5 of OUTPUT (drop)')
      expect(stdout).toContain(`iptables-${backend} ip filter OUTPUT (hook output, priority 0)`)
    })

    test('goes to a file, whole, and the state at the time stays as it was', async () => {
      const path = `${lab.directory}/state.json`
      const {code, stdout} = await lab.source.drsOnboard(['capture', '--output', path])
      expect([code, stdout]).toEqual([0, ''])
      await lab.source.firewall.restore(POLICY_DROPS_1500)
      const {stdout: explained} = await lab.source.drsOnboard([
        ...['explain', '--state', path, '--to', '52.95.110.1', '--port', '443'],
      ])
      expect(explained).toContain('BLOCKED here by rule 5')
    })

    test('is not to be had without root', async () => {
      const {code, stdout, stderr} = await lab.source.drsOnboard(['capture'], {unprivileged: true})
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/as root/)
    })

    test('changes nothing', async () => {
      const before = await lab.source.firewall.save()
      await lab.source.drsOnboard(['capture'])
      expect(await lab.source.firewall.save()).toBe(before)
    })
  })
})
