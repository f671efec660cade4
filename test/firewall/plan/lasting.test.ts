import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import type {Remedy} from '../../../src/contract/remedy.ts'
import {persists} from '../../../src/contract/remedy.ts'
import {BOOT_PROGRAM, PROGRAM_LINE} from '../../../src/firewall/plan/boot/program.ts'
import {type BootRule, digestOf, ruleAnchor, rulesFile} from '../../../src/firewall/plan/boot/rules-file.ts'
import {UNIT_TEXT} from '../../../src/firewall/plan/boot/unit.ts'
import {NO_PERSISTENCE, type Persistence} from '../../../src/firewall/state/managers.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {type Need, planRepair} from './planned.ts'
import {save} from './situations.ts'
import {stateOf, TOOLS} from './states.ts'

const OUT_443: Need = {check: 'firewall-443', port: 443, to: ['52.95.110.1'], destination: null}
const OUT_443_V6: Need = {...OUT_443, to: ['2600:1f00::1']}

const REJECT = '-A OUTPUT -j REJECT --reject-with icmp-port-unreachable'
const REJECTS = save({filter: ['-A OUTPUT -o lo -j ACCEPT', REJECT]})
const REJECTS_V6 = save({filter: ['-A OUTPUT -j REJECT --reject-with icmp6-port-unreachable']})

const persistenceOf = (persistence: Partial<Persistence>): Persistence => ({
  ...NO_PERSISTENCE,
  restores: {ip: 'iptables-nft', ip6: 'iptables-nft'},
  ...persistence,
})

function plan(
  persistence: Partial<Persistence>,
  state: Partial<LinuxFirewallState> = {iptablesNftSave: REJECTS},
  need = OUT_443,
) {
  const {remedies} = planRepair(stateOf(state), TOOLS, need, {persistence: persistenceOf(persistence)})
  const [remedy] = remedies
  if (!remedy) throw new Error('no remedy')
  return remedy
}

const lastingOf = ({steps}: Remedy) => steps.filter(({lasting}) => lasting)

