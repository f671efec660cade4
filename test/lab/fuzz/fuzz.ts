import {mkdirSync, writeFileSync} from 'node:fs'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {type Compile, checkBlames, checkVerdicts, type Fault, type Judged} from './examine.ts'
import {type Engine, type FuzzCase, generateCase, type Wishes} from './generate-case.ts'
import type {Harness} from './harness.ts'
import {type Minimal, minimise} from './minimise.ts'
import {NOTHING, type Tally} from './tally.ts'

export type FuzzOptions = Wishes & {
  readonly rulesets: number
  readonly seed: number
  /** Rule sets take turns. */
  readonly engines: readonly Engine[]
  /** Directory for fixtures of what was found, each shrunk. */
  readonly keep: string | null
  readonly verbose: boolean
  readonly write: (line: string) => void
  readonly compile?: Compile
}

const BLAMES_A_SET = 3

/**
 * Loads random rule sets, makes real connections, and compares what came of them with the judge.
 *
 * @returns what each engine came to
 */
export async function fuzz(harness: Harness, options: FuzzOptions): Promise<Map<Engine, Tally>> {
  const tallies = new Map(options.engines.map(engine => [engine, {...NOTHING}]))
  for (let at = 0; at < options.rulesets; at++) {
    const engine = options.engines[at % options.engines.length]
    const tally = engine && tallies.get(engine)
    if (tally) await fuzzOne(harness, generateCase(options.seed + at, engine, options), options, tally)
  }
  return tallies
}

async function fuzzOne(
  harness: Harness,
  fuzzCase: FuzzCase,
  options: FuzzOptions,
  tally: Tally,
): Promise<void> {
  const {write, verbose, compile = compileFirewall} = options
  const label = `seed ${fuzzCase.seed} ${fuzzCase.engine} IPv${fuzzCase.family}${fuzzCase.strangers ? ' among strangers' : ''}${routed(fuzzCase)}`
  const refusal = harness.load(fuzzCase.sources, fuzzCase.family, fuzzCase)
  if (refusal !== null) {
    tally.refused++
    if (verbose) write(`refused ${label}: ${refusal.slice(0, 600)}`)
    return
  }
  tally.sets++
  const state = harness.capture()
  const [firewall, byText] = [compile(state), compile({...state, nftJson: null})]
  const judged = fuzzCase.probes
    .map(probe => (harness.hasOtherUser ? probe : {...probe, uid: 0}))
    .map(probe => ({probe, judgement: firewall.judge(probe)}))
  const blocked = judged.filter(({judgement}) => judgement.verdict === 'block' && judgement.blocker)
  // Before any other connection, whose packets would be counted as well.
  const blames = await checkBlames(harness, fuzzCase.family, blocked.slice(0, BLAMES_A_SET))
  tally.blamed += blames.exact
  tally.misblamed += blames.faults.length
  const faults: Fault[] = [...blames.faults]
  const verdicts = fuzzCase.changing
    ? await checkApart(harness, fuzzCase, judged)
    : await checkVerdicts(harness, judged)
  for (const [at, {probe, judgement}] of judged.entries()) {
    const fault = verdicts[at]
    if (fault) faults.push(fault)
    tally[fault ? 'wrong' : judgement.verdict === 'unknown' ? 'unknown' : 'right']++
    if (judgement.verdict === 'block') tally.blocked++
    if (judgement.verdict === 'unknown' && verbose)
      write(`unknown ${label}: ${JSON.stringify(probe)}: ${judgement.unknownBecause.join(' | ')}`)
    const text = byText.judge(probe)
    if (
      text.verdict !== judgement.verdict ||
      JSON.stringify(text.blocker) !== JSON.stringify(judgement.blocker)
    ) {
      tally.readersDiffer++
      write(`READERS DIFFER ${label}: ${JSON.stringify(probe)}: ${judgement.reason} / ${text.reason}`)
    }
  }
  for (const {kind, probe, text} of faults)
    write(`${kind.toUpperCase()} ${label}: ${JSON.stringify(probe)}: ${text}`)
  // Faults in one rule set mostly have one cause.
  for (const kind of ['wrong', 'blame'] as const) {
    const fault = faults.find(one => one.kind === kind)
    // Who is blamed matters less than the verdict, and shrinking takes a minute.
    if (!fault || (kind === 'blame' && options.keep === null)) continue
    const minimal = await minimise(harness, compile, fuzzCase, fault)
    write(minimal ? printMinimal(minimal) : 'It does not show a second time.')
    if (options.keep !== null)
      keep(options.keep, fuzzCase, minimal ?? {sources: fuzzCase.sources, state, fault})
  }
}

/** Each connection with the rules and sets as they were captured. */
async function checkApart(
  harness: Harness,
  fuzzCase: FuzzCase,
  judged: readonly Judged[],
): Promise<readonly (Fault | null)[]> {
  const faults: (Fault | null)[] = []
  for (const one of judged) {
    harness.load(fuzzCase.sources, fuzzCase.family, fuzzCase)
    faults.push(...(await checkVerdicts(harness, [one])))
  }
  return faults
}

/** Routing is not shrunk. */
function routed({routing: {commands, settings}}: FuzzCase): string {
  return commands.length === 0 ? '' : ` routed by [${commands.join('; ')}] with ${JSON.stringify(settings)}`
}

function printMinimal({sources, fault}: Minimal): string {
  const rules = sources.map(({language, text}) => `  --- ${language}\n${text.replace(/^/gm, '  ').trimEnd()}`)
  return `Shrunk:\n${rules.join('\n')}\n  ${fault.text}`
}

function keep(directory: string, {seed, engine, family}: FuzzCase, {sources, state, fault}: Minimal): void {
  mkdirSync(directory, {recursive: true})
  const fixture = {seed, engine, family, sources, ...fault, state}
  writeFileSync(`${directory}/${engine}-${seed}-${fault.kind}.json`, `${JSON.stringify(fixture, null, 2)}\n`)
}
