import {afterAll, beforeAll, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {startFirewalld} from '../lib/firewalld.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {startEchoes} from '../lib/reach.ts'
import {FIREWALLD_SITUATIONS, type FirewalldSituation} from './firewalld-situations.ts'
import {holdRepair} from './hold-repair.ts'
import {sortedRules} from './sorted-rules.ts'

/** Every command of firewalld starts a Python, of which a test needs some sixty. */
const LONGEST_MS = 240_000

/** Tables that firewalld leaves behind empty once it was told direct rules, or had its iptables backend. */
const FORGET_IPTABLES = `for table in $(nft list tables | sed -n 's/^table \\(ip\\|ip6\\|bridge\\) /\\1:/p')
do nft delete table "\${table%%:*}" "\${table#*:}"
done`

/** By firewalld's own client library: `firewall-cmd` would be started six times. */
const WHAT_FIREWALLD_WAS_TOLD = `from firewall.client import FirewallClient
client = FirewallClient()
kept = client.config()
for name in sorted(map(str, client.getPolicies())):
    print('runtime', name, client.getPolicySettings(name).getSettingsDict())
for name in sorted(map(str, kept.getPolicyNames())):
    print('permanent', name, kept.getPolicyByName(name).getSettings().getSettingsDict())
for when, direct in ('runtime', client), ('permanent', kept.direct()):
    print(when, 'direct', direct.getAllRules(), direct.getAllPassthroughs())`

describeLab('firewalld, repaired by the program', () => {
  // Without root D-Bus cannot become its own user.
  if (process.getuid?.() !== 0) {
    test.skip('is not tried: this is not root, which D-Bus needs', () => undefined)
    return
  }
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab({ipv6: true})
    await startEchoes(lab)
    await shell('cp -a /etc/firewalld /run/pristine')
    await startFirewalld(lab.source)
  })
  afterAll(() => lab?.stop())

  const shell = (script: string) => lab.source.must(['bash', '-ec', script])
  const firewallCmd = (...args: readonly string[]) => lab.source.must(['firewall-cmd', ...args])

  async function load({backend, permanent = [], runtime = []}: FirewalldSituation) {
    await shell('firewall-cmd --panic-off; rm -rf /etc/firewalld; cp -a /run/pristine /etc/firewalld')
    await firewallCmd('--reload')
    await shell(FORGET_IPTABLES)
    await shell(
      `sed -i 's/^FirewallBackend=.*/FirewallBackend=${backend ?? 'nftables'}/' /etc/firewalld/firewalld.conf`,
    )
    for (const command of permanent) await firewallCmd('--permanent', ...command)
    await firewallCmd('--reload')
    for (const command of runtime) await firewallCmd(...command)
  }

  /** Everything that firewalld was told, and every rule of every engine. */
  const everything = async () => [
    await lab.source.firewall.save(),
    await lab.source.must(['/usr/bin/python3', '-c', WHAT_FIREWALLD_WAS_TOLD]),
    await shell(
      `find /etc/firewalld/policies -name '*.xml' | sort | while read -r file; do echo "== $file"; cat "$file"; done`,
    ),
  ]

  test.each(FIREWALLD_SITUATIONS)(
    '$name: repaired, survives a reload, undone',
    async situation => {
      await load(situation)
      const reloaded = situation.reload ?? true
      await holdRepair(lab, situation, {
        everything,
        reload: reloaded ? () => firewallCmd('--reload') : null,
        keeps: 'reach',
        expectUndone([rules = '', ...told], start) {
          expect(told).toEqual(start.slice(1))
          if (reloaded) expect(sortedRules(rules)).toBe(sortedRules(start[0] ?? ''))
          else expect(rules).toBe(start[0])
        },
      })
    },
    LONGEST_MS,
  )

  const FIX = ['fix', '--yes', '--region', 'eu-central-1', '--only', 'firewall-443', '--json']
  const undo = () => lab.source.drsOnboard(['undo', '--yes'])
  const remove = (stdout: string) =>
    shell(/to remove it, run: (.*?)(?:; and .*)?$/m.exec(stdout)?.[1] ?? 'false')

  test(
    'our rich rule is made again, wider: undo says what is in place, for now and for the next boot',
    async () => {
      const rejecting = FIREWALLD_SITUATIONS.find(({permanent, family}) => permanent && !family)
      await load({...rejecting, name: '', port: 443, steps: []})
      expect((await lab.source.drsOnboard(FIX)).code).toBe(0)
      const policy = rejecting?.permanent?.[0]?.[1] ?? ''
      for (const when of [[], ['--permanent']]) {
        const rule = 'rule port port=443 protocol=tcp accept'
        await firewallCmd(...when, '--policy', policy, `--remove-rich-rule=${rule}`)
        await firewallCmd(
          ...when,
          '--policy',
          policy,
          '--add-rich-rule=rule priority=-9 port port=400-500 protocol=tcp accept',
        )
      }
      const undone = await undo()
      expect(
        undone.stdout.match(/^LEFT .*another rule allows the same: `rule priority="-9" /gm),
      ).toHaveLength(2)
      expect(undone.code).toBe(4)
      await remove(undone.stdout)
      expect((await undo()).stdout).toBe('There is nothing to undo.\n')
    },
    LONGEST_MS,
  )

  test(
    'our direct rule gets another priority: undo says what is in place, and how to remove it',
    async () => {
      await load({
        name: '',
        runtime: [
          [
            '--direct',
            '--add-rule',
            'ipv4',
            'filter',
            'OUTPUT',
            '0',
            ...'-p tcp --dport 443 -j DROP'.split(' '),
          ],
        ],
        port: 443,
        steps: [],
      })
      expect((await lab.source.drsOnboard(FIX)).code).toBe(0)
      const rules = (await firewallCmd('--direct', '--get-all-rules')).split('\n')
      const ours = rules.find(rule => rule.includes('drs-onboard:'))?.split(' ') ?? []
      await firewallCmd('--direct', '--remove-rule', ...ours)
      await firewallCmd('--direct', '--add-rule', ...ours.with(3, '-77'))
      const undone = await undo()
      expect(undone.stdout).toMatch(
        /^LEFT .*changed by somebody else, so not reverted and still in place: `ipv4 filter OUTPUT -77 /m,
      )
      expect(undone.code).toBe(4)
      await remove(undone.stdout)
      expect((await undo()).code).toBe(0)
      expect(await firewallCmd('--direct', '--get-all-rules')).not.toContain('drs-onboard')
    },
    LONGEST_MS,
  )
}, ['firewall-cmd'])
