import {readFile, writeFile} from 'node:fs/promises'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {Remedy} from '../../../src/contract/remedy.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {hasIpv6, STAGING} from '../lib/topology.ts'
import {reportOf} from './report.ts'
import {DROPS_443, DROPS_1500, POLICY_DROPS_1500} from './rulesets.ts'

const FIX = ['fix', '--yes', '--json', '--staging-subnet', STAGING.subnet, '--only', 'firewall-1500']
const UNITS = '/etc/systemd/system'
const UNIT = 'drs-onboard-boot.service'
const FOLDER = '/etc/drs-onboard'
/** All that a boot reads of this tool, and all that is beside it. */
const FILES = `find ${UNITS} ${FOLDER} -type f -exec sha256sum {} + 2> /dev/null || true; find ${UNITS} ${FOLDER} -printf '%p %l %m\\n' 2> /dev/null | sort || true`

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

const filter = (output: readonly string[], {policy = 'ACCEPT', chains = [] as readonly string[]} = {}) =>
  [
    ...['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', `:OUTPUT ${policy} [0:0]`],
    ...chains.map(chain => `:${chain} - [0:0]`),
    ...output,
    ...['COMMIT', ''],
  ].join('\n')

const DROP = '-A OUTPUT -p tcp -m tcp --dport 1500 -j DROP'
const LO = '-A OUTPUT -o lo -j ACCEPT'
const OURS = (id: string) =>
  `-A OUTPUT -p tcp -d 10.20.0.0/16 -m tcp --dport 1500 -m comment --comment "drs-onboard:${id}" -j ACCEPT`

