import {afterAll, beforeAll, test} from 'vitest'
import {NFT_SITUATIONS, type NftSituation} from '../../firewall/plan/nft-situations.ts'
import {save} from '../../firewall/plan/situations.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {startEchoes} from '../lib/reach.ts'
import {holdRepair} from './hold-repair.ts'

const CONF = '/etc/nftables.conf'
const WANTS = '/etc/systemd/system/sysinit.target.wants'
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

  test.each(NFT_SITUATIONS)('$name: repaired, lasts, undone to the byte', async situation => {
    await load(situation)
    const {port, family, risk, save: ofIptables} = situation
    const lasts = ofIptables === undefined
    await holdRepair(
      lab,
      {port, family, risk, lasts},
      {
        everything: async () => [await lab.source.firewall.save(), await lab.source.must(['cat', CONF])],
        reload: lasts ? loadFile : null,
        keeps: 'everything',
      },
    )
  })
})
