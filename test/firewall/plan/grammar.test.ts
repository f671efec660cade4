import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Command, Remedy, Step} from '../../../src/contract/remedy.ts'
import {isNftFile} from '../../../src/firewall/plan/grammar/file-forms.ts'
import {knownStep, misfitOf, STEP_FORMS} from '../../../src/firewall/plan/grammar/forms.ts'
import {PLANS} from './plans.ts'

type Member = 'undo' | 'alreadyDone' | 'mark' | 'edits' | 'test'

/** A step of each form, with its remedy. */
const EXAMPLES = STEP_FORMS.map(form => {
  for (const remedy of PLANS) {
    const index = [...remedy.steps, ...(remedy.unitSteps ?? [])].findIndex(
      step => knownStep(step, remedy.id)?.form === form,
    )
    if (index >= 0) return {name: form.name, remedy, index}
  }
  throw new Error(`no plan has a ${form.name}`)
})

function stepOf({remedy, index}: {readonly remedy: Remedy; readonly index: number}): Step {
  const step = [...remedy.steps, ...(remedy.unitSteps ?? [])][index]
  if (!step) throw new Error('no such step')
  return step
}

const fits = (step: Step, {id}: Remedy) => misfitOf({id, steps: [step]}) === null

describe('the forms of steps', () => {
  it('are those of every plan', () => {
    expect(PLANS.length).toBeGreaterThan(50)
    expect(PLANS.map(misfitOf).filter(misfit => misfit !== null)).toEqual([])
  })

  it.each(EXAMPLES)('bind a $name to its remedy', example => {
    const step = stepOf(example)
    expect(fits(step, example.remedy)).toBe(true)
    const marked = JSON.stringify(step).includes(example.remedy.id)
    expect(misfitOf({id: 'open-443-00000000', steps: [step]}) !== null).toBe(marked)
    for (const id of [
      '',
      'open-443-0000000',
      'open-443-00000000\n',
      '../open-443-00000000',
      'OPEN-443-00000000',
    ])
      expect(misfitOf({id, steps: [step]})).toBe('no plan has a change of that name')
  })

  const HOSTILE: readonly Command[] = [
    ['sh', '-c', 'id > /tmp/x'],
    ['/usr/sbin/iptables', '-F'],
    ['iptables', '-F'],
    ['iptables', '-w', '5', '-D', 'OUTPUT', '1'],
    ['iptables', '-w', '5', '-P', 'OUTPUT', 'ACCEPT'],
    ['nft', 'flush', 'ruleset'],
    ['nft', '-f', '/tmp/rules'],
    ['nft', 'delete rule inet filter output handle 4; flush ruleset'],
    ['nft', 'delete', 'table', 'inet', 'filter'],
    ['ufw', 'disable'],
    ['ufw', '--force', 'reset'],
    ['firewall-cmd', '--complete-reload'],
    ['firewall-cmd', '--set-default-zone=trusted'],
    ['sed', '-i', '-e', '1e id', '/etc/iptables/rules.v4'],
    ['sed', '-i', '--follow-symlinks', '-e', '/root/d', '/etc/shadow'],
    [
      'sed',
      '-i',
      '--follow-symlinks',
      '-e',
      '/"drs-onboard:open-443-00000000"/d;w /etc/cron.d/x',
      '/etc/iptables/rules.v4',
    ],
    ['tee', '/etc/systemd/system/drs-onboard-open-443-00000000.service'],
    ['rm', '-rf', '/'],
    ['rm', '-f', '/etc/systemd/system/sshd.service'],
    ['systemctl', 'disable', '--now', 'auditd.service'],
    ['test', '-L', '/etc/shadow'],
    ['grep', '-r', 'x', '/'],
    ['powershell.exe', '-Command', 'Remove-Item C:\\'],
    [
      'powershell.exe',
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      "Disable-NetFirewallRule -Name '*' -ErrorAction Stop",
    ],
    [
      'powershell.exe',
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      "Disable-NetFirewallRule -Name 'a'; whoami; 'b' -ErrorAction Stop",
    ],
    ['netsh.exe', 'advfirewall', 'reset'],
    ['reg.exe', 'delete', 'HKLM\\SYSTEM'],
  ]

  it.each(EXAMPLES)('have no room for another command in a $name', example => {
    const step = stepOf(example)
    for (const command of HOSTILE) {
      for (const member of ['do', 'undo', 'alreadyDone', 'test'] as const)
        expect([member, command, fits({...step, [member]: command}, example.remedy)]).toEqual([
          member,
          command,
          false,
        ])
    }
  })

  /** What an example's other commands may be, for one `do`: only itself. */
  const FREE: Partial<Record<string, readonly Member[]>> = {
    // The ports that a rule had before, the mark that is only looked for in its text, and the program that tests a file are
    // not in `do`.
    'ports of a rule of Windows Firewall': ['undo', 'mark'],
    'line of a rules file of iptables': ['test'],
    'line of before.rules of ufw': ['test'],
    'line of a file for nft': ['test'],
    // Which of its lines the unit is known by.
    'systemd unit of this tool': ['alreadyDone'],
  }

  it.each(EXAMPLES)('leave one way to undo a $name, whatever is mutated', example => {
    const step = stepOf(example)
    const members = (['undo', 'alreadyDone', 'mark', 'edits', 'test'] as const).filter(
      member => !FREE[example.name]?.includes(member),
    )
    fc.assert(
      fc.property(fc.constantFrom(...members), mutation, (member, mutate) => {
        const mutated = mutate(step[member] ?? null)
        if (JSON.stringify(mutated) === JSON.stringify(step[member] ?? null)) return
        // The schema of the journal asks for it.
        if (member === 'undo' && mutated === null) return
        expect(fits({...step, [member]: mutated ?? undefined} as Step, example.remedy)).toBe(false)
      }),
      {numRuns: 500},
    )
  })
})

