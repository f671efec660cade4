import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import type {Judgement} from '../../../src/contract/judgement.ts'
import {type CompiledFirewall, compileFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state.ts'
import {capture, readSurroundings} from '../fuzz/capture.ts'
import {serveEcho} from '../fuzz/echo.ts'
import {type Engine, generateRules, SETS} from '../fuzz/generate.ts'
import {type FuzzProbe, type Measured, measure, ProberProcess} from '../fuzz/probe.ts'
import {Random} from '../fuzz/random.ts'
import {buildWorld, DESTINATIONS, PORTS} from '../fuzz/world.ts'
import {blameIsRight} from './blame.ts'
import {type Family, generateRuleset} from './generate.ts'

/**
 * Loads random native nf_tables rule sets, alone or next to iptables, into a network namespace of its own, makes real
 * connections, and compares what came of them with the judge. Exit code 1 when a definite answer was wrong.
 */
const {values: options} = parseArgs({
  options: {
    rulesets: {type: 'string', default: '200'},
    seed: {type: 'string', default: '1'},
    keep: {type: 'string'},
    /** Also matches that nobody can decide. */
    undecided: {type: 'boolean', default: false},
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
const BLAME_MS = 60
const OTHER_UID = 1000
const BLAMES_A_SET = 2

type Tally = Record<
  'sets' | 'refused' | 'right' | 'wrong' | 'unknown' | 'blocked' | 'blamed' | 'misblamed' | 'textDiffers',
  number
>

const NONE: Tally = {
  sets: 0,
  refused: 0,
  right: 0,
  wrong: 0,
  unknown: 0,
  blocked: 0,
  blamed: 0,
  misblamed: 0,
  textDiffers: 0,
}

const tallies: Record<string, Tally> = {}
const peer = await buildWorld()
await serveEcho()
const other = await ProberProcess.start(OTHER_UID)
execFileSync('ipset', ['restore'], {input: SETS})
const surroundings = readSurroundings()
const firstSeed = Number(options.seed)

for (let seed = firstSeed; seed < firstSeed + Number(options.rulesets); seed++) await runOne(seed)
for (const [name, tally] of Object.entries(tallies)) print(name, tally)
const total = Object.values(tallies).reduce((sum, tally) => add(sum, tally), NONE)
print('all', total)
other.stop()
peer.kill()
process.exit(total.wrong > 0 ? 1 : 0)

function add(a: Tally, b: Tally): Tally {
  return Object.fromEntries(
    Object.entries(a).map(([key, value]) => [key, value + b[key as keyof Tally]]),
  ) as Tally
}

function print(name: string, tally: Tally): void {
  const judged = tally.right + tally.wrong + tally.unknown
  const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`
  const blames = tally.blamed + tally.misblamed
  process.stdout.write(
    `${name}: ${JSON.stringify(tally)} unknown ${share(tally.unknown, judged)}, blame right ${share(tally.blamed, blames)}\n`,
  )
}

/** What earlier connections send again would be counted by the rules of later ones. */
function endConnections(): void {
  const kill = ['ss', '--kill', '--tcp', '--no-header', 'state', 'connected']
  spawnSync('ss', kill.slice(1))
  spawnSync('nsenter', ['--target', String(peer.pid), '--net', ...kill])
}

type Run = {
  readonly seed: number
  readonly name: string
  readonly script: string
  readonly state: LinuxFirewallState
}

async function runOne(seed: number): Promise<void> {
  const random = new Random(seed)
  const family: Family = random.chance(0.65) ? 4 : 6
  const iptables: readonly Engine[] = random.chance(0.2) ? [random.pick(['legacy', 'nft'])] : []
  const name = `${[...iptables, 'native'].join('+')} v${family}`
  tallies[name] ??= {...NONE}
  const tally = tallies[name]
  clear()
  endConnections()
  const script = generateRuleset(random, family, {undecided: options.undecided})
  const loaded =
    iptables.every(engine => loadIptables(engine, family, generateRules(random, family, engine))) &&
    loadNft(seed, script)
  if (!loaded) {
    tally.refused++
    return
  }
  tally.sets++
  const state = {...capture(surroundings), nftJson: listJson()}
  const run = {seed, name, script, state}
  const firewall = compileFirewall(state)
  const byText = compileFirewall({...state, nftJson: null})
  const probes = Array.from({length: PROBES}, () => ({
    to: random.pick(DESTINATIONS[family]),
    port: random.chance(0.7) ? random.pick([443, 1500]) : random.pick(PORTS),
    uid: random.chance(0.8) ? 0 : OTHER_UID,
  }))
  await checkBlames(run, firewall, probes, tally)
  const results = await Promise.all(
    probes.map(async probe => ({probe, measured: await ask(probe, QUICK_MS)})),
  )
  for (const {probe, measured} of results) {
    const judgement = firewall.judge(probe)
    compareReaders(run, probe, judgement, byText.judge(probe), tally)
    await compare(run, probe, judgement, measured, tally)
  }
}

function ask(probe: FuzzProbe, timeoutMs: number): Promise<Measured> {
  return probe.uid === 0 ? measure(probe, timeoutMs) : other.measure(probe, timeoutMs)
}

/** JSON and text say the same. */
function compareReaders(run: Run, probe: FuzzProbe, json: Judgement, text: Judgement, tally: Tally): void {
  const same = json.verdict === text.verdict && JSON.stringify(json.blocker) === JSON.stringify(text.blocker)
  if (same) return
  tally.textDiffers++
  report('TEXT DIFFERS', run, probe, `${json.verdict} ${json.reason} / ${text.verdict} ${text.reason}`)
  keep(run, probe, {json, text})
}

async function compare(
  run: Run,
  probe: FuzzProbe,
  judgement: Judgement,
  first: Measured,
  tally: Tally,
): Promise<void> {
  if (judgement.verdict === 'unknown') {
    tally.unknown++
    if (options.verbose) report('unknown', run, probe, judgement.unknownBecause.join(' | '))
    return
  }
  const measured = agrees(judgement, first) ? first : await ask(probe, PATIENT_MS)
  if (judgement.verdict === 'block') tally.blocked++
  if (agrees(judgement, measured)) {
    tally.right++
    return
  }
  tally.wrong++
  const judged = `measured ${JSON.stringify(measured)}, judged ${judgement.verdict} at ${judgement.stage}: ${judgement.reason}`
  report('WRONG', run, probe, judged)
  keep(run, probe, {measured, judgement})
}

/** One connection at a time, so that counters tell which rule has stopped it. */
async function checkBlames(
  run: Run,
  firewall: CompiledFirewall,
  probes: readonly FuzzProbe[],
  tally: Tally,
): Promise<void> {
  let left = BLAMES_A_SET
  for (const probe of probes) {
    const judgement = firewall.judge(probe)
    if (left === 0 || judgement.verdict !== 'block' || judgement.blocker?.engine !== 'nft') continue
    left--
    const before = listJson()
    await ask(probe, BLAME_MS)
    const complaint = blameIsRight(judgement, before, listJson())
    if (complaint === null) tally.blamed++
    else {
      tally.misblamed++
      report('BLAME', run, probe, `${complaint}; judged ${judgement.stage}: ${judgement.reason}`)
      keep(run, probe, {complaint, judgement})
    }
  }
}

function report(what: string, {seed, name}: Run, probe: FuzzProbe, text: string): void {
  process.stdout.write(`${what} seed ${seed} (${name}): ${JSON.stringify(probe)}: ${text}\n`)
}

function keep({seed, state, script}: Run, probe: FuzzProbe, found: object): void {
  if (!options.keep) return
  mkdirSync(options.keep, {recursive: true})
  const path = `${options.keep}/${seed}-${probe.to}-${probe.port}-${probe.uid}`
  writeFileSync(`${path}.json`, JSON.stringify({probe, ...found, state}, null, 1))
  writeFileSync(`${path}.nft`, script)
}

/** A reject after the handshake may arrive before the program has seen its connection open. */
function agrees({verdict, stage, how}: Judgement, {exchanged, connected}: Measured): boolean {
  if (verdict === 'allow') return exchanged
  if (exchanged) return false
  const opens = stage === 'out-data' || stage === 'in-data'
  return stage === null || connected === opens || (opens && how !== 'drop')
}

function program(engine: Engine, family: Family): string {
  return `${family === 4 ? 'iptables' : 'ip6tables'}-${engine}-restore`
}

function loadIptables(engine: Engine, family: Family, rules: string): boolean {
  return spawnSync(program(engine, family), [], {input: rules}).status === 0
}

function loadNft(seed: number, script: string): boolean {
  const {status, stderr} = spawnSync('nft', ['-f', '-'], {input: script, encoding: 'utf8'})
  if (status !== 0 && options.verbose) process.stdout.write(`refused seed ${seed}: ${stderr.slice(0, 600)}\n`)
  return status === 0
}

function listJson(): string {
  return execFileSync('nft', ['-j', 'list', 'ruleset'], {encoding: 'utf8', maxBuffer: 2 ** 26})
}

function clear(): void {
  const chains: Record<string, string> = {
    raw: 'PREROUTING OUTPUT',
    mangle: 'PREROUTING INPUT FORWARD OUTPUT POSTROUTING',
    nat: 'PREROUTING INPUT OUTPUT POSTROUTING',
    filter: 'INPUT FORWARD OUTPUT',
    security: 'INPUT FORWARD OUTPUT',
  }
  const lines = Object.entries(chains).map(
    ([table, names]) =>
      `*${table}\n${names
        .split(' ')
        .map(chain => `:${chain} ACCEPT [0:0]\n`)
        .join('')}COMMIT\n`,
  )
  for (const family of [4, 6] as const)
    execFileSync(program('legacy', family), [], {input: lines.join(''), stdio: ['pipe', 'ignore', 'ignore']})
  execFileSync('nft', ['flush', 'ruleset'])
}
