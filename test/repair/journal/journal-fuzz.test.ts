import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import fc from 'fast-check'
import {expect, it, vi} from 'vitest'
import {listAsJson, listAsText} from '../../../src/commands/undo/print.ts'
import {UserError} from '../../../src/contract/errors.ts'
import type {Command} from '../../../src/contract/remedy.ts'
import type {RunCommand} from '../../../src/platform/process/command.ts'
import {openJournal} from '../../../src/repair/journal/journal.ts'
import {listUndoable, selectUndoable} from '../../../src/repair/journal/undoable.ts'
import {lookAtStanding} from '../../../src/repair/look-at-standing.ts'
import {undoEntries} from '../../../src/repair/undo.ts'
import {PLANS} from '../../firewall/plan/plans.ts'
import {collect, temporaryDirectory} from '../marks.ts'

// Files of the machine that runs this test are not edited, not even by a program that does nothing.
vi.mock(import('../../../src/platform/files/edit.ts'), async original => ({
  ...(await original()),
  editFile: async (_path, _run, run) => ({ran: true, result: await run(), fault: null}),
  settleOldFile: async () => null,
  whyNotEditable: async () => null,
}))

/** A few seconds' worth; CONTRIBUTING.md says how to run many. */
const RUNS = Number(process.env.JOURNAL_FUZZ_RUNS ?? 300)

const RUN = '20250131T094500123-0a1b'
const ID = `${RUN}-01`

/** Entries as a run of this tool leaves them. */
const ENTRIES = PLANS.map(({preview: _, ...remedy}) => ({
  schemaVersion: 1,
  id: ID,
  runId: RUN,
  sequence: 1,
  remedy,
  startedAt: '2025-01-31T09:45:00.123Z',
  process: {pid: 2 ** 22 + 1, startTicks: '1', bootId: null},
  steps: remedy.steps.map(() => 'done'),
  result: 'kept',
  reason: null,
}))

const NAME = /^[A-Za-z_.][\w./\\-]*$/
const OURS = /drs-onboard:open-\d{1,5}-[\da-f]{8}/
const UNIT = /^drs-onboard-(?:boot|open-\d{1,5}-[\da-f]{8})\.service$/
/** What the boot unit reads. */
const BOOT = /^\/etc\/drs-onboard\/(?:boot-rules\.sh|\d{3}-open-\d{1,5}-[\da-f]{8}\.rules)$/
const FILES =
  /^\/etc\/(?:iptables\/rules\.v[46]|sysconfig\/(?:ip6?tables|nftables\.conf)|nftables\.conf|ufw\/before6?\.rules|(?:[\w@+-][\w.@+-]*\/)*[\w@+-][\w.@+-]*)$/
const RULES =
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules'

/**
 * Whether a command can do no more than to look, or to remove what carries the mark of this tool: written down again, without
 * the grammar that it checks.
 */
