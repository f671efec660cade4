import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {NFT_SITUATIONS, type NftSituation} from '../../firewall/plan/nft-situations.ts'
import {save} from '../../firewall/plan/situations.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {reach, startEchoes} from '../lib/reach.ts'
import {AWS, STAGING} from '../lib/topology.ts'
import {reportOf} from './report.ts'

const CONF = '/etc/nftables.conf'
const WANTS = '/etc/systemd/system/sysinit.target.wants'
const SUBNETS = {4: STAGING.subnet, 6: 'fd00:20::/64'}
const EMPTY = save({filter: []})

describeLab('native nftables, repaired by the program', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab({ipv6: true})
    await startEchoes(lab)
    await lab.source.must(['mkdir', '-p', WANTS])
    await lab.source.must([
      'ln',
      '-sf',
      '/usr/lib/systemd/system/nftables.service',
      `${WANTS}/nftables.service`,
    ])
  })
  afterAll(() => lab?.stop())

  /** What nftables.service does when it starts, but that the rules of iptables stay, which it would take away too. */
  const loadFile = () => lab.source.must(['nft', '-f', CONF])

  async function load({ruleset, save: ofIptables}: NftSituation): Promise<void> {
    await lab.source.must(['nft', 'flush', 'ruleset'])
    for (const program of ['iptables', 'ip6tables'])
      await lab.source.must([`${program}-nft-restore`], {input: EMPTY})
    if (ofIptables !== undefined) await lab.source.must(['iptables-nft-restore'], {input: ofIptables})
    const tables = [...ruleset.matchAll(/^table (\S+ \S+) /gm)].map(
      ([, name]) => `table ${name}\ndelete table ${name}\n`,
    )
    await lab.source.must(['tee', CONF], {input: `#!/usr/sbin/nft -f\n\n${tables.join('')}\n${ruleset}`})
    await loadFile()
  }

  const file = () => lab.source.must(['cat', CONF])

  function optionsFor({port, family}: NftSituation): string[] {
    const only = ['--region', 'eu-central-1', '--only', `firewall-${port}`]
    if (port === 443) return only
    const server = family === 4 ? STAGING.ipv4 : STAGING.ipv6
    return [...only, '--staging-subnet', SUBNETS[family], '--replication-server', server]
  }

  /** What a repair is allowed to open. */
  function isMeant({port, family}: NftSituation, target: string): boolean {
    if (port === 443) return target.endsWith(' 443')
    const host = family === 4 ? STAGING.ipv4 : STAGING.ipv6
    return target === `${host} 1500`
  }

  describe.each(NFT_SITUATIONS)('$name', situation => {
    test('is repaired, lasts, and is undone to the byte', async () => {
      await load(situation)
      const {port, family} = situation
      const host = port === 443 ? AWS.drs : STAGING
      const aim = `${family === 4 ? host.ipv4 : host.ipv6} ${port}`
      const rules = await lab.source.firewall.save()
      const written = await file()
      const before = await reach(lab.source)
      expect(before[aim]).toBe(false)

      const fix = ['fix', '--yes', ...optionsFor(situation), '--json']
      if (situation.risk === 'disruptive') {
        expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
        expect(await lab.source.firewall.save()).toBe(rules)
        expect(await file()).toBe(written)
        fix.push('--allow-disruptive')
      }
      const fixed = reportOf(await lab.source.drsOnboard(fix))
      const lasts = situation.save === undefined
      expect(fixed.applied).toMatchObject([{result: 'kept', reason: null, persists: lasts}])

      const after = await reach(lab.source)
      expect(after[aim]).toBe(true)
      for (const [target, reached] of Object.entries(before))
        expect(after[target], target).toBe(reached || (isMeant(situation, target) && after[target]))

      const repaired = await lab.source.firewall.save()
      expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
      expect(await lab.source.firewall.save()).toBe(repaired)

      if (lasts) {
        await loadFile()
        expect(await lab.source.firewall.save()).toBe(repaired)
      }

      const undone = await lab.source.drsOnboard(['undo', '--yes'])
      expect(undone.code, undone.stderr).toBe(0)
      expect(await lab.source.firewall.save()).toBe(rules)
      expect(await file()).toBe(written)
    })
  })
})
