import assert from 'node:assert/strict'
import {readFile, rm} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import type {RunResult} from '../lib/host.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {type Scenario, snapshot} from './scenarios.ts'

/** What is started after a run was killed. */
const RECOVERIES = ['undo', 'fix', 'check'] as const

type Recovery = (typeof RECOVERIES)[number]

/** One kind of server, and what an undisturbed run makes of it. */
export type CrashScene = {
  readonly scenario: Scenario
  readonly lab: Lab
  readonly broken: string
  readonly repaired: string
  /** The run's points, by name, from which on something is at stake. */
  readonly points: readonly {readonly at: number; readonly name: string}[]
}

const KILLED = 137
const PRELOAD = `--import=${new URL('kill-at.ts', import.meta.url).href}`

/** Runs a scenario undisturbed, and finds out where it can be killed. */
export async function openCrashScene(scenario: Scenario): Promise<CrashScene> {
  const lab = await startLab({replicationServer: true})
  await scenario.prepare(lab)
  const broken = await snapshot(lab)
  const log = `${lab.directory}/points`
  const traced = {CRASH_VERB: scenario.killed, CRASH_LOG: log}
  await mustRun(lab, scenario.fix, traced)
  const repaired = await snapshot(lab)
  assert.notEqual(repaired, broken)
  await mustRun(lab, UNDO, traced)
  same(await snapshot(lab), broken, `${scenario.name}: an undo that nobody disturbs`)
  const names = (await readFile(log, 'utf8')).trimEnd().split('\n')
  const first = names.findIndex(name => name.includes('/claim-'))
  const points = names
    .map((name, index) => ({at: index + 1, name}))
    .filter(({at, name}) => at > first && !READS.test(name))
  await rm(log)
  return {scenario, lab, broken, repaired, points}
}

/** Commands that only read: whatever happens there happens between two changes too. */
const READS = / (\S+-save|nft (-[aj] )?list ruleset|ipset save|ip .*|\S+ --version)$/

const UNDO = ['undo', '--yes']
const LONGEST_WAIT_MS = 60_000

/**
 * Kills the run at its `index`-th point (counted on and on, through all of them), recovers in one of three ways, and
 * expects one of the two consistent states.
 *
 * @throws Error that says where it was killed
 */
export async function crashOnce(scene: CrashScene, index: number): Promise<string> {
  const {scenario, lab, broken, repaired, points} = scene
  const point = points[index % points.length]
  const recovery = RECOVERIES[Math.floor(index / points.length + index) % RECOVERIES.length] ?? 'undo'
  if (!point) throw new Error(`${scenario.name}: no point to be killed at`)
  const where = `${scenario.name}: killed at ${point.at} (${point.name}), then ${recovery}`
  await scenario.prepare(lab)
  same(await snapshot(lab), broken, `${where}: before`)
  if (scenario.killed === 'undo') await mustRun(lab, scenario.fix)
  const args = scenario.killed === 'fix' ? scenario.fix : UNDO
  const killed = await runPreloaded(lab, args, {CRASH_VERB: scenario.killed, CRASH_AT: String(point.at)})
  same(killed.code, KILLED, `${where}: ${killed.stderr}`)
  await recover(scene, recovery, where)
  same(await snapshot(lab), recovery === 'fix' ? repaired : broken, where)
  while ((await standing(lab)).length > 0) await mustRun(lab, UNDO)
  same(await snapshot(lab), broken, `${where}: undone`)
  return where
}

async function recover({scenario, lab}: CrashScene, recovery: Recovery, where: string): Promise<void> {
  if (recovery === 'check') {
    // The watch over a disruptive change, and a command that the killed run has left behind, may be at work meanwhile.
    const before = await settled(lab)
    await lab.source.drsOnboard([
      'check',
      ...scenario.fix.slice(2).filter(arg => arg !== '--allow-disruptive'),
    ])
    same(await snapshot(lab), before, `${where}: check changes nothing`)
  }
  await mustRun(lab, recovery === 'fix' ? scenario.fix : UNDO)
}

/** The server once no process of a killed run is left. */
async function settled(lab: Lab): Promise<string> {
  const left = 'ps -eo args | grep -E "cli.js guard|drs-onboard:" | grep -v grep || true'
  await until(async () => (await lab.source.must(['sh', '-c', left])) === '')
  return snapshot(lab)
}

async function standing({source}: Lab): Promise<readonly unknown[]> {
  return JSON.parse(await source.must(source.drsOnboardArgv(['undo', '--list', '--json'])))
}

/** A run that is waited for where the watch over a disruptive change holds the lock, and has to succeed. */
async function mustRun(lab: Lab, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  let result: RunResult | undefined
  await until(async () => {
    result = await runPreloaded(lab, args, env)
    return !result.stderr.includes('Another run of drs-onboard is active')
  })
  same(result?.code, 0, `${args.join(' ')}: ${result?.stderr}`)
}

/** What is preloaded does nothing unless `env` says so. */
function runPreloaded(
  {source}: Lab,
  args: readonly string[],
  env: Record<string, string>,
): Promise<RunResult> {
  const [node, ...program] = source.drsOnboardArgv(args)
  return source.run([node, PRELOAD, ...program], {env})
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, 'waited in vain for what a killed run has left behind')
    await sleep(100)
  }
}

function same(actual: unknown, expected: unknown, where: string): void {
  try {
    assert.equal(actual, expected)
  } catch (error) {
    throw new Error(`${where}\n${error instanceof Error ? error.message : error}`, {cause: error})
  }
}
