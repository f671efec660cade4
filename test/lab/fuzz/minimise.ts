import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {type Compile, checkBlames, checkVerdict, type Fault, PATIENT_MS, QUICK_MS} from './examine.ts'
import type {FuzzCase} from './generate-case.ts'
import type {Harness} from './harness.ts'
import {linesOf, type RuleSource, type SourceLine, sourcesOf} from './rule-source.ts'
import {shrink} from './shrink.ts'

export type Minimal = {
  readonly sources: readonly RuleSource[]
  readonly state: LinuxFirewallState
  readonly fault: Fault
}

/** Where a piece that is better taken out in one begins and ends: tables, then chains. */
const PIECES = [
  {begin: /^(?:\*|table )/, end: /^(?:COMMIT|\})$/},
  {begin: /^ {2}chain /, end: /^ {2}\}$/},
] as const

/** The smallest rules found that show the same kind of fault for the same probe; null when it does not show again. */
export async function minimise(
  harness: Harness,
  compile: Compile,
  {family, strangers, routing, sources}: FuzzCase,
  fault: Fault,
): Promise<Minimal | null> {
  const show = async (lines: readonly SourceLine[], patienceMs: number): Promise<Minimal | null> => {
    const left = sourcesOf(lines)
    if (harness.load(left, family, {strangers, routing}) !== null) return null
    const state = harness.capture()
    const again = await examine(state, patienceMs)
    return again && {sources: left, state, fault: again}
  }
  const examine = async (state: LinuxFirewallState, patienceMs: number): Promise<Fault | null> => {
    const {probe} = fault
    const judgement = compile(state).judge(probe)
    if (judgement.verdict !== fault.judgement.verdict) return null
    if (fault.kind === 'blame')
      return (await checkBlames(harness, family, [{probe, judgement}])).faults[0] ?? null
    return checkVerdict(harness, probe, judgement, await harness.ask(probe, QUICK_MS), patienceMs)
  }
  const whole = linesOf(sources)
  let lines = whole
  const shrinkBy = async (pieces: readonly (readonly SourceLine[])[]) => {
    const kept = await shrink(pieces, async left => (await show(left.flat(), 0)) !== null)
    lines = kept.flat()
  }
  for (const {begin, end} of PIECES) await shrinkBy(group(lines, begin, end))
  await shrinkBy(lines.map(line => [line]))
  // Empty by now, tables and chains can go.
  for (const {begin, end} of PIECES.toReversed()) await shrinkBy(group(lines, begin, end))
  return (await show(lines, PATIENT_MS)) ?? (await show(whole, PATIENT_MS))
}

function group(lines: readonly SourceLine[], begin: RegExp, end: RegExp): SourceLine[][] {
  const groups: SourceLine[][] = []
  let open = false
  for (const line of lines) {
    const current = groups.at(-1)
    if (open && current) current.push(line)
    else groups.push([line])
    open = (open || begin.test(line.text)) && !end.test(line.text)
  }
  return groups
}
