import {afterEach, beforeEach, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {KeptServer} from './kept-server.ts'
import {reportOf} from './report.ts'
import {DROPS_1500} from './rulesets.ts'

const V4 = '/etc/iptables/rules.v4'
const STATE = '/var/lib/drs-onboard'
const FIX = ['fix', '--yes', '--json', '--staging-subnet', STAGING.subnet, '--only', 'firewall-1500']

describeLab('rules.v4 when it cannot be edited', () => {
  let lab: Lab
  let server: KeptServer
  let rules: string

  beforeEach(async () => {
    lab = await startLab({replicationServer: true})
    server = await KeptServer.prepare(lab, 'nft')
    await server.write(V4, DROPS_1500)
    await server.boot(V4)
    rules = await lab.source.firewall.save()
  })
  afterEach(() => lab?.stop())

  const opens = () => lab.source.must(['timeout', '3', 'bash', '-c', `exec 3<>/dev/tcp/${STAGING.ipv4}/1500`])

  test.each<[string, string, RegExp]>([
    [
      'on a read-only file system',
      'mount --bind /etc/iptables /etc/iptables; mount -o remount,bind,ro /etc/iptables',
      /`sed .* failed with exit code 4: sed: .*Read-only file system/,
    ],
    [
      'on a full disk',
      `cp ${V4} /run/v4; mount -t tmpfs -o size=16k tmpfs /etc/iptables; cp /run/v4 ${V4}
       dd if=/dev/zero of=/etc/iptables/filler 2> /dev/null || true`,
      /`sed .* failed with exit code 4: sed: .*No space left on device/,
    ],
    [
      'with an error in it',
      `printf '*mangle\\n:OUTPUT ACCEPT [0:0]\\n-A OUTPUT --nonsense -j DROP\\nCOMMIT\\n' >> ${V4}`,
      /rules\.v4 was already invalid, and was not edited: `iptables-restore .*--test.*--nonsense/,
    ],
    [
      'where there is no room for its copy',
      `for i in {1..4000}; do echo "# a comment that needs room"; done >> ${V4}
       mount -t tmpfs -o size=64k,mode=700 tmpfs ${STATE}`,
      /rules\.v4 cannot be copied to .*\(no space left on the device\), so it was not edited/,
    ],
    [
      'where the state directory became read-only for copies',
      `mkdir -p -m 700 ${STATE}/backups; mount -t tmpfs -o ro,mode=700 tmpfs ${STATE}/backups`,
      /rules\.v4 cannot be copied to .*\(the file system is read-only\), so it was not edited/,
    ],
  ])('%s: the repair is kept until the next boot, which is told', async (_name, prepare, why) => {
    await server.shell(`mkdir -p -m 700 ${STATE}; ${prepare}`)
    const file = await server.read(V4)
    const [listing, metadata] = [await server.shell('ls -A /etc/iptables'), await server.metadata(V4)]
    const fixed = await lab.source.drsOnboard(FIX)
    const [applied] = reportOf(fixed).applied
    expect(applied).toMatchObject({result: 'kept', persists: false})
    expect(applied?.reason).toMatch(/It helps, but could not be made permanent: /)
    expect(applied?.reason).toMatch(why)
    expect(fixed.stderr).toMatch(/KEPT {2}open-1500-\w+ \(lost at the next reboot\)/)
    expect(fixed.code).toBe(0)
    await opens()
    expect(await server.read(V4)).toBe(file)
    expect(await server.metadata(V4)).toBe(metadata)
    expect(await server.shell('ls -A /etc/iptables')).toBe(listing)
    const undone = await lab.source.drsOnboard(['undo', '--yes'])
    expect(undone.code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(rules)
    expect(await server.read(V4)).toBe(file)
  })

  test.each([
    ['a hard link', `ln ${V4} /etc/copy-of-rules`, /it has 2 hard links, which an edit would separate; /],
    [
      'two of them',
      `ln ${V4} /etc/iptables/a; ln ${V4} /etc/iptables/b`,
      /it has 3 hard links, which an edit would separate; /,
    ],
    [
      'a symbolic link of another user',
      `mkdir /etc/theirs; mv ${V4} /etc/theirs/v4; ln -s /etc/theirs/v4 ${V4}; chown -h 1000 ${V4}`,
      /it leads through a symbolic link, "rules\.v4", of another user \(uid 1000\); /,
    ],
  ])('as %s: the plan says that it does not last, and why', async (_, prepare, why) => {
    await server.shell(prepare)
    const names = await server.shell(`stat --format '%i %h' -L ${V4}`)
    const dryRun = reportOf(await lab.source.drsOnboard(['fix', '--dry-run', ...FIX.slice(2)]))
    expect(dryRun.plan?.remedies).toHaveLength(1)
    expect(dryRun.plan?.remedies[0]?.lastingAdvice).toMatch(why)
    const fixed = await lab.source.drsOnboard(FIX)
    expect(reportOf(fixed).applied).toMatchObject([{result: 'kept', persists: false}])
    await opens()
    expect(await server.read(V4)).toBe(DROPS_1500)
    expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await server.read(V4)).toBe(DROPS_1500)
    expect(await server.shell(`stat --format '%i %h' -L ${V4}`)).toBe(names)
    expect(await lab.source.firewall.save()).toBe(rules)
  })

  test('that gets a hard link between fix and undo: the link is not broken, and undo says so', async () => {
    expect(reportOf(await lab.source.drsOnboard(FIX)).applied).toMatchObject([{persists: true}])
    await server.shell(`ln ${V4} /etc/copy-of-rules`)
    const undone = await lab.source.drsOnboard(['undo', '--yes'])
    expect(undone.code).toBe(4)
    expect(undone.stdout + undone.stderr).toMatch(/rules\.v4 is not edited: it has 2 hard links/)
    expect(await lab.source.firewall.save()).toBe(rules)
    await server.shell('rm /etc/copy-of-rules')
    expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await server.read(V4)).toBe(DROPS_1500)
  })

  test('as a symbolic link: what it leads to is edited, the link stays', async () => {
    await server.shell(`mkdir /etc/firewall; mv ${V4} /etc/firewall/v4; ln -s ../firewall/v4 ${V4}`)
    const fixed = reportOf(await lab.source.drsOnboard(FIX))
    expect(fixed.applied).toMatchObject([{result: 'kept', persists: true}])
    expect(await server.metadata(V4)).toMatch(/symbolic link/)
    expect(await server.read('/etc/firewall/v4')).toContain('drs-onboard:open-1500-')
    const list = (await lab.source.drsOnboard(['undo', '--list'])).stdout
    const copy = `${STATE}/backups/${fixed.applied[0]?.id}${V4}`
    expect(list).toContain(`copy of ${V4} before the change: ${copy}`)
    expect(await server.read(copy)).toBe(DROPS_1500)
    expect(await server.metadata(copy)).toMatch(/^0:0 600 /)
    expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await server.read('/etc/firewall/v4')).toBe(DROPS_1500)
    expect(await server.metadata(V4)).toMatch(/symbolic link/)
    expect(await server.shell(`ls -A ${STATE}/backups`)).toBe('')
  })
})
