import {afterAll, beforeAll, test} from 'vitest'
import {save} from '../../firewall/plan/situations.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {startEchoes} from '../lib/reach.ts'
import {holdRepair} from './hold-repair.ts'
import {KEPT_SITUATIONS, type KeptSituation, OTHER} from './iptables-situations.ts'
import {KeptServer} from './kept-server.ts'

const FILES = {4: '/etc/iptables/rules.v4', 6: '/etc/iptables/rules.v6'} as const
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

    test.each(KEPT_SITUATIONS)('$name: repaired, outlives a boot, undone to the byte', async situation => {
      await load(situation)
      const {port, family, risk, beside} = situation
      const file = FILES[family]
      // What nobody loads at boot cannot be made to last in a file.
      const lasts = beside === undefined
      await holdRepair(
        lab,
        {port, family, risk, lasts},
        {
          everything: async () => [await lab.source.firewall.save(), await server.read(file)],
          reload: lasts ? () => server.boot(file) : null,
          keeps: 'everything',
        },
      )
    })
  })
