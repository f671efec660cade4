import {writeFile} from 'node:fs/promises'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {STAGING} from '../lib/topology.ts'
import {reportOf} from './report.ts'
import {DROPS_1500, POLICY_DROPS_1500} from './rulesets.ts'

const FIX = ['fix', '--yes', '--json', '--staging-subnet', STAGING.subnet, '--only', 'firewall-1500']
const UNITS = '/etc/systemd/system'

/**
 * Stands in for systemctl, since a namespace has no systemd: writes down what it is asked for, and does to the unit
 * files what `enable` and `disable` do for a unit with `WantedBy=multi-user.target`.
 */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >> "$(dirname "$0")/asked"
wants=${UNITS}/multi-user.target.wants
for unit; do :; done
case $1 in
  enable) [ -e "${UNITS}/$unit" ] && mkdir -p $wants && ln -s "${UNITS}/$unit" "$wants/$unit" ;;
  disable) rm "$wants/$unit" ;;
  *) exit 1 ;;
esac
`

describeLab('a server whose rules nobody keeps', () => {
  let lab: Lab
  let env: {PATH: string}
  const shell = (script: string) => lab.source.must(['bash', '-ec', script])

  beforeEach(async () => {
    lab = await startLab({replicationServer: true})
    const bin = `${lab.directory}/bin`
    await shell(`mkdir ${bin} /run/systemd /run/systemd/system; mkdir -p ${UNITS}/multi-user.target.wants`)
    // What this machine has enabled is no matter here.
    await shell(`rm -rf ${UNITS}/*.wants/*; rm -f /etc/ufw/ufw.conf`)
    await writeFile(`${bin}/systemctl`, SYSTEMCTL, {mode: 0o755})
    env = {PATH: `${bin}:${SYSTEM_PATH}`}
  })
  afterEach(() => lab?.stop())

  /** Runs what the unit runs, in order, as systemd would: a `-` in front lets a command fail. */
  const startUnit = (path: string) =>
    shell(
      `grep '^ExecStart=' ${path} | while IFS= read -r line; do
        case $line in
          ExecStart=-*) eval "\${line#ExecStart=-}" 2> /dev/null || true ;;
          *) eval "\${line#ExecStart=}" || exit 1 ;;
        esac
      done`,
    )

  test.each([
    ['a rule in the midst', DROPS_1500],
    ['a policy', POLICY_DROPS_1500],
  ])('%s: a unit repeats the repair at boot, with consent', async (_name, dump) => {
    await lab.source.firewall.restore(dump)
    const [rules, units] = [await lab.source.firewall.save(), await shell(`find ${UNITS} | sort`)]

    const without = reportOf(await lab.source.drsOnboard(FIX, {env}))
    expect(without.applied).toMatchObject([{result: 'kept', persists: false}])
    expect(without.plan.remedies[0]?.lastingAdvice).toContain('--persist-unit')
    expect(without.plan.remedies[0]?.unitSteps).toHaveLength(2)
    expect(await shell(`find ${UNITS} | sort`)).toBe(units)
    expect((await lab.source.drsOnboard(['undo', '--yes'], {env})).code).toBe(0)

    const fixed = reportOf(await lab.source.drsOnboard([...FIX, '--persist-unit'], {env}))
    expect(fixed.applied).toMatchObject([{result: 'kept', persists: true}])
    const name = `drs-onboard-${fixed.applied[0]?.remedy}.service`
    expect(await shell(`cat ${env.PATH.split(':')[0]}/asked`)).toBe(`enable ${name}\n`)
    expect(await shell(`readlink ${UNITS}/multi-user.target.wants/${name}`)).toBe(`${UNITS}/${name}\n`)
    const repaired = await lab.source.firewall.save()

    // Started again it changes nothing; after a boot, over the rules as somebody else sets them, it repairs them.
    await startUnit(`${UNITS}/${name}`)
    expect(await lab.source.firewall.save()).toBe(repaired)
    await lab.source.firewall.restore(dump)
    expect(await lab.source.firewall.save()).toBe(rules)
    await startUnit(`${UNITS}/${name}`)
    expect(await lab.source.firewall.save()).toBe(repaired)

    expect((await lab.source.drsOnboard(['undo', '--yes'], {env})).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(rules)
    expect(await shell(`find ${UNITS} | sort`)).toBe(units)
    expect(await shell(`cat ${env.PATH.split(':')[0]}/asked`)).toBe(`enable ${name}\ndisable --now ${name}\n`)
  })

  test('a systemctl that fails: the unit goes again, the repair is kept until the next boot', async () => {
    await lab.source.firewall.restore(DROPS_1500)
    await shell(
      `printf '#!/bin/sh\\necho "Failed to connect to bus" >&2; exit 1\\n' > ${env.PATH.split(':')[0]}/systemctl`,
    )
    const units = await shell(`find ${UNITS} | sort`)
    const fixed = reportOf(await lab.source.drsOnboard([...FIX, '--persist-unit'], {env}))
    expect(fixed.applied).toMatchObject([{result: 'kept', persists: false}])
    expect(fixed.applied[0]?.reason).toMatch(/could not be made permanent: .*Failed to connect to bus/)
    expect(await shell(`find ${UNITS} | sort`)).toBe(units)
  })
})
