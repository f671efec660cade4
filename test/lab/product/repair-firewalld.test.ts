import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {startFirewalld} from '../lib/firewalld.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {reach, startEchoes} from '../lib/reach.ts'
import {AWS, STAGING} from '../lib/topology.ts'
import {FIREWALLD_SITUATIONS, type FirewalldSituation} from './firewalld-situations.ts'
import {reportOf} from './report.ts'
import {sortedRules} from './sorted-rules.ts'

/** Every command of firewalld starts a Python, of which a test needs some sixty. */
const LONGEST_MS = 240_000

/** Tables that firewalld leaves behind empty once it was told direct rules, or had its iptables backend. */
const FORGET_IPTABLES = `for table in $(nft list tables | sed -n 's/^table \\(ip\\|ip6\\|bridge\\) /\\1:/p')
do nft delete table "\${table%%:*}" "\${table#*:}"
done`

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
    await shell(`for when in '' --permanent; do
  firewall-cmd $when --list-all-policies
  firewall-cmd $when --direct --get-all-rules
  firewall-cmd $when --direct --get-all-passthroughs
done
find /etc/firewalld/policies -name '*.xml' | sort | while read -r file; do echo "== $file"; cat "$file"; done`),
  ]

  function optionsFor({port}: FirewalldSituation): string[] {
    const only = ['--region', 'eu-central-1', '--only', `firewall-${port}`]
    const target = ['--staging-subnet', STAGING.subnet, '--replication-server', STAGING.ipv4]
    return port === 443 ? only : [...only, ...target]
  }

  describe.each(FIREWALLD_SITUATIONS)('$name', situation => {
    test(
      'is repaired, survives a reload, and is undone',
      async () => {
        await load(situation)
        const {port, family, opens, reload} = situation
        const host = port === 443 ? AWS.drs : STAGING
        const aim = `${family === 6 ? host.ipv6 : host.ipv4} ${port}`
        const start = await everything()
        const before = await reach(lab.source)
        expect(before[aim]).toBe(false)

        const fix = ['fix', '--yes', ...optionsFor(situation), '--json']
        if (situation.risk === 'disruptive') {
          expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
          expect(await everything()).toEqual(start)
          fix.push('--allow-disruptive')
        }
        const fixed = reportOf(await lab.source.drsOnboard(fix))
        const lasts = situation.lasts ?? true
        expect(fixed.applied.length).toBeGreaterThan(0)
        for (const applied of fixed.applied)
          expect(applied).toMatchObject({result: 'kept', reason: null, persists: lasts})
        const done = fixed.plan.remedies.flatMap(({steps}) => steps.map(step => step.do.join(' ')))
        expect(done).toHaveLength(situation.steps.length)
        for (const [index, step] of situation.steps.entries()) expect(done[index]).toMatch(step)

        const after = await reach(lab.source)
        expect(after[aim]).toBe(true)
        const meant = (target: string) =>
          opens === 'everything' ||
          (port === 443 ? target.endsWith(' 443') : target === `${STAGING.ipv4} 1500`)
        for (const [target, reached] of Object.entries(before))
          expect(after[target], target).toBe(reached || (meant(target) && after[target]))

        const repaired = await everything()
        expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
        expect(await everything()).toEqual(repaired)

        const reloaded = reload ?? true
        if (reloaded) {
          await firewallCmd('--reload')
          expect(await reach(lab.source)).toEqual(after)
        }

        const undone = await lab.source.drsOnboard(['undo', '--yes'])
        expect(undone.code, undone.stderr).toBe(0)
        const [rules = '', told] = await everything()
        expect(told).toBe(start[1])
        if (reloaded) expect(sortedRules(rules)).toBe(sortedRules(start[0] ?? ''))
        else expect(rules).toBe(start[0])
      },
      LONGEST_MS,
    )
  })
}, ['firewall-cmd'])