/** Something else in place of a command or a text. */
const words = PLANS.flatMap(({steps}) => steps.flatMap(step => [...step.do, ...step.undo]))
const word = fc.oneof(
  fc.constantFrom(...words),
  fc.string({maxLength: 12}),
  fc.string({unit: 'binary', maxLength: 6}),
  fc.constantFrom('', ';', '\n', '-F', '--', '-j', '..', '/etc/shadow', 'x'.repeat(100_000)),
)
const at = fc.nat({max: 40})
type Mutate = (value: string | readonly string[] | null) => unknown
const onCommand =
  (change: (command: readonly string[]) => unknown): Mutate =>
  value =>
    Array.isArray(value) ? change(value) : value
const onText =
  (change: (text: string) => unknown): Mutate =>
  value =>
    typeof value === 'string' ? change(value) : value
const mutation: fc.Arbitrary<Mutate> = fc.oneof(
  fc
    .tuple(at, word)
    .map(([index, other]) => onCommand(command => command.with(index % command.length, other))),
  fc
    .tuple(at, word)
    .map(([index, other]) => onCommand(command => command.toSpliced(index % (command.length + 1), 0, other))),
  at.map(index => onCommand(command => command.toSpliced(index % command.length, 1))),
  fc.tuple(at, at).map(([a, b]) =>
    onCommand(command => {
      const [one, other] = [a % command.length, b % command.length]
      return command.with(one, command[other] ?? '').with(other, command[one] ?? '')
    }),
  ),
  fc.tuple(at, at, word).map(([index, place, other]) =>
    onCommand(command => {
      const changed = command[index % command.length] ?? ''
      const cut = place % (changed.length + 1)
      return command.with(index % command.length, changed.slice(0, cut) + other + changed.slice(cut))
    }),
  ),
  fc
    .tuple(at, word)
    .map(([place, other]) => onText(value => value.slice(0, place) + other + value.slice(place))),
  fc.constant<Mutate>(() => null),
  fc
    .constantFrom(...PLANS.flatMap(({steps}) => steps.map(({undo}) => undo)))
    .map(command => onCommand(() => command)),
  word.map(other => onText(() => other)),
)

describe('isNftFile', () => {
  it.each([
    ['/etc/nftables.conf', true],
    ['/etc/sysconfig/nftables.conf', true],
    ['/etc/nftables.d/own', true],
    ['/etc/nftables/main.nft', true],
    ['/etc/firewall/out.nft', true],
    ['/etc/shadow', false],
    ['/etc/nftables.d/../shadow', false],
    ['/etc/nftables.d/.hidden', false],
    ['/etc//nftables.conf', false],
    ['/home/x/rules.nft', false],
    ['/etc/nftables.conf\n/etc/shadow', false],
    ['etc/nftables.conf', false],
  ])('%s: %s', (path, expected) => {
    expect(isNftFile(path)).toBe(expected)
  })
})
