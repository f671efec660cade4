import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {DROPS_443} from './rulesets.ts'

const FIX = ['fix', '--yes', '--region', 'eu-central-1', '--only', 'firewall-443', '--json']
const UNDO = ['undo', '--yes']

const CLEAN = `rm -rf /var/lib/drs-onboard /etc/iptables /etc/systemd/system/multi-user.target.wants/netfilter-persistent.service
for program in iptables-legacy iptables-nft; do
  for table in mangle filter; do $program -t $table -F; $program -t $table -X; done
  $program -P OUTPUT ACCEPT
done
nft delete table inet ours || true`

/** The first command that undo says removes something. */
const removal = (stdout: string) => /to remove it, run: (.*?)(?:; and .*)?$/m.exec(stdout)?.[1] ?? 'false'

describeLab('what others have made of our change by the time of its undo', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab()
  })
  afterAll(() => lab?.stop())
  beforeEach(() => shell(CLEAN))

  const shell = (script: string) => lab.source.must(['sh', '-c', script])
  const rules = () => lab.source.firewall.save()
  const run = (...args: readonly string[]) => lab.source.drsOnboard(args)
  const theirs = (line: string) => lab.source.firewall.iptables(...line.split(' '))

  describe.each(['legacy', 'nft'] as const)('with iptables-%s', backend => {
    beforeEach(async () => {
      await lab.source.firewall.use(backend)
      await lab.source.firewall.restore(DROPS_443)
      expect((await run(...FIX)).code).toBe(0)
    })

    const own = async () => {
      const lines = (await rules()).split('\n').filter(line => line.includes('drs-onboard:'))
      return lines[0]?.replaceAll('"', '') ?? ''
    }

    const RULE = '-p tcp --dport 443'
    test.each<[string, (comment: string) => readonly string[], RegExp, 'marked' | 'like it']>([
      [
        'doubles it',
        comment => [`-A OUTPUT ${RULE} ${comment}`],
        /reverted, but a copy of the change/,
        'marked',
      ],
      [
        'adds a match to it',
        comment => [`-D OUTPUT ${RULE} ${comment}`, `-I OUTPUT 1 ${RULE} -m owner --uid-owner 0 ${comment}`],
        /changed by somebody else, so not reverted/,
        'marked',
      ],
      [
        'widens it',
        comment => [`-D OUTPUT ${RULE} ${comment}`, `-I OUTPUT 1 -p tcp ${comment}`],
        /changed by somebody else, so not reverted/,
        'marked',
      ],
      [
        'moves it to a chain of its own',
        comment => [
          `-D OUTPUT ${RULE} ${comment}`,
          '-N egress',
          `-A egress ${RULE} ${comment}`,
          '-I OUTPUT 1 -j egress',
        ],
        /changed by somebody else, so not reverted/,
        'marked',
      ],
      [
        'moves it to another table',
        comment => [`-D OUTPUT ${RULE} ${comment}`, `-t mangle -A OUTPUT ${RULE} ${comment}`],
        /changed by somebody else, so not reverted/,
        'marked',
      ],
      [
        'adds to its comment',
        comment => [
          `-D OUTPUT ${RULE} ${comment}`,
          `-I OUTPUT 1 ${RULE} ${comment.replace(' -j', '(keep) -j')}`,
        ],
        /changed by somebody else, so not reverted/,
        'marked',
      ],
      [
        'gives it another comment',
        comment => [
          `-D OUTPUT ${RULE} ${comment}`,
          `-I OUTPUT 1 ${RULE} -m comment --comment mine -j ACCEPT`,
        ],
        /already removed by somebody else, but another rule allows the same/,
        'like it',
      ],
      [
        'replaces it by one for more ports',
        comment => [
          `-D OUTPUT ${RULE} ${comment}`,
          '-I OUTPUT 1 -p tcp -m multiport --dports 443,8443 -j ACCEPT',
        ],
        /another rule allows the same/,
        'like it',
      ],
    ])('%s: undo says what is in place, and how to remove it', async (_name, lines, said, kind) => {
      for (const line of lines((await own()).replace(/^.*?(?=-m comment)/, ''))) await theirs(line)
      const undone = await run(...UNDO)
      expect(undone.stdout).toMatch(/^LEFT /m)
      expect(undone.stdout).toMatch(said)
      expect(undone.stdout).not.toMatch(/already removed by somebody else$/m)
      expect(undone.code).toBe(4)
      const standing = JSON.parse((await run('undo', '--list', '--json')).stdout)
      expect(standing).toHaveLength(kind === 'marked' ? 1 : 0)
      await shell(removal(undone.stdout))
      expect((await run(...UNDO)).code).toBe(0)
      const rest = (await rules()).split('\n').filter(line => !/egress|^\*mangle|^:/.test(line))
      expect(rest.filter(line => /-A .*(443.* -j ACCEPT|-p tcp -j ACCEPT|drs-onboard)/.test(line))).toEqual(
        [],
      )
      expect((await run('undo', '--list')).stdout).toBe('There is nothing to undo.\n')
      for (const line of ['-t mangle -F', '-F', '-X']) await theirs(line)
    })
  })

  test.each<[string, (rule: string, handle: string) => readonly string[], RegExp]>([
    [
      'doubles our native rule',
      rule => ['add', 'rule', 'inet', 'ours', 'other', ...rule.split(' ')],
      /reverted, but a copy/,
    ],
    [
      'widens it',
      (rule, handle) => [
        ...['replace', 'rule', 'inet', 'ours', 'egress', 'handle', handle],
        ...rule.replace('443', '{ 443, 8443 }').split(' '),
      ],
      /changed by somebody else, so not reverted/,
    ],
    [
      'narrows it',
      (rule, handle) => [
        ...['replace', 'rule', 'inet', 'ours', 'egress', 'handle', handle],
        ...`meta skuid 0 ${rule}`.split(' '),
      ],
      /changed by somebody else, so not reverted/,
    ],
    [
      'gives it another comment',
      (rule, handle) => [
        ...['replace', 'rule', 'inet', 'ours', 'egress', 'handle', handle],
        ...rule.replace(/comment .*/, 'comment "mine"').split(' '),
      ],
      /another rule allows the same/,
    ],
  ])('%s: undo says what is in place, and how to remove it', async (_name, change, said) => {
    const {before, rule, handle} = await fixNative()
    await lab.source.firewall.nft(change(rule, handle))
    const undone = await run(...UNDO)
    expect(undone.stdout).toMatch(/^LEFT /m)
    expect(undone.stdout).toMatch(said)
    expect(undone.code).toBe(4)
    await shell(removal(undone.stdout))
    expect((await run(...UNDO)).code).toBe(0)
    expect(await listed()).toBe(before)
  })

  test('takes our native rule out and puts it in again: undo finds it by its comment', async () => {
    const {before, rule, handle} = await fixNative()
    await lab.source.firewall.nft(['delete', 'rule', 'inet', 'ours', 'egress', 'handle', handle])
    await lab.source.firewall.nft(['add', 'rule', 'inet', 'ours', 'egress', ...rule.split(' ')])
    expect((await run(...UNDO)).stdout).toMatch(/^UNDONE /m)
    expect(await listed()).toBe(before)
  })

  const listed = async () =>
    (await lab.source.must(['nft', '-a', 'list', 'table', 'inet', 'ours'])).replace(/ # handle \d+/g, '')

  async function fixNative(): Promise<{before: string; rule: string; handle: string}> {
    const chain = 'type filter hook output priority filter; policy accept;\ntcp dport 443 drop\n'
    const table = `table inet ours {\nchain egress {\n${chain}}\nchain other {\n}\n}\n`
    await lab.source.firewall.nft(['-f', '-'], table)
    const before = await listed()
    expect((await run(...FIX)).code).toBe(0)
    const now = await lab.source.must(['nft', '-a', 'list', 'table', 'inet', 'ours'])
    const [, rule = '', handle = ''] =
      /^\s*(tcp dport 443 accept comment .*?) # handle (\d+)$/m.exec(now) ?? []
    return {before, rule, handle}
  }

  describe('in the file that is loaded at boot', () => {
    const FILE = '/etc/iptables/rules.v4'
    const text = () => lab.source.must(['cat', FILE])

    beforeEach(async () => {
      await shell(
        'mkdir -p /etc/iptables /etc/systemd/system/multi-user.target.wants; ln -sf /dev/null /etc/systemd/system/multi-user.target.wants/netfilter-persistent.service',
      )
      await lab.source.must(['sh', '-c', 'cat > "$0"', FILE], {input: DROPS_443})
      await lab.source.firewall.use('nft')
      await lab.source.firewall.restore(DROPS_443)
      expect((await run(...FIX)).code).toBe(0)
      expect(await text()).toContain('drs-onboard:')
    })

    test.each<[string, string, RegExp]>([
      [
        'widens our line',
        's/--dport 443 \\(.*drs-onboard\\)/--dport 1:1024 \\1/',
        /changed by somebody else, so not reverted/,
      ],
      [
        'adds a match to our line',
        's/-m comment --comment "drs/-o eth0 &/',
        /changed by somebody else, so not reverted/,
      ],
      ['gives it another comment', 's/drs-onboard:[^"]*/mine/', /another rule allows the same/],
    ])('%s: undo leaves it, and says so', async (_name, script, said) => {
      await shell(`sed -i '${script}' ${FILE}`)
      const edited = await text()
      expect(edited).not.toBe(DROPS_443)
      const undone = await run(...UNDO)
      expect(undone.stdout).toMatch(/^LEFT .*\(in \/etc\/iptables\/rules\.v4\)/m)
      expect(undone.stdout).toMatch(said)
      expect(undone.stdout).toMatch(/^UNDONE /m)
      expect(undone.code).toBe(4)
      expect(await text()).toBe(edited)
      await shell(removal(undone.stdout))
      expect(await text()).toBe(DROPS_443)
      expect((await run(...UNDO)).code).toBe(0)
    })

    test('saves all rules to it: undo takes both out', async () => {
      await shell(`iptables-nft-save -c > ${FILE}; sed -i '/drs-onboard/p' ${FILE}`)
      expect((await run(...UNDO)).code).toBe(0)
      expect(await text()).not.toContain('drs-onboard')
    })
  })

  test.each<[string, string, RegExp]>([
    [
      'saves the rules with ours in them',
      'iptables-save > $0',
      /reverted, but a copy of the change .* \(in \/etc\/iptables\/rules\.v4\)/,
    ],
    [
      'writes ours into a file that is loaded at boot, changed',
      'iptables-save | sed "/drs-onboard/s/--dport 443/--dport 8443/" > $0',
      /\(in \/etc\/iptables\/rules\.v4\)/,
    ],
  ])('%s: undo says that it comes back at the next boot', async (_name, script, said) => {
    await lab.source.firewall.restore(DROPS_443)
    expect((await run(...FIX)).code).toBe(0)
    await lab.source.must(['mkdir', '-p', '/etc/iptables'])
    await lab.source.must(['sh', '-c', script, '/etc/iptables/rules.v4'])
    const undone = await run(...UNDO)
    expect(undone.stdout).toMatch(said)
    expect(undone.code).toBe(4)
    await shell(removal(undone.stdout))
    expect(await lab.source.must(['cat', '/etc/iptables/rules.v4'])).not.toContain('drs-onboard')
    expect((await run(...UNDO)).code).toBe(0)
  })
})