describe('a rule file that is loaded at boot', () => {
  it.each([
    [
      'netfilter-persistent',
      '/etc/iptables/rules.v4',
      'iptables-restore',
      'iptablesNftSave',
      REJECTS,
      OUT_443,
      6,
    ],
    [
      'netfilter-persistent',
      '/etc/iptables/rules.v6',
      'ip6tables-restore',
      'ip6tablesNftSave',
      REJECTS_V6,
      OUT_443_V6,
      5,
    ],
    [
      'iptables-services',
      '/etc/sysconfig/iptables',
      'iptables-restore',
      'iptablesNftSave',
      REJECTS,
      OUT_443,
      6,
    ],
    [
      'iptables-services',
      '/etc/sysconfig/ip6tables',
      'ip6tables-restore',
      'ip6tablesNftSave',
      REJECTS_V6,
      OUT_443_V6,
      5,
    ],
  ] as const)(
    '%s: %s gets the same rule at the same place',
    (manager, path, restore, field, text, need, line) => {
      const remedy = plan({manager, files: {[path]: text}}, {[field]: text}, need)
      expect(persists(remedy)).toBe(true)
      const mark = `"drs-onboard:${remedy.id}"`
      expect(lastingOf(remedy)).toEqual([
        {
          title: `Add the same rule before line ${line} of ${path}, which ${manager} loads at boot`,
          do: [
            ...['sed', '-i', '--follow-symlinks', '-e'],
            expect.stringContaining(
              `/-A OUTPUT -p tcp -m tcp --dport 443 -m comment --comment ${mark} -j ACCEPT\\n&/`,
            ),
            path,
          ],
          undo: ['sed', '-i', '--follow-symlinks', '-e', `/${mark}/d`, path],
          alreadyDone: ['grep', '-qF', '-e', mark, path],
          edits: path,
          test: [restore, '-w', '5', '--test', path],
          lasting: true,
          persists: true,
        },
      ])
    },
  )

  it('counts lines as the edits before have moved them', () => {
    const text = save({
      mangle: ['-A OUTPUT -j DROP'],
      filter: ['-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT', REJECT],
    })
    const files = {'/etc/iptables/rules.v4': text}
    const remedy = plan({manager: 'netfilter-persistent', files}, {iptablesNftSave: text})
    const scripts = lastingOf(remedy).map(step => step.do[4])
    const lines = text.split('\n')
    // Both lines, as they are before the first edit: the second is one line further down by then.
    const mangle = lines.indexOf('-A OUTPUT -j DROP') + 1
    const filter = lines.indexOf(REJECT) + 1
    expect(scripts).toEqual([
      expect.stringMatching(new RegExp(`^${mangle}s/`)),
      expect.stringMatching(new RegExp(`^${filter + 1}s/`)),
    ])
    expect(new Set(remedy.steps.map(({undo}) => undo.join(' '))).size).toBe(4)
  })

  it.each<[string, Partial<Persistence>, Partial<LinuxFirewallState>, RegExp]>([
    [
      'that does not exist',
      {manager: 'netfilter-persistent'},
      {iptablesNftSave: REJECTS},
      /^netfilter-persistent loads \/etc\/iptables\/rules\.v4 at boot, which cannot be read or does not exist; .*`-A OUTPUT .*--dport 443/,
    ],
    [
      'of another engine',
      {
        manager: 'iptables-services',
        files: {'/etc/sysconfig/iptables': REJECTS},
        restores: {ip: 'iptables-nft', ip6: null},
      },
      {iptablesLegacySave: REJECTS},
      /loads \/etc\/sysconfig\/iptables into iptables-nft, but the blocking rule is in iptables-legacy/,
    ],
    [
      'that an edit would harm',
      {
        manager: 'netfilter-persistent',
        files: {'/etc/iptables/rules.v4': REJECTS},
        uneditable: {'/etc/iptables/rules.v4': 'it has 2 hard links, which an edit would separate'},
      },
      {iptablesNftSave: REJECTS},
      /^netfilter-persistent loads \/etc\/iptables\/rules\.v4 at boot, which is not edited: it has 2 hard links, which an edit would separate; .*`-A OUTPUT .*--dport 443/,
    ],
    [
      'with other rules',
      {
        manager: 'netfilter-persistent',
        files: {'/etc/iptables/rules.v4': save({filter: ['-A OUTPUT -p tcp --dport https -j DROP']})},
      },
      {iptablesNftSave: REJECTS},
      /The place of the rule in \/etc\/iptables\/rules\.v4 is not clear \(the rules of its chain OUTPUT differ from the loaded rules/,
    ],
    [
      'that holds another table',
      {manager: 'netfilter-persistent', files: {'/etc/iptables/rules.v4': save({filter: []})}},
      {iptablesNftSave: save({mangle: ['-A OUTPUT -j DROP']})},
      /is not clear \(it has no table mangle\)/,
    ],
  ])('%s is not edited: what to do by hand is told', (_, persistence, state, advice) => {
    const remedy = plan(persistence, state)
    expect(remedy.lastingAdvice).toMatch(advice)
    expect(remedy.lastingAdvice).toMatch(/^[^\n]+\.$/)
    expect(lastingOf(remedy)).toEqual([])
    expect(persists(remedy)).toBe(false)
  })

  it('lasts whole or not at all: half of a repair is none after a boot', () => {
    const both = {iptablesNftSave: REJECTS, ip6tablesNftSave: REJECTS_V6}
    const need = {...OUT_443, to: [...OUT_443.to, ...OUT_443_V6.to]}
    const remedy = plan(
      {manager: 'netfilter-persistent', files: {'/etc/iptables/rules.v4': REJECTS}},
      both,
      need,
    )
    expect(remedy.steps).toHaveLength(2)
    expect(lastingOf(remedy)).toEqual([])
    expect(remedy.lastingAdvice).toContain('/etc/iptables/rules.v6')
  })

  it.each([
    ['csf', '/etc/csf/csfpost.sh'],
    ['ferm', '/etc/ferm/ferm.conf'],
    ['SuSEfirewall2', '/etc/sysconfig/scripts/SuSEfirewall2-custom'],
    ['nftables.service', 'does not load rules made with iptables'],
  ] as const)('beside %s: says where such a rule is kept', (manager, where) => {
    const remedy = plan({manager})
    expect(remedy.lastingAdvice).toContain(where)
    expect(lastingOf(remedy)).toEqual([])
  })
})

const NOBODY = {
  manager: null,
  systemd: true,
  programs: {iptables: '/usr/sbin/iptables', ip6tables: '/usr/sbin/ip6tables'},
} as const

describe('where nobody keeps rules', () => {
  it('offers a unit, and adds it only with consent', () => {
    const offered = plan(NOBODY)
    expect(offered.lastingAdvice).toContain('--persist-unit')
    expect(lastingOf(offered)).toEqual([])
    expect(persists(offered)).toBe(false)
    const agreed = plan({...NOBODY, mayAddUnit: true})
    expect(agreed.id).toBe(offered.id)
    expect(lastingOf(agreed)).toEqual(offered.unitSteps)
    expect(agreed).not.toHaveProperty('unitSteps')
    expect(persists(agreed)).toBe(true)
  })

  it('says so where no systemd could start it', () => {
    const remedy = plan({...NOBODY, systemd: false, mayAddUnit: true})
    expect(remedy.lastingAdvice).toMatch(/there is no systemd/)
    expect(remedy).not.toHaveProperty('unitSteps')
  })

  it('has one unit add what each remedy needs, whichever it is, before the rules that block', () => {
    const state = {
      iptablesNftSave: save({
        mangle: [
          '-A OUTPUT -o lo -j ACCEPT',
          '-A OUTPUT -j LOG',
          '-A OUTPUT -m comment --comment "a \\"b" -j DROP',
        ],
        filter: [':INPUT DROP', ':OUTPUT DROP'],
      }),
    }
    const remedy = plan({...NOBODY, mayAddUnit: true, bootFiles: ['001-open-1500-00000000', '007-x']}, state)
    const steps = lastingOf(remedy)
    const name = `008-${remedy.id}`
    expect(steps.map(step => step.do)).toEqual([
      ['mkdir', '-m', '0755', '/etc/drs-onboard'],
      ['tee', '/etc/drs-onboard/boot-rules.sh'],
      ['tee', '/etc/systemd/system/drs-onboard-boot.service'],
      ['systemctl', 'enable', 'drs-onboard-boot.service'],
      ['tee', `/etc/drs-onboard/${name}.rules`],
    ])
    expect(steps.map(({sharedIn}) => sharedIn)).toEqual([...Array(4).fill('/etc/drs-onboard'), undefined])
    expect(steps[1]?.input).toBe(BOOT_PROGRAM)
    expect(steps[2]?.input).toBe(UNIT_TEXT)
    expect(steps[4]).toMatchObject({
      undo: ['rm', '-f', `/etc/drs-onboard/${name}.rules`],
      verify: ['/bin/sh', '/etc/drs-onboard/boot-rules.sh', 'rehearse', name],
    })
    const rule = (nth: string, ...match: readonly string[]) => [
      ...[...match, '-m', 'comment', '--comment', `drs-onboard:${remedy.id}${nth}`, '-j', 'ACCEPT'].map(
        word => `word ${word}`,
      ),
      'add',
    ]
    const chain = (table: string, name: string, before: string, nth: string) => [
      ...['iptables /usr/sbin/iptables', `table ${table}`, `chain ${name}`, `before ${before}`],
      `mark drs-onboard:${remedy.id}${nth}`,
    ]
    expect(steps[4]?.input?.split('\n')).toEqual([
      ...['drs-onboard boot rules 1', `remedy ${remedy.id}`],
      ...chain('mangle', 'OUTPUT', 'rule -m comment --comment "a \\"b" -j DROP', ''),
      ...rule('', '-p', 'tcp', '--dport', '443'),
      ...chain('filter', 'OUTPUT', 'policy', '.2'),
      ...rule('.2', '-p', 'tcp', '--dport', '443'),
      ...chain('filter', 'INPUT', 'policy', '.3'),
      ...rule('.3', '-p', 'tcp', '--sport', '443', '-m', 'conntrack', '--ctstate', 'ESTABLISHED'),
      expect.stringMatching(/^digest [0-9a-f]{64}$/),
      '',
    ])
  })

  it('keeps the file of a remedy that is there already', () => {
    const {id} = plan({...NOBODY, mayAddUnit: true})
    const again = plan({...NOBODY, mayAddUnit: true, bootFiles: [`003-${id}`, '005-open-1500-00000000']})
    expect(lastingOf(again).at(-1)?.edits).toBe(`/etc/drs-onboard/003-${id}.rules`)
  })

  it.each<[string, string | undefined, string]>([
    ['a rule', '-p tcp -j DROP', 'rule'],
    ['with quotes in quotes', '-m comment --comment "a \\" \\\\" -j DROP', 'rule'],
    ['that is known by its number alone', undefined, 'unknown'],
    ['the first of several lines', '-m comment --comment "a', 'unknown'],
    ['several lines', '-m comment --comment "a\nb" -j DROP', 'unknown'],
    ['with a byte that is no text', '-m comment --comment "\uFFFD" -j DROP', 'unknown'],
  ])('looks for %s at boot, or for none', (_, text, kind) => {
    expect(ruleAnchor(text).kind).toBe(kind)
  })

  it.each(['a\nb', '', 'a\0'])('writes no word that leaves its line: %j', word => {
    const rule: BootRule = {
      ...{kind: 'nft', program: '/usr/sbin/nft', family: 'inet', table: 't', chain: 'c'},
      ...{before: {kind: 'policy'}, mark: 'm', words: [word]},
    }
    const write = () => rulesFile('open-443-00000000', [rule])
    if (word === '') expect(write().text).toContain('\nword \n')
    else expect(write).toThrow(RangeError)
  })

  const shells = ['sh', 'dash', 'bash', 'busybox'].filter(shell => spawnSync(shell, ['-c', ':']).status === 0)
  it.runIf(process.platform !== 'win32').each(shells)('has a program that %s reads', shell => {
    expect(BOOT_PROGRAM.split('\n')[1]).toBe(PROGRAM_LINE)
    expect(BOOT_PROGRAM).not.toMatch(/\beval\b|^\s*\. /m)
    const {status, stderr} = spawnSync(shell, ['-n'], {input: BOOT_PROGRAM, encoding: 'utf8'})
    expect([status, stderr]).toEqual([0, ''])
  })

  it('has a program and a unit that later releases have to know, to undo them', () => {
    // After a release, add the digest of the text before to those in grammar/boot-forms.ts, and count PROGRAM_LINE up.
    expect([digestOf(BOOT_PROGRAM), digestOf(UNIT_TEXT)]).toMatchInlineSnapshot(`
      [
        "d26d427fd21ebd259535b3e8b9ec0ec1df548af324610c34b7820ac3281b570f",
        "35fc45a16cd668a19b9a8d88c4ea36fd8dd115394c1e4af4aff8cc70826f534e",
      ]
    `)
  })

  const verifies = spawnSync('systemd-analyze', ['--version']).status === 0
  it.runIf(verifies)('writes a unit that systemd takes', () => {
    const directory = mkdtempSync(join(tmpdir(), 'boot-unit-'))
    onTestFinished(() => rmSync(directory, {recursive: true}))
    const path = join(directory, 'drs-onboard-boot.service')
    writeFileSync(path, UNIT_TEXT)
    const {status, stdout, stderr} = spawnSync('systemd-analyze', ['verify', '--man=no', path], {
      encoding: 'utf8',
    })
    expect(stdout + stderr).not.toContain('drs-onboard-boot')
    expect(status).toBe(0)
  })
})
