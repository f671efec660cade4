import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {LinuxFirewallState} from '../../src/firewall/state/state.ts'
import type {Figures} from './judge-once.ts'
import {largeIpset, largeNftSet, manyRules} from './many-rules.ts'
import {median, type Ratio} from './measure.ts'

const ROUNDS = 5
const JUDGEMENTS = 500
const SET_SIZE = 50_000

const EMPTY: LinuxFirewallState = {
  schemaVersion: 1,
  platform: 'linux',
  capturedAt: '2026-03-04T10:30:00Z',
  iptablesLegacySave: '',
  ip6tablesLegacySave: '',
  iptablesNftSave: '',
  ip6tablesNftSave: '',
  nftJson: null,
  nftText: null,
  ipsetSave: '',
  unreadable: {},
  interfaces: {lo: ['127.0.0.1/8'], eth0: ['10.9.0.2/24']},
  routes: ['default via 10.9.0.1 dev eth0', '10.9.0.0/24 dev eth0 proto kernel scope link src 10.9.0.2'],
  localPortRange: [32768, 60999],
}

/** The judge on large rule sets: speed against `iptables-legacy-restore --test`, growth, memory, sets. */
export function judgeRatios(): readonly (Ratio | string)[] {
  const directory = mkdtempSync(join(tmpdir(), 'drs-onboard-bench-'))
  try {
    return [...ofRules(directory), ...ofSets(directory)]
  } finally {
    rmSync(directory, {recursive: true})
  }
}

function ofRules(directory: string): (Ratio | string)[] {
  const dump = join(directory, 'dump')
  writeFileSync(dump, manyRules(100_000))
  const write = (count: number) => state(directory, String(count), {iptablesLegacySave: manyRules(count)})
  const [small, middle, large] = [write(1_000), write(10_000), write(100_000)]
  const runs: Record<'small' | 'middle' | 'large', Figures[]> = {small: [], middle: [], large: []}
  const restored: number[] = []
  let obstacle: string | null = null
  for (let round = 0; round < ROUNDS; round += 1) {
    const took: number | string | null = obstacle === null ? restoreTest(dump) : null
    if (typeof took === 'string') obstacle = took
    else if (took !== null) restored.push(took)
    runs.small.push(judgeOnce(small, 0))
    runs.middle.push(judgeOnce(middle, 0))
    runs.large.push(judgeOnce(large, 20, '0.0.0.0/0'))
  }
  const first = (figures: readonly Figures[]) => median(figures.map(({first: time}) => time))
  const [thousand, tenThousand, all] = [first(runs.small), first(runs.middle), first(runs.large)]
  const kilobytes = Math.max(...runs.large.map(one => one.kilobytes))
  const range = median(runs.large.map(one => one.range ?? Number.NaN))
  const later = median(runs.large.flatMap(one => one.later))
  const against = (name: string, took: number, atMost: number): Ratio | string =>
    obstacle === null
      ? {
          name: `${name} / iptables-restore --test`,
          ratio: took / median(restored),
          atMost,
          detail: `${took.toFixed(0)} ms / ${median(restored).toFixed(0)} ms`,
        }
      : `${name}: ${took.toFixed(0)} ms; not compared: ${obstacle}`
  return [
    against('100,000 rules judged', all, 1),
    against('0.0.0.0/0 over them', range, 0.5),
    {
      name: 'time per rule, 100,000 / 10,000 rules',
      ratio: all / 10 / tenThousand,
      atMost: 1.5,
      detail: `${thousand.toFixed(0)} ms, ${tenThousand.toFixed(0)} ms, ${all.toFixed(0)} ms for 1,000, 10,000, 100,000`,
    },
    {name: '100,000 rules, peak memory / 400 MB', ...within(kilobytes / 1024, 400, 'MB')},
    `100,000 rules: a later judgement ${later.toFixed(0)} ms`,
  ]
}

function ofSets(directory: string): Ratio[] {
  const sets = {
    ipset: largeIpset(SET_SIZE),
    'nft set': {nftJson: largeNftSet(SET_SIZE)},
  }
  return Object.entries(sets).map(([name, fields]) => {
    const {later, blocked} = judgeOnce(state(directory, name.replace(' ', '-'), fields), JUDGEMENTS)
    if (blocked === 0 || blocked === JUDGEMENTS) throw new Error(`${name}: ${blocked} addresses found in it`)
    const slow = [...later].sort((a, b) => a - b)[Math.floor(later.length * 0.95)] ?? Number.NaN
    return {name: `${name} of 50,000, 95th percentile / 5 ms`, ...within(slow, 5, 'ms')}
  })
}

function within(value: number, most: number, unit: string) {
  return {ratio: value / most, atMost: 1, detail: `${value.toFixed(unit === 'ms' ? 2 : 0)} ${unit}`}
}

function state(directory: string, name: string, fields: Partial<LinuxFirewallState>): string {
  const path = join(directory, `${name}.json`)
  writeFileSync(path, JSON.stringify({...EMPTY, ...fields}))
  return path
}

function judgeOnce(path: string, rounds: number, range?: string): Figures {
  const program = join(import.meta.dirname, 'judge-once.ts')
  const argv = [program, path, String(rounds), ...(range ? [range] : [])]
  const {status, stdout, stderr} = spawnSync(process.execPath, argv, {encoding: 'utf8'})
  if (status !== 0) throw new Error(`judge-once.ts ended with ${status}: ${stderr}`)
  const figures = JSON.parse(stdout) as Figures
  if (figures.verdict !== 'allow') throw new Error(`judged ${figures.verdict} where no rule decides`)
  return figures
}

/** Milliseconds, in a network namespace of its own; a sentence where this machine cannot do it. */
function restoreTest(dump: string): number | string {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const started = performance.now()
  const {status, stderr, error} = spawnSync(
    'unshare',
    [...user, '--net', 'iptables-legacy-restore', '--test', dump],
    {encoding: 'utf8', env: {PATH: '/usr/sbin:/usr/bin:/sbin:/bin', XTABLES_LOCKFILE: `${dump}.lock`}},
  )
  if (error) return error.message
  return status === 0 ? performance.now() - started : `iptables-legacy-restore: ${stderr.trim()}`
}
