import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import type {Judgement} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state.ts'
import {capture, readSurroundings} from './capture.ts'
import {serveEcho} from './echo.ts'
import {type Engine, type Family, generateRules, SETS} from './generate.ts'
import {type FuzzProbe, type Measured, measure, ProberProcess} from './probe.ts'
import {Random} from './random.ts'
import {buildWorld, DESTINATIONS, PORTS} from './world.ts'

/**
 * Loads random rule sets into a network namespace of its own, makes real connections, and compares what came of them
 * with the judge. Exit code 1 when a definite answer was wrong.
 */
const {values: options} = parseArgs({
  options: {
    rulesets: {type: 'string', default: '200'},
    seed: {type: 'string', default: '1'},
    keep: {type: 'string'},
    verbose: {type: 'boolean', default: false},
  },
})

if (process.env.DRS_FUZZ_INSIDE === undefined) {
  const {status} = spawnSync('unshare', ['--net', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: {...process.env, DRS_FUZZ_INSIDE: '1'},
  })
  process.exit(status ?? 1)
}

const PROBES = 16
const QUICK_MS = 200
const PATIENT_MS = 1500
const OTHER_UID = 1000

type Tally = {sets: number; refused: number; right: number; wrong: number; unknown: number; blocked: number}

const tallies: Record<string, Tally> = {}
const peer = await buildWorld()
await serveEcho()
const other = await ProberProcess.start(OTHER_UID)
execFileSync('ipset', ['restore'], {input: SETS})
const surroundings = readSurroundings()
const firstSeed = Number(options.seed)

for (let seed = firstSeed; seed < firstSeed + Number(options.rulesets); seed++) await runOne(seed)
for (const [name, tally] of Object.entries(tallies))
  process.stdout.write(`${name}: ${JSON.stringify(tally)}\n`)
const wrong = Object.values(tallies).reduce((sum, tally) => sum + tally.wrong, 0)
other.stop()
peer.kill()
process.exit(wrong > 0 ? 1 : 0)

async function runOne(seed: number): Promise<void> {
  const random = new Random(seed)
  const family: Family = random.chance(0.7) ? 4 : 6
  const engines: readonly Engine[] = random.chance(0.08)
    ? ['legacy', 'nft']
    : [random.pick(['legacy', 'nft'])]
  const name = `${engines.join('+')} v${family}`
  tallies[name] ??= {sets: 0, refused: 0, right: 0, wrong: 0, unknown: 0, blocked: 0}
  const tally = tallies[name]
  clear()
  for (const engine of engines)
    if (!load(engine, family, generateRules(random, family, engine))) {
      tally.refused++
      return
    }
  tally.sets++
  const state = capture(surroundings)
  const firewall = compileFirewall(state)
  const probes = Array.from({length: PROBES}, () => ({
    to: random.pick(DESTINATIONS[family]),
    port: random.chance(0.7) ? random.pick([443, 1500]) : random.pick(PORTS),
    uid: random.chance(0.8) ? 0 : OTHER_UID,
  }))
  const results = await Promise.all(
    probes.map(async probe => ({probe, measured: await ask(probe, QUICK_MS)})),
  )
  for (const {probe, measured} of results) {
    const judgement = firewall.judge(probe)
    await compare(seed, name, state, probe, judgement, measured, tally)
  }
}

function ask(probe: FuzzProbe, timeoutMs: number): Promise<Measured> {
  return probe.uid === 0 ? measure(probe, timeoutMs) : other.measure(probe, timeoutMs)
}

async function compare(
  seed: number,
  name: string,
  state: LinuxFirewallState,
  probe: FuzzProbe,
  judgement: Judgement,
  first: Measured,
  tally: Tally,
): Promise<void> {
  if (judgement.verdict === 'unknown') {
    tally.unknown++
    return
  }
  const measured = agrees(judgement, first) ? first : await ask(probe, PATIENT_MS)
  if (judgement.verdict === 'block') tally.blocked++
  if (agrees(judgement, measured)) {
    tally.right++
    return
  }
  tally.wrong++
  process.stdout.write(
    `WRONG seed ${seed} (${name}): ${JSON.stringify(probe)} measured ${JSON.stringify(measured)}, judged ${judgement.verdict} at ${judgement.stage}: ${judgement.reason}\n`,
  )
  if (options.keep) {
    mkdirSync(options.keep, {recursive: true})
    const path = `${options.keep}/${seed}-${probe.to}-${probe.port}-${probe.uid}.json`
    writeFileSync(path, JSON.stringify({probe, measured, judgement, state}, null, 1))
  }
}

/** A reject after the handshake may arrive before the program has seen its connection open. */
function agrees({verdict, stage, how}: Judgement, {exchanged, connected}: Measured): boolean {
  if (verdict === 'allow') return exchanged
  if (exchanged) return false
  const opens = stage === 'out-data' || stage === 'in-data'
  return stage === null || connected === opens || (opens && how !== 'drop')
}

function program(engine: Engine, family: Family, action: 'save' | 'restore'): string {
  return `${family === 4 ? 'iptables' : 'ip6tables'}-${engine}-${action}`
}

function load(engine: Engine, family: Family, rules: string): boolean {
  const {status, stderr} = spawnSync(program(engine, family, 'restore'), [], {input: rules, encoding: 'utf8'})
  if (status !== 0 && options.verbose) {
    const line = Number(/line:? (\d+)/.exec(stderr)?.[1] ?? 0)
    process.stdout.write(`refused by ${engine}: ${stderr.trim()}: ${rules.split('\n')[line - 1]}\n`)
  }
  return status === 0
}

function clear(): void {
  const empty = ['raw', 'mangle', 'nat', 'filter', 'security'].map(table => `*${table}\nCOMMIT\n`).join('')
  for (const family of [4, 6] as const)
    execFileSync(program('legacy', family, 'restore'), [], {
      input: policies(empty),
      stdio: ['pipe', 'ignore', 'ignore'],
    })
  execFileSync('nft', ['flush', 'ruleset'])
}

/** Restoring a table without chain lines keeps its policies, so they are set back as well. */
function policies(empty: string): string {
  return empty.replace(/\*(raw|mangle|nat|filter|security)\n/g, (start, table: string) => {
    const chains: Record<string, string> = {
      raw: 'PREROUTING OUTPUT',
      mangle: 'PREROUTING INPUT FORWARD OUTPUT POSTROUTING',
      nat: 'PREROUTING INPUT OUTPUT POSTROUTING',
      filter: 'INPUT FORWARD OUTPUT',
      security: 'INPUT FORWARD OUTPUT',
    }
    const lines = (chains[table] ?? '').split(' ').map(chain => `:${chain} ACCEPT [0:0]\n`)
    return start + lines.join('')
  })
}
