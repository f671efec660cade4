import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {reach, startEchoes} from '../lib/reach.ts'
import {AWS, STAGING} from '../lib/topology.ts'
import {reportOf} from './report.ts'
import {UFW_SITUATIONS, type UfwSituation} from './ufw-situations.ts'

/** Every command of ufw starts a Python and many an iptables. */
const LONGEST_MS = 240_000

const IPTABLES = ['iptables-nft', 'ip6tables-nft', 'iptables-legacy', 'ip6tables-legacy']

describeLab('ufw, repaired by the program', () => {
  // ufw's files may be read by root only, so that a lab made without root has no copy of them.
  if (process.getuid?.() !== 0) {
    test.skip('is not tried: this is not root, which ufw needs', () => undefined)
    return
  }
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab({ipv6: true})
    await startEchoes(lab)
    await shell(
      'mkdir /run/pristine; cp -a /etc/ufw /run/pristine/; cp -a /etc/default/ufw /run/pristine/default-ufw',
    )
  })
  afterAll(() => lab?.stop())

  const shell = (script: string) => lab.source.must(['bash', '-ec', script])

  async function load({commands, before, before6, beside, backend}: UfwSituation): Promise<void> {
    await lab.source.firewall.use(backend ?? 'nft')
    await shell('ufw --force disable')
    for (const program of IPTABLES) {
      for (const table of ['raw', 'mangle', 'filter'])
        await shell(
          `${program} -t ${table} -F; ${program} -t ${table} -X; ${program} -t ${table} -P OUTPUT ACCEPT`,
        )
      await shell(`${program} -P INPUT ACCEPT; ${program} -P FORWARD ACCEPT`)
    }
    await shell(
      'rm -rf /etc/ufw; cp -a /run/pristine/ufw /etc/; cp -a /run/pristine/default-ufw /etc/default/ufw',
    )
    for (const [path, lines] of [
      ['/etc/ufw/before.rules', before],
      ['/etc/ufw/before6.rules', before6],
    ] as const) {
      for (const line of lines ?? []) {
        await lab.source.must(
          line.startsWith('- ')
            ? ['sed', '-i', `/^-A ${line.slice(2)}/d`, path]
            : ['sed', '-i', `/^# End required lines/a ${line}`, path],
        )
      }
    }
    await shell('ufw --force enable')
    for (const command of commands) await lab.source.must(['ufw', ...command.split(' ')])
    if (beside) await lab.source.must(beside as [string, ...string[]])
    await shell('ufw reload')
  }

  /** Everything that ufw was told, and every rule of every engine. */
  const everything = async () => [
    await lab.source.firewall.save(),
    await shell(
      'ufw show added; cd /etc/ufw; for file in *; do echo "== $file"; cat $file || true; done; stat -c "%a %u %g %n" *',
    ),
  ]

  function optionsFor({port}: UfwSituation): string[] {
    const only = ['--region', 'eu-central-1', '--only', `firewall-${port}`]
    return port === 443
      ? only
      : [...only, '--staging-subnet', STAGING.subnet, '--replication-server', STAGING.ipv4]
  }

  describe.each(UFW_SITUATIONS)('$name', situation => {
    test(
      'is repaired, survives a reload, and is undone to the byte',
      async () => {
        await load(situation)
        const {port, family} = situation
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
        expect(fixed.applied).toMatchObject([{result: 'kept', reason: null, persists: lasts}])
        const done = fixed.plan.remedies[0]?.steps.map(step => step.do.join(' ')) ?? []
        expect(done).toHaveLength(situation.steps.length)
        for (const [index, step] of situation.steps.entries()) expect(done[index]).toMatch(step)

        const after = await reach(lab.source)
        expect(after[aim]).toBe(true)
        const meant = (target: string) =>
          port === 443 ? target.endsWith(' 443') : target === `${STAGING.ipv4} 1500`
        for (const [target, reached] of Object.entries(before))
          expect(after[target], target).toBe(reached || (meant(target) && after[target]))

        const repaired = await everything()
        expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
        expect(await everything()).toEqual(repaired)

        await shell('ufw reload')
        expect(await reach(lab.source)).toEqual(after)

        const undone = await lab.source.drsOnboard(['undo', '--yes'])
        expect(undone.code, undone.stderr).toBe(0)
        expect(await everything()).toEqual(start)
      },
      LONGEST_MS,
    )
  })
}, ['ufw'])
