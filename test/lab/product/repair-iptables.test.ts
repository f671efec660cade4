import {afterAll, beforeAll, expect, test} from 'vitest'
import {save} from '../../firewall/plan/situations.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {reach, startEchoes} from '../lib/reach.ts'
import {AWS, STAGING} from '../lib/topology.ts'
import {KEPT_SITUATIONS, type KeptSituation, OTHER} from './iptables-situations.ts'
import {KeptServer} from './keeper.ts'
import {reportOf} from './report.ts'

const FILES = {4: '/etc/iptables/rules.v4', 6: '/etc/iptables/rules.v6'} as const
const SUBNETS = {4: STAGING.subnet, 6: 'fd00:20::/64'} as const
const EMPTY = save({filter: [], mangle: [], raw: [], security: []})
const PROGRAMS = ['iptables-legacy', 'ip6tables-legacy', 'iptables-nft', 'ip6tables-nft']

for (const backend of ['legacy', 'nft'] as const)
  describeLab(`iptables-${backend}, repaired by the program`, () => {
    let lab: Lab
    let server: KeptServer

    beforeAll(async () => {
      lab = await startLab({ipv6: true})
      server = await KeptServer.prepare(lab, backend)
      await startEchoes(lab)
    })
    afterAll(() => lab?.stop())

    async function load({save: text, family, beside, sets}: KeptSituation): Promise<void> {
      for (const program of PROGRAMS) await lab.source.must([`${program}-restore`], {input: EMPTY})
      await lab.source.must(['ipset', 'destroy'])
      if (sets !== undefined) await lab.source.must(['ipset', 'restore'], {input: sets})
      if (beside !== undefined) await lab.source.must([`iptables-${OTHER[backend]}-restore`], {input: beside})
      for (const path of Object.values(FILES)) await server.write(path, EMPTY)
      await server.write(FILES[family], text)
      await server.boot(FILES[family])
    }

    function optionsFor({port, family}: KeptSituation): string[] {
      const only = ['--region', 'eu-central-1', '--only', `firewall-${port}`]
      if (port === 443) return only
      const host = family === 4 ? STAGING.ipv4 : STAGING.ipv6
      return [...only, '--staging-subnet', SUBNETS[family], '--replication-server', host]
    }

    /** What a repair is allowed to open. */
    function isMeant({port, family}: KeptSituation, target: string): boolean {
      if (port === 443) return target.endsWith(' 443')
      return target === `${family === 4 ? STAGING.ipv4 : STAGING.ipv6} 1500`
    }

    test.each(KEPT_SITUATIONS)('$name: repaired, outlives a boot, undone to the byte', async situation => {
      await load(situation)
      const {port, family} = situation
      const host = port === 443 ? AWS.drs : STAGING
      const aim = `${family === 4 ? host.ipv4 : host.ipv6} ${port}`
      const file = await server.read(FILES[family])
      const rules = await lab.source.firewall.save()
      const before = await reach(lab.source)
      expect(before[aim]).toBe(false)

      const fix = ['fix', '--yes', ...optionsFor(situation), '--json']
      if (situation.risk === 'disruptive') {
        expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
        expect(await lab.source.firewall.save()).toBe(rules)
        expect(await server.read(FILES[family])).toBe(file)
        fix.push('--allow-disruptive')
      }
      // What nobody loads at boot cannot be made to last in a file.
      const lasts = situation.beside === undefined
      const fixed = reportOf(await lab.source.drsOnboard(fix))
      expect(fixed.applied).toMatchObject([{result: 'kept', persists: lasts}])

      const after = await reach(lab.source)
      expect(after[aim]).toBe(true)
      for (const [target, reached] of Object.entries(before))
        expect(after[target], target).toBe(reached || (isMeant(situation, target) && after[target]))

      const repaired = await lab.source.firewall.save()
      expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
      expect(await lab.source.firewall.save()).toBe(repaired)

      if (lasts) {
        await server.boot(FILES[family])
        expect(await lab.source.firewall.save()).toBe(repaired)
      }

      const undone = await lab.source.drsOnboard(['undo', '--yes'])
      expect(undone.code, undone.stderr).toBe(0)
      expect(await lab.source.firewall.save()).toBe(rules)
      expect(await server.read(FILES[family])).toBe(file)
    })
  })