/** What the distribution's own scripts may load at the next boot, and where the rule is to be then. */
const BOOTS: readonly (readonly [name: string, dump: (id: string) => string, log: RegExp])[] = [
  ['the same rules', () => DROPS_1500, /: added before `-p tcp -m tcp --dport 1500 -j DROP` \(/],
  [
    'more rules in front',
    () => filter([LO, LO, LO, '-A OUTPUT -p udp -j ACCEPT', LO, LO, LO, DROP, LO]),
    /: added before `-p tcp -m tcp --dport 1500 -j DROP` \(/,
  ],
  ['fewer rules', () => filter([DROP]), /: added before `-p tcp -m tcp --dport 1500 -j DROP` \(/],
  [
    'the rule twice',
    () => filter([LO, DROP, LO, DROP]),
    /: added before `-p tcp -m tcp --dport 1500 -j DROP` \(/,
  ],
  [
    'a log in front of it',
    () => filter([LO, '-A OUTPUT -p tcp -j LOG --log-prefix "-j DROP "', DROP]),
    /: added before `-p tcp -m tcp --dport 1500 -j DROP` \(/,
  ],
  [
    'another rule that drops',
    () => filter([LO, '-A OUTPUT -j LOG', '-A OUTPUT -p tcp -m tcp --dport 1400:1600 -j REJECT']),
    /: added before `-p tcp -m tcp --dport 1400:1600 -j REJECT .*`, the first rule that may drop; `-p tcp -m tcp --dport 1500 -j DROP` is not there \(/,
  ],
  [
    'a chain that drops',
    () =>
      filter(
        [
          LO,
          '-A OUTPUT -p tcp -j A',
          '-A OUTPUT -j ACCEPT',
          '-A A -j B',
          '-A B -m tcp -p tcp --dport 1500 -j DROP',
        ],
        {chains: ['A', 'B']},
      ),
    /: added before `-p tcp -j A`, the first rule that may drop; /,
  ],
  [
    'a policy that drops',
    () => filter([LO, '-A OUTPUT -p udp -j ACCEPT'], {policy: 'DROP'}),
    /: added at the end, since no rule of the chain drops; /,
  ],
  [
    'everything dropped in front of it',
    () => filter([LO, '-A OUTPUT -m comment --comment "no more" -j DROP', DROP]),
    /: added before `-m comment --comment "no more" -j DROP`, the first rule that may drop \(/,
  ],
  [
    'the rule saved behind it, twice',
    id => filter([LO, DROP, OURS(id), LO, OURS(id)]),
    /: moved, before `-p tcp -m tcp --dport 1500 -j DROP` \(/,
  ],
]

describeLab('a server on which no service restores rules', () => {
  let lab: Lab
  let env: {PATH: string}
  const shell = (script: string) => lab.source.must(['bash', '-ec', script])
  const asked = () => shell(`cat ${env.PATH.split(':')[0]}/asked`)
  const fix = async (args = [...FIX, '--persist-unit']) => {
    const report = reportOf(await lab.source.drsOnboard(args, {env}))
    const [applied] = report.applied
    return {report, applied, id: applied?.remedy ?? ''}
  }
  const undo = async (...id: readonly string[]) =>
    expect((await lab.source.drsOnboard(['undo', '--yes', ...id], {env})).code).toBe(0)
  const marks = async (id: string) =>
    (await lab.source.firewall.save()).split(`"drs-onboard:${id}"`).length - 1

  beforeAll(async () => {
    lab = await startLab({replicationServer: true})
    env = {PATH: `${lab.directory}/bin:${SYSTEM_PATH}`}
  })
  afterAll(() => lab?.stop())
  beforeEach(async () => {
    const bin = `${lab.directory}/bin`
    await shell(`rm -rf ${bin} /var/lib/drs-onboard ${FOLDER} ${UNITS}; mkdir ${bin}`)
    // What this machine has enabled is no matter here.
    await shell(`mkdir -p /run/systemd/system ${UNITS}/multi-user.target.wants; rm -f /etc/ufw/ufw.conf`)
    await writeFile(`${bin}/systemctl`, SYSTEMCTL, {mode: 0o755})
  })
  afterEach(async () => {
    for (const program of ['iptables-nft', 'iptables-legacy', 'ip6tables-nft', 'ip6tables-legacy'])
      await shell(`${program} -P OUTPUT ACCEPT; ${program} -F; ${program} -X`)
    await shell('nft flush ruleset; ipset destroy 2> /dev/null || true')
    await lab.source.firewall.use('nft')
  })

  /** Starts the unit as systemd would: with its command as words, and nothing of this environment. */
  const startUnit = async () => {
    const starts = await shell(`grep '^ExecStart=' ${UNITS}/${UNIT}`)
    const [line, ...more] = starts.trimEnd().split('\n')
    expect(more).toEqual([])
    return lab.source.run(['env', '-i', ...(line ?? '').replace('ExecStart=', '').split(' ')])
  }
  /** Flushes all rules, loads others and starts the unit. */
  const boot = async (dump: string) => {
    await lab.source.firewall.restore(dump)
    const {code, stdout, stderr} = await startUnit()
    expect([code, stderr]).toEqual([0, ''])
    return stdout
  }
  const connects = async (port = 1500, address: string = STAGING.ipv4) => {
    const {code} = await lab.source.run([
      'timeout',
      '2',
      'bash',
      '-c',
      `exec 3<> /dev/tcp/${address}/${port}`,
    ])
    return code === 0
  }

  test.each([
    ['a rule in the midst', DROPS_1500],
    ['a policy', POLICY_DROPS_1500],
  ])('%s: a unit adds the rule at boot, with consent', async (_name, dump) => {
    await lab.source.firewall.restore(dump)
    const [rules, files] = [await lab.source.firewall.save(), await shell(FILES)]

    const without = await fix(FIX)
    expect(without.applied).toMatchObject({result: 'kept', persists: false})
    expect(without.report.plan.remedies[0]?.lastingAdvice).toContain('--persist-unit')
    expect(await shell(FILES)).toBe(files)
    await undo()

    const {applied, id} = await fix()
    expect(applied).toMatchObject({result: 'kept', persists: true})
    expect(await shell(`cd ${FOLDER}; ls`)).toBe(`001-${id}.rules\nboot-rules.sh\n`)
    expect(await asked()).toBe(`enable ${UNIT}\n`)
    expect(await shell(`readlink ${UNITS}/multi-user.target.wants/${UNIT}`)).toBe(`${UNITS}/${UNIT}\n`)
    expect(await shell(`find ${FOLDER} ${UNITS} ! -type l -perm /022`)).toBe('')
    const repaired = await lab.source.firewall.save()

    // Started again it changes nothing; after a boot, over the rules as somebody else sets them, it adds its own.
    expect((await startUnit()).stdout).toMatch(new RegExp(`^${id}: already there, before .*\\n$`))
    expect(await lab.source.firewall.save()).toBe(repaired)
    await lab.source.firewall.restore(dump)
    expect(await lab.source.firewall.save()).toBe(rules)
    expect(await boot(dump)).toMatch(new RegExp(`^${id}: added before .*\\n$`))
    expect(await lab.source.firewall.save()).toBe(repaired)

    await undo()
    expect(await lab.source.firewall.save()).toBe(rules)
    expect(await shell(FILES)).toBe(files)
    expect(await asked()).toBe(`enable ${UNIT}\ndisable --now ${UNIT}\ndaemon-reload\n`)
  })

  test.each(['nft', 'legacy'] as const)('iptables-%s: other rules at the next boot', async backend => {
    await lab.source.firewall.use(backend)
    await lab.source.firewall.restore(DROPS_1500)
    const {applied, id} = await fix()
    expect(applied).toMatchObject({result: 'kept', persists: true})
    // What the program makes of the rules is the same for both; each boot takes two seconds.
    for (const [name, dump, log] of BOOTS.filter((_, at) => backend === 'nft' || at % 3 === 0)) {
      await lab.source.firewall.restore(dump(id))
      expect([name, await connects()]).toEqual([name, false])
      expect(await boot(dump(id))).toMatch(log)
      expect([name, await connects(), await marks(id)]).toEqual([name, true, 1])
      const rules = await lab.source.firewall.iptables('-S', 'OUTPUT')
      expect(rules).not.toMatch(/-j LOG.*\n.*drs-onboard/)
      expect((await startUnit()).stdout).toMatch(/: already there, [^\n]*\n$/)
      expect(await lab.source.firewall.iptables('-S', 'OUTPUT')).toBe(rules)
    }
  })

  test('comments of others are no more than text', async () => {
    const pwned = '/tmp/drs-onboard-pwned'
    const comment = `a "quote" and 'another' $(touch ${pwned}) \`touch ${pwned}\` %n %% $HOME * \\ \\" -j DROP`
    const add = (words: string, said: string, target: string) =>
      lab.source.firewall.iptables(
        ...['-A', 'OUTPUT', ...words.split(' '), '-m', 'comment', '--comment', said, '-j', target],
      )
    await add('-p tcp --dport 1500', comment, 'DROP')
    const {applied, id} = await fix()
    expect(applied).toMatchObject({result: 'kept', persists: true})

    await lab.source.firewall.iptables('-F', 'OUTPUT')
    await add('-p udp', 'two\n-A OUTPUT -j DROP\nlines', 'ACCEPT')
    await add('-p udp', `\n-A OUTPUT --comment "drs-onboard:${id}" -j ACCEPT\n`, 'ACCEPT')
    await add('-p udp', '-j', 'DROP')
    await add('-p tcp --dport 1500', comment, 'DROP')
    expect(await connects()).toBe(false)
    const {code, stdout} = await startUnit()
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^open-1500-\w+: added before `-p tcp [^\n]*\n$/),
    ])
    expect(await connects()).toBe(true)
    const rules = await lab.source.firewall.iptables('-S', 'OUTPUT')
    expect(rules.split(`--comment "drs-onboard:${id}" -j ACCEPT\n-A OUTPUT -p tcp`)).toHaveLength(2)
    expect((await startUnit()).stdout).toContain('already there')
    expect(await lab.source.firewall.iptables('-S', 'OUTPUT')).toBe(rules)
    expect(await shell(`ls ${pwned} 2> /dev/null || true`)).toBe('')
  })

  test('two fixes: one unit, both rules in order; each can be undone, and the last takes the unit with it', async () => {
    await lab.source.firewall.restore(DROPS_443)
    const [rules, files] = [await lab.source.firewall.save(), await shell(FILES)]
    const only443 = [...FIX.slice(0, -1), 'firewall-443', '--region', lab.region, '--persist-unit']
    for (const first of [0, 1]) {
      const one = await fix(only443)
      const two = await fix()
      expect([one.applied, two.applied]).toMatchObject([{persists: true}, {persists: true}])
      expect(await shell(`cd ${FOLDER}; ls`)).toBe(
        `001-${one.id}.rules\n002-${two.id}.rules\nboot-rules.sh\n`,
      )
      expect(await shell(`cd ${UNITS}; ls -d drs-onboard*`)).toBe(`${UNIT}\n`)
      const repaired = await lab.source.firewall.save()
      await lab.source.firewall.restore(DROPS_443)
      const log = await boot(DROPS_443)
      expect(log.split('\n').map(line => line.split(':')[0])).toEqual([one.id, two.id, ''])
      expect(await lab.source.firewall.save()).toBe(repaired)

      const [gone, stays] = first === 0 ? [one.id, two.id] : [two.id, one.id]
      await undo(gone)
      expect([await marks(gone), await marks(stays)]).toEqual([0, 1])
      expect(await boot(DROPS_443)).toMatch(new RegExp(`^${stays}: added before .*\n$`))
      expect([await marks(gone), await marks(stays)]).toEqual([0, 1])
      expect(await connects()).toBe(stays === two.id)
      await undo(stays)
      expect([await lab.source.firewall.save(), await shell(FILES)]).toEqual([rules, files])
    }
  })

  const NFT = (rules: readonly string[], policy = 'accept') =>
    `table inet guard {\n\tchain out {\n\t\ttype filter hook output priority filter; policy ${policy};\n${rules.map(rule => `\t\t${rule}\n`).join('')}\t}\n}\n`
  const NFT_DROP = 'tcp dport 1500 counter packets 7 bytes 9 drop comment "no $(id) # handle 7"'

  const NFT_BOOTS: readonly (readonly [name: string, ruleset: string, log: RegExp])[] = [
    [
      'the same',
      NFT(['tcp dport 22 accept', NFT_DROP]),
      /: added before `tcp dport 1500 counter drop comment/,
    ],
    [
      'more',
      NFT(['oif lo accept', 'tcp dport 22 accept', 'tcp dport 23 accept', NFT_DROP]),
      /: added before `tcp/,
    ],
    ['a log in front', NFT(['log prefix "drop "', NFT_DROP]), /: added before `tcp dport 1500/],
    [
      'another rule that drops',
      NFT(['oif lo accept', 'tcp dport { 1400-1600 } log', 'tcp dport 1400-1600 drop']),
      /: added before `tcp dport 1400-1600 drop`, the first rule that may drop; `tcp dport 1500 .*` is not there/,
    ],
    ['a policy that drops', NFT(['udp dport 53 accept'], 'drop'), /: added at the end, since no rule/],
    [
      'a comment of two lines',
      NFT(['udp dport 5 drop comment "a\n\t\ttcp dport 1500 drop # handle 3"', NFT_DROP]),
      /: added before `tcp dport 1500 counter drop comment/,
    ],
  ]

  test('nft: other rules at the next boot', async () => {
    await lab.source.firewall.nft(['-f', '-'], NFT(['tcp dport 22 accept', NFT_DROP]))
    const {applied, id} = await fix()
    expect(applied).toMatchObject({result: 'kept', persists: true})
    for (const [name, ruleset, log] of NFT_BOOTS) {
      await lab.source.firewall.nft(['flush', 'ruleset'])
      const early = await startUnit()
      expect(early).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('could not: chain inet guard out'),
        stderr: expect.stringMatching(
          /1 of 1 firewall rules could not be added, so .* systemctl restart drs-onboard-boot/,
        ),
      })
      await lab.source.firewall.nft(['-f', '-'], ruleset)
      expect([name, await connects()]).toEqual([name, false])
      expect((await startUnit()).stdout).toMatch(log)
      expect([name, await connects(), await marks(id)]).toEqual([name, true, 1])
      expect((await startUnit()).stdout).toContain(': already there, ')
      expect(await marks(id)).toBe(1)
    }
    await undo()
    expect(await marks(id)).toBe(0)
  })

  test.runIf(hasIpv6()).each(['nft', 'legacy'] as const)('IPv6, ip6tables-%s', async backend => {
    await lab.source.firewall.use(backend)
    await lab.source.firewall.restore(DROPS_1500, 'ipv6')
    const {applied, id} = await fix([
      ...FIX.filter(word => word !== '--staging-subnet' && word !== STAGING.subnet),
      ...['--staging-subnet', 'fd00:20::/64', '--persist-unit'],
    ])
    expect(applied).toMatchObject({result: 'kept', persists: true})
    await lab.source.firewall.restore(filter([LO, LO, LO, LO, LO, LO, DROP]), 'ipv6')
    expect(await connects(1500, STAGING.ipv6)).toBe(false)
    expect((await startUnit()).stdout).toMatch(
      /: added before `-p tcp -m tcp --dport 1500 -j DROP` \(ip6tables/,
    )
    expect([await connects(1500, STAGING.ipv6), await marks(id)]).toEqual([true, 1])
  })

  test('what cannot be tried beforehand is not reported as persistent', async () => {
    await lab.source.must(['ipset', 'create', 'friends', 'hash:ip'])
    await lab.source.firewall.restore(
      filter([LO, '-A OUTPUT -p udp -m set --match-set friends dst -j ACCEPT', DROP]),
    )
    const {applied, id} = await fix()
    expect(applied).toMatchObject({result: 'kept', persists: false, persistence: 'not-verified'})
    expect(applied?.reason).toMatch(
      /that was not verified: .*not verified: in a network namespace of its own: /,
    )
    expect(await shell(`ls ${FOLDER}/*.rules`)).toBe(`${FOLDER}/001-${id}.rules\n`)
    await undo()
    expect(await shell(`ls ${FOLDER} 2> /dev/null || true`)).toBe('')
  })

  test('a run that is killed while it writes: the next one reverts all of it', async () => {
    await lab.source.firewall.restore(DROPS_1500)
    const [rules, files] = [await lab.source.firewall.save(), await shell(FILES)]
    await writeFile(`${lab.directory}/bin/systemctl`, '#!/bin/sh\nkill -9 $PPID\nsleep 1\n', {mode: 0o755})
    expect((await lab.source.drsOnboard([...FIX, '--persist-unit'], {env})).code).toBe(137)
    expect(await shell(`sh -n ${FOLDER}/boot-rules.sh; ls ${FOLDER}`)).toBe('boot-rules.sh\n')
    await writeFile(`${lab.directory}/bin/systemctl`, SYSTEMCTL, {mode: 0o755})
    await undo()
    expect([await lab.source.firewall.save(), await shell(FILES)]).toEqual([rules, files])
  })

  test('a systemctl that fails: the unit goes again, the fix is kept until the next boot', async () => {
    await lab.source.firewall.restore(DROPS_1500)
    await shell(
      `printf '#!/bin/sh\\necho "Failed to connect to bus" >&2; exit 1\\n' > ${env.PATH.split(':')[0]}/systemctl`,
    )
    const files = await shell(FILES)
    const {applied} = await fix()
    expect(applied).toMatchObject({result: 'kept', persists: false})
    expect(applied?.reason).toMatch(/could not be made permanent: .*Failed to connect to bus/)
    expect(await shell(FILES)).toBe(files)
  })

  test('somebody has edited what a boot adds: it is left, and named', async () => {
    await lab.source.firewall.restore(DROPS_1500)
    const {id} = await fix()
    await shell(`sed -i 's/^table filter$/table mangle/' ${FOLDER}/001-${id}.rules`)
    const undone = await lab.source.drsOnboard(['undo', '--yes'], {env})
    expect(undone.code).toBe(4)
    expect(undone.stdout + undone.stderr).toContain(`rm -f ${FOLDER}/001-${id}.rules`)
    expect(await marks(id)).toBe(0)
  })

  describe('a journal of an earlier release', () => {
    test('has a unit of its own for each fix, which undo removes', async () => {
      const fixture = new URL('../../firewall/plan/fixtures/earlier-units.json', import.meta.url)
      const [remedy] = JSON.parse(await readFile(fixture, 'utf8')) as Remedy[]
      const [rule, unit] = remedy?.steps ?? []
      if (!remedy || !rule || !unit) throw new Error('no such fixture')
      const [rules, files] = [await lab.source.firewall.save(), await shell(FILES)]
      const id = '20250131T094500123-ab12-01'
      const entry = {
        ...{schemaVersion: 1, id, runId: id.slice(0, -3), sequence: 1, remedy},
        ...{startedAt: '2025-01-31T09:45:00.123Z', result: 'kept', reason: null},
        process: {pid: 1, startTicks: null, bootId: null, startedAt: '2025-01-31T09:45:00Z'},
        steps: remedy.steps.map(() => 'done'),
      }
      await shell('mkdir -m 700 -p /var/lib/drs-onboard/journal')
      await lab.source.must(['tee', `/var/lib/drs-onboard/journal/${id}.json`], {
        input: JSON.stringify(entry),
      })
      await lab.source.must(['iptables', '-A', 'OUTPUT', ...rule.undo.slice(5)])
      await lab.source.must(['tee', unit.edits ?? ''], {input: unit.input ?? ''})
      await shell(`ln -s ${unit.edits} ${UNITS}/multi-user.target.wants/`)
      await undo()
      const save = await lab.source.firewall.save()
      expect(save).not.toContain('drs-onboard')
      expect([save.length >= rules.length, await shell(FILES)]).toEqual([true, files])
    })
  })
})