function isHarmless([program, ...args]: Command): boolean {
  const line = args.join(' ')
  switch (program) {
    case 'nft':
      if (line === '-a list ruleset') return true
      if (line.startsWith('-a list chain '))
        return args.length === 6 && args.slice(3).every(arg => NAME.test(arg))
      return (
        /^delete rule \S+ \S+ \S+ handle \d+$/.test(line) &&
        args.length === 7 &&
        args.slice(2, 5).every(arg => NAME.test(arg))
      )
    case 'ufw':
      return (
        line === 'show added' ||
        /^delete allow out proto (?:tcp|udp) (?:from any port 1:65535 )?to [\da-fA-F.:/any]+ port \d+$/.test(
          line,
        )
      )
    case 'firewall-cmd': {
      const options = args.filter(
        arg =>
          arg.startsWith('--') && !['--dport', '--sport', '--syn', '--comment', '--ctstate'].includes(arg),
      )
      const known =
        /^--(?:permanent|direct|policy|panic-on|get-all-rules|list-rich-rules|(?:query|remove)-rule|(?:query|remove)-rich-rule=rule [a-z\d .:/=,-]+ accept|ctorigdst|ctorigdstport|ctdir|icmpv6-type)$/
      return (
        options.every(option => known.test(option)) &&
        (!line.includes('-rule ') || OURS.test(line) || line.includes('rich'))
      )
    }
    case 'sed':
      return (
        args.length === 5 &&
        /^-i --follow-symlinks -e \/(?:[^/\\]|\\.)*\/d$/.test(args.slice(0, 4).join(' ')) &&
        OURS.test(args[3] ?? '') &&
        FILES.test(args[4] ?? '')
      )
    case 'grep':
      return (
        args.length === 4 &&
        ((args[0] === '-qF' && OURS.test(args[2] ?? '') && FILES.test(args[3] ?? '')) ||
          (args[0] === '-qxF' &&
            (BOOT.test(args[3] ?? '') || UNIT.test((args[3] ?? '').replace('/etc/systemd/system/', '')))))
      )
    case 'test':
      return (
        line === '-d /etc/drs-onboard' ||
        (args[0] === '-L' &&
          UNIT.test((args[1] ?? '').replace('/etc/systemd/system/multi-user.target.wants/', '')))
      )
    case 'rmdir':
      return line === '/etc/drs-onboard'
    case 'rm':
      return (
        args.length === 2 &&
        args[0] === '-f' &&
        (BOOT.test(args[1] ?? '') || UNIT.test((args[1] ?? '').replace('/etc/systemd/system/', '')))
      )
    case 'systemctl':
      return (
        line === 'daemon-reload' ||
        (args.length === 3 && line.startsWith('disable --now ') && UNIT.test(args[2] ?? ''))
      )
    case 'reg.exe':
      return (
        args[0] === 'query' &&
        args[1] === RULES &&
        (args.length === 2 || (args.length === 4 && args[2] === '/v'))
      )
    case 'netsh.exe':
      return /^advfirewall firewall (?:delete|show) rule name=drs-onboard-open-\d+-[\da-f]{8}(?:-\d+)?$/.test(
        line,
      )
    case 'powershell.exe': {
      const [text = ''] = args.slice(3)
      const literal = "'(?:''|‘‘|’’|‚‚|‛‛|[^'‘’‚‛*?[\\]`])+'"
      const cmdlet = new RegExp(
        `^(?:\\$ProgressPreference='SilentlyContinue'; )?(?:(?:Remove|Enable|Disable)-NetFirewallRule -Name ${literal}|Set-NetFirewallRule -Name ${literal} -RemotePort '[\\d-]+'(?:,'[\\d-]+')*) -ErrorAction Stop$`,
      )
      return line.startsWith('-NoProfile -NonInteractive -Command ') && args.length === 4 && cmdlet.test(text)
    }
    default:
      if (/^ip6?tables(?:-legacy|-nft)?-save$/.test(program)) return args.length === 0
      return (
        /^ip6?tables(?:-legacy|-nft)?$/.test(program) &&
        /^-w 5 (?:-t \w+ )?-[CD] /.test(line) &&
        OURS.test(args[args.indexOf('--comment') + 1] ?? '') &&
        line.endsWith(' -j ACCEPT') &&
        args.filter(arg => /^-[A-Z]$/.test(arg)).length === 1
      )
  }
}

type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json}

/** Applies a change to the value at a place that is found by walking down, a number a level. */
function at(
  value: Json,
  way: readonly number[],
  change: (value: Json) => Json | undefined,
): Json | undefined {
  const [turn, ...rest] = way
  if (turn === undefined || typeof value !== 'object' || value === null) return change(value)
  const keys = Object.keys(value)
  const key = keys[turn % Math.max(1, keys.length)]
  if (key === undefined) return change(value)
  if (Array.isArray(value)) {
    const next = at(value[Number(key)], rest, change)
    return next === undefined ? value.toSpliced(Number(key), 1) : value.with(Number(key), next)
  }
  const members = value as {readonly [key: string]: Json}
  const next = at(members[key] ?? null, rest, change)
  const {[key]: _, ...others} = members
  return next === undefined ? others : {...members, [key]: next}
}

