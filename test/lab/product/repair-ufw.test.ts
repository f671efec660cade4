import {afterAll, beforeAll, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {startEchoes} from '../lib/reach.ts'
import {holdRepair} from './hold-repair.ts'
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
    // ufw writes into its own files; only what this program edits has to have one name.
    await shell(`cd /etc/ufw; ln user.rules user.rules.link
      for file in user.rules user6.rules before.rules before6.rules; do setfattr -n user.origin -v hand $file; done`)
    await shell('ufw --force enable')
    for (const command of commands) await lab.source.must(['ufw', ...command.split(' ')])
    if (beside) await lab.source.must(beside as [string, ...string[]])
    await shell('ufw reload')
  }

  /** Everything that ufw was told, and every rule of every engine. */
  const everything = async () => [
    await lab.source.firewall.save(),
    await shell(
      'ufw show added; cd /etc/ufw; for file in *; do echo "== $file"; cat $file || true; done; stat -c "%a %u %g %h %n" *; getfattr -d -m - -e hex *',
    ),
  ]

  test.each(UFW_SITUATIONS)(
    '$name: repaired, survives a reload, undone to the byte',
    async situation => {
      await load(situation)
      await holdRepair(lab, situation, {everything, reload: () => shell('ufw reload'), keeps: 'reach'})
    },
    LONGEST_MS,
  )

  test.each<[string, (comment: string) => readonly string[], RegExp]>([
    [
      'for more ports',
      comment => [`ufw prepend allow out proto tcp to any port 443,8443 comment '${comment}'`],
      /^LEFT .*changed by somebody else, so not reverted and still in place: `ufw allow out 443,8443\/tcp comment/m,
    ],
    [
      'with another comment',
      () => ["ufw prepend allow out 443/tcp comment 'mine'"],
      /^LEFT .*another rule allows the same: `ufw allow out 443\/tcp comment 'mine'`/m,
    ],
  ])(
    'our rule is made again %s: undo says what is in place, and how to remove it',
    async (_name, commands, said) => {
      const commandsBefore = ['default deny outgoing', 'allow out 53']
      await load({name: '', commands: commandsBefore, port: 443, steps: []})
      const before = await shell('ufw show added')
      const fix = ['fix', '--yes', '--region', 'eu-central-1', '--only', 'firewall-443', '--json']
      expect((await lab.source.drsOnboard(fix)).code).toBe(0)
      const comment = /drs-onboard:[^']*/.exec(await shell('ufw show added'))?.[0] ?? ''
      for (const command of ['ufw delete allow out 443/tcp', ...commands(comment)]) await shell(command)
      const undone = await lab.source.drsOnboard(['undo', '--yes'])
      expect(undone.stdout).toMatch(said)
      expect(undone.code).toBe(4)
      await shell(/to remove it, run: (.*)$/m.exec(undone.stdout)?.[1] ?? 'false')
      expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
      expect(await shell('ufw show added')).toBe(before)
    },
    LONGEST_MS,
  )
}, ['ufw', 'setfattr'])
