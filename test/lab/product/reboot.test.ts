import {readFile, writeFile} from 'node:fs/promises'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {libraryFile, PROJECT} from '../lib/paths.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {STAGING} from '../lib/topology.ts'

const UNITS = '/etc/systemd/system'
const UNIT = 'drs-onboard-boot.service'

/** A unit of the administrator's own, which no list can name, and which takes its time. */
const OWN_FIREWALL = (rules: string) => `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=/bin/sleep 1
ExecStart=/usr/sbin/iptables-restore ${rules}
[Install]
WantedBy=multi-user.target
`

const LO = '-A OUTPUT -o lo -j ACCEPT\n'
const DROP = '-A OUTPUT -p tcp -m tcp --dport 1500 -j DROP\n'
const filter = (rules: string) => `*filter\n${rules}COMMIT\n`

/** Here systemd is real, and so is every boot, but for the kernel. */
describeLab('a server that is rebooted', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({replicationServer: true})
  })
  afterAll(() => lab?.stop())

  /** Loses all rules, boots, and runs a script at the end. @returns what that printed; null where no systemd can be booted */
  async function boot(script: string): Promise<string | null> {
    const [file, output] = [`${lab.directory}/script`, `${lab.directory}/output`]
    await writeFile(file, `exec > ${output} 2>&1\n${script}\n`)
    await writeFile(output, '')
    await lab.source.must(['bash', '-c', 'iptables -F; iptables -P OUTPUT ACCEPT'])
    const namespaces = ['--pid', '--fork', '--mount', '--uts', '--ipc', '--cgroup', '--kill-child']
    const {code, stderr} = await lab.source.run(
      ['unshare', ...namespaces, libraryFile('boot.sh'), file, PROJECT, lab.directory],
      {env: {PATH: SYSTEM_PATH}},
    )
    if (code === 3 || stderr.includes('unshare failed')) return null
    return readFile(output, 'utf8')
  }

  const product = (...args: readonly string[]) => lab.source.drsOnboardArgv(args).join(' ')
  const LOOK = `iptables -S OUTPUT; timeout 1 bash -c 'exec 3<> /dev/tcp/${STAGING.ipv4}/1500' && echo open || echo blocked`

  test('a fix with --persist-unit is in front of what blocks, once, until it is undone', async ({skip}) => {
    const rules = `${lab.directory}/rules`
    await writeFile(rules, filter(LO + LO + DROP))
    await writeFile(`${lab.directory}/unit`, OWN_FIREWALL(rules))
    await lab.source.must([
      'bash',
      '-ec',
      `rm -rf ${UNITS} /etc/ufw/ufw.conf; mkdir -p ${UNITS}/multi-user.target.wants; : > /etc/fstab
       cp ${lab.directory}/unit ${UNITS}/own-firewall.service
       ln -s ../own-firewall.service ${UNITS}/multi-user.target.wants/`,
    ])
    const files = `find ${UNITS} /etc/drs-onboard 2> /dev/null | sort`
    const before = await boot(`${LOOK}; ${files}`)
    if (before === null) return skip('no systemd can be booted here')
    expect(before).toContain(`${DROP}blocked\n`)

    const fix = product('fix', '--yes', '--json', '--only', 'firewall-1500', '--persist-unit')
    const report = JSON.parse((await boot(`${fix} --quiet --staging-subnet ${STAGING.subnet}`)) ?? '')
    expect(report.applied).toMatchObject([{result: 'kept', persists: true}])
    const {remedy} = report.applied[0]

    // The administrator has added rules and taken others away meanwhile: the numbers are others.
    await writeFile(rules, filter(`${LO}-A OUTPUT -p udp -j ACCEPT\n-A OUTPUT -j LOG\n${DROP}${LO}`))
    const state = `systemctl is-active ${UNIT}; journalctl --quiet --no-pager --output=cat -u ${UNIT}`
    const after = await boot(
      `${LOOK}; ${state}; systemctl restart ${UNIT}; ${state}; iptables -S OUTPUT | grep -c drs-onboard`,
    )
    expect(after).toMatch(
      new RegExp(
        `udp -j ACCEPT\n-A OUTPUT [^\n]*drs-onboard:${remedy}[^\n]*\n-A OUTPUT -j LOG\n${DROP}${LO}open\nactive\n`,
      ),
    )
    expect(after).toContain(`${remedy}: added before \`-p tcp -m tcp --dport 1500 -j DROP\` (`)
    expect(after).toContain(`${remedy}: already there, before \`-p tcp -m tcp --dport 1500 -j DROP\` (`)
    expect(after).toMatch(/\n1\n$/)

    // Where the rules are not there, the unit fails, and says what to do.
    await writeFile(rules, filter(LO + LO + DROP))
    const undone = await boot(
      `mv /etc/drs-onboard/boot-rules.sh /tmp/kept; systemctl restart ${UNIT}; systemctl is-failed ${UNIT}
       mv /tmp/kept /etc/drs-onboard/boot-rules.sh; ${product('undo', '--yes')}; echo "undo: $?"
       systemctl is-enabled ${UNIT}; systemctl list-units --all --plain --no-legend ${UNIT}`,
    )
    expect(undone).toMatch(/\nfailed\n/)
    expect(undone).toMatch(/undo: 0\n(?:Failed to get unit file state [^\n]*\n|not-found\n)/)
    expect(await boot(`${LOOK}; ${files}`)).toBe(before)
  })
})
