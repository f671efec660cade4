import {describe, expect, it, vi} from 'vitest'
import {endpointsFor} from '../../src/aws/endpoints.ts'
import {regionOrThrow} from '../../src/aws/find-region.ts'
import {loadChecks} from '../../src/checks/index.ts'
import {CHECK_IDS, type CheckId} from '../../src/contract/checks.ts'
import type {Finding} from '../../src/contract/finding.ts'
import {outcomeOf} from '../../src/engine/outcome.ts'
import {runChecks} from '../../src/engine/run-checks.ts'
import {OPTIONS} from '../report/parts.ts'
import {FAULTS, type Fault, readerOf, SimulatedNetwork} from './simulated-world.ts'

const network = vi.hoisted(() => ({now: null as null | InstanceType<typeof SimulatedNetwork>}))
const now = () => {
  if (network.now === null) throw new Error('no network')
  return network.now
}

vi.mock('../../src/platform/network/path.ts', () => ({
  probePath: async ({path, onLayer}: {path: string; onLayer(layer: string): void}) => {
    onLayer('http')
    return now().answer(path)
  },
}))
vi.mock('../../src/platform/network/download/download.ts', () => ({
  download: async ({path, onLayer}: {path: string; onLayer(layer: string): void}) => {
    onLayer('http')
    return now().download(path)
  },
}))
vi.mock('../../src/platform/network/tcp/connect.ts', () => ({connectFirst: async () => now().connect()}))
vi.mock('../../src/platform/network/tls/handshake.ts', () => ({
  inspect: async () => ({version: null, chain: [], serverDate: null}),
}))
vi.mock('../../src/platform/network/departure/measure.ts', () => ({
  measureDeparture: async () => now().departure(),
}))
vi.mock('../../src/platform/network/own-addresses.ts', () => ({sourceAddress: async () => '10.9.0.2'}))
vi.mock('../../src/platform/network/tcp/refusal.ts', () => ({whoRefuses: async () => 'reset'}))
vi.mock('../../src/platform/network/tcp/exchange.ts', () => ({
  hear: async () => {
    const {connects, answers} = now().world
    if (connects !== 'opens') return connects === 'timeout' ? 'silence' : 'refused'
    return answers === 'nothing' || answers === 'reset' ? 'opened' : 'data'
  },
}))

const options = {...OPTIONS, replicationServer: {host: '198.51.100.10', port: 1500}, timeoutMs: 1_000}
const endpoints = endpointsFor(regionOrThrow('eu-central-1'))

type Conditions = {readonly world: Fault; readonly elevated: boolean; readonly tells: boolean}

async function findingsOf(
  checks: Awaited<ReturnType<typeof loadChecks>>,
  {world, elevated}: Conditions,
): Promise<readonly Finding[]> {
  const run = {checks, options, endpoints, reader: readerOf(world, elevated)}
  const events = await Array.fromAsync(runChecks(run, new AbortController().signal))
  return events.flatMap(event => (event.type === 'check-finished' ? event.findings : []))
}

const subsets = (ids: readonly CheckId[]): readonly (readonly CheckId[])[] =>
  Array.from({length: 2 ** ids.length}, (_, bits) => ids.filter((_id, at) => (bits >> at) & 1)).slice(1)

/** What readiness rests on; the others are asked for here in all combinations as well. */
const REQUIRED: readonly CheckId[] = [
  'os',
  'firewall-443',
  'firewall-1500',
  'drs-endpoint',
  's3-buckets',
  'installer-download',
  'replication-1500',
]

const CONDITIONS: readonly Conditions[] = FAULTS.flatMap(world =>
  [true, false].flatMap(elevated => [true, false].map(tells => ({world, elevated, tells}))),
)

/** One or two checks, each in all combinations. */
const PAIRS = CHECK_IDS.flatMap((id, at) => CHECK_IDS.slice(at).map(other => new Set([id, other])))

/** What `--only` and `--skip` leave of every pair, and every check. */
const FEW = [
  ...PAIRS.map(pair => CHECK_IDS.filter(id => pair.has(id))),
  ...PAIRS.map(pair => CHECK_IDS.filter(id => !pair.has(id))),
  CHECK_IDS,
]

/** What is run in all combinations of checks: one fault of each kind. */
const IN_FULL = new Map<string, Pick<Conditions, 'elevated' | 'tells'>>([
  ['a rule that drops', {elevated: true, tells: true}],
  ['a rule that nobody can decide', {elevated: true, tells: false}],
  ['a network that drops', {elevated: false, tells: true}],
])

function combinations({world, elevated, tells}: Conditions): readonly (readonly CheckId[])[] {
  const full = IN_FULL.get(world.name)
  return full?.elevated === elevated && full.tells === tells ? subsets(CHECK_IDS) : FEW
}

describe('whatever the checks are, nobody beyond this host is named without evidence, and a server is ready only when all was tested', () => {
  it.each(CONDITIONS)('$world.name, root: $elevated, measured: $tells', async conditions => {
    network.now = new SimulatedNetwork(conditions.world, conditions.tells)
    const loaded = new Map((await loadChecks()).map(check => [check.id, check]))
    const check = async (ids: readonly CheckId[]) => {
      const checks = ids.flatMap(id => loaded.get(id) ?? [])
      const findings = await findingsOf(checks, conditions)
      for (const found of findings) expectEvidence(found, ids, conditions)
      expectOutcome(findings, ids, conditions)
    }
    await Promise.all(combinations(conditions).map(check))
  })
})

function expectEvidence(found: Finding, ids: readonly CheckId[], {world, tells}: Conditions): void {
  const told = `${ids.join()}: ${found.check} ${found.code} ${found.owner}: ${found.summary}`
  expect(found.status, told).not.toBe('error')
  if (found.owner === null || found.owner === 'this-host') return
  // What is no rule is not seen where nothing is measured.
  if (world.cause === 'here' && (world.rules.length > 0 || tells)) expect.unreachable(told)
  const {blame, ownRules, measured} = found.evidence
  expect(blame, told).toBe('beyond')
  const isExamined = JSON.stringify(ownRules)?.includes('"verdict":"allow"') ?? false
  const isSeen = JSON.stringify(measured)?.includes('"departure":"left"') ?? false
  expect(isExamined || isSeen, told).toBe(true)
}

function expectOutcome(findings: readonly Finding[], ids: readonly CheckId[], {world}: Conditions): void {
  const outcome = outcomeOf(findings)
  const told = `${ids.join()}: ${outcome}`
  const isWhole = REQUIRED.every(id => ids.includes(id))
  if (!isWhole) expect(['incomplete', 'not-ready'], told).toContain(outcome)
  if (isWhole) expect(['ready', 'ready-with-warnings', 'not-ready'], told).toContain(outcome)
  if (world.cause === 'nobody') expect(outcome, told).not.toBe('not-ready')
  if (isWhole && world.cause !== 'nobody') expect(outcome, told).toBe('not-ready')
}