const POOL = ENTRIES.flatMap(({remedy}) =>
  remedy.steps.flatMap(({do: command, undo}) => [...command, ...undo]),
)
const words = fc.oneof(
  fc.constantFrom(...POOL),
  fc.constantFrom(
    'sh',
    '-c',
    'id',
    '/bin/sh',
    '-F',
    'flush',
    '..',
    '../../etc',
    '/etc/shadow',
    '{handle}',
    '\n',
    '; id',
    '$(id)',
    '`id`',
    "'; id; '",
    '\u202e',
    '\u0000',
    '𝐬𝐡',
    '-j',
    'e id',
    'w /x',
    ID,
  ),
  fc.string({maxLength: 10}),
  fc.string({unit: 'binary', maxLength: 5}),
  fc.constantFrom('x'.repeat(70_000), '9'.repeat(400)),
)
const jsonValues: fc.Arbitrary<Json> = fc.oneof(
  words,
  fc.array(words, {maxLength: 4}),
  fc.jsonValue() as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(-1, 0, 1e308, 2 ** 53, true, null, [], {}),
  fc.constantFrom(...(ENTRIES as unknown as Json[])),
  fc.constantFrom(
    ...(ENTRIES.flatMap(({remedy}) => [remedy, ...remedy.steps, remedy.steps[0]?.undo]) as unknown as Json[]),
  ),
)

type Change = (value: Json) => Json | undefined
const changes: fc.Arbitrary<Change> = fc.oneof(
  jsonValues.map(
    (other): Change =>
      () =>
        other,
  ),
  fc.constant<Change>(() => undefined),
  fc.tuple(fc.nat(80), words).map(
    ([place, word]): Change =>
      value => {
        if (typeof value === 'string') return value.slice(0, place) + word + value.slice(place)
        return Array.isArray(value) ? value.toSpliced(place % (value.length + 1), 0, word) : value
      },
  ),
  fc.tuple(fc.nat(80), fc.nat(80)).map(
    ([one, other]): Change =>
      value => {
        if (typeof value === 'string') return value.slice(0, one) + value.slice(one + (other % 5))
        if (!Array.isArray(value) || value.length === 0) return value
        const [a, b] = [one % value.length, other % value.length]
        return value.with(a, value[b] ?? null).with(b, value[a] ?? null)
      },
  ),
  fc.constant<Change>(value => (typeof value === 'string' ? value.toUpperCase() : [value])),
)
const mutations = fc.array(fc.tuple(fc.array(fc.nat(40), {minLength: 0, maxLength: 7}), changes), {
  minLength: 1,
  maxLength: 3,
})

it(`runs no command that a plan could not hold, whatever is written into an entry (${RUNS} of them)`, {
  timeout: 0,
}, async () => {
  const base = await temporaryDirectory()
  const state = join(base, 'state')
  await mkdir(join(state, 'journal'), {recursive: true, mode: 0o700})
  await writeFile(join(base, 'sentinel'), '')
  const counts = {refused: 0, understood: 0, commands: 0}
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ENTRIES),
      mutations,
      fc.option(fc.tuple(fc.nat(4_000), fc.nat(40), words), {freq: 8}),
      async (entry, changed, cut) => {
        const data = changed.reduce<Json>(
          (value, [way, change]) => at(value, way, change) ?? null,
          entry as unknown as Json,
        )
        const json = JSON.stringify(data)
        const text = cut === null ? json : json.slice(0, cut[0]) + cut[2] + json.slice(cut[0] + cut[1])
        await writeFile(join(state, 'journal', `${ID}.json`), text, {mode: 0o600})
        const ran: Command[] = []
        const runCommand: RunCommand = async command => {
          ran.push(command)
          // Whatever is asked for is in place.
          const stdout = PLANS.flatMap(({steps}) => steps.map(({mark}) => `${mark} # handle 7`)).join('\n')
          return {kind: 'exited', code: 0, stdout, stderr: ''}
        }
        try {
          const listed = await lookAtStanding(await listUndoable(state), runCommand)
          listAsText(listed, 'posix')
          listAsJson(listed)
          const entries = await selectUndoable(state, null)
          const {signal} = new AbortController()
          await collect(undoEntries({entries, journal: await openJournal(state), runCommand, signal}))
          counts.understood += 1
        } catch (error) {
          if (!(error instanceof UserError)) throw error
          counts.refused += 1
          expect(ran).toEqual([])
        }
        counts.commands += ran.length
        expect(ran.filter(command => !isHarmless(command))).toEqual([])
        expect(await readdir(base)).toEqual(['sentinel', 'state'])
      },
    ),
    {numRuns: RUNS},
  )
  // It would prove nothing if every entry were refused, or none.
  expect(counts.refused).toBeGreaterThan(RUNS / 10)
  expect(counts.understood).toBeGreaterThan(RUNS / 100)
  expect(counts.commands).toBeGreaterThan(RUNS / 100)
  if (process.env.JOURNAL_FUZZ_RUNS) process.stdout.write(`${JSON.stringify(counts)}\n`)
})
