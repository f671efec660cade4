import type {Judgement} from '../../../src/contract/judgement.ts'
import type {CompiledFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {complaintAbout} from './blame.ts'
import type {Family} from './generate-case.ts'
import type {Harness} from './harness.ts'
import type {FuzzProbe, Measured} from './probe.ts'

/** Makes a judge of a captured state: that of the product, or one that a test has broken. */
export type Compile = (state: LinuxFirewallState) => Pick<CompiledFirewall, 'judge'>

export type Fault = {
  readonly kind: 'wrong' | 'blame'
  readonly probe: FuzzProbe
  readonly judgement: Judgement
  readonly measured: Measured | null
  readonly text: string
}

export type Judged = {readonly probe: FuzzProbe; readonly judgement: Judgement}

/** On a veth all of an exchange takes about a millisecond. */
export const QUICK_MS = 150
export const PATIENT_MS = 1500
/** Two requests sent again. */
export const ALONE_MS = 4000
const BLAME_MS = 60

/**
 * What is wrong with each verdict, if anything. All connections are made at once; those that contradict are made again,
 * at last one by one: a busy machine may keep a connection waiting for seconds, but what the rules stop they stop every
 * time. Once a fault has stood in a rule set, its others are not asked alone.
 */
export async function checkVerdicts(
  harness: Harness,
  judged: readonly Judged[],
): Promise<readonly (Fault | null)[]> {
  const measured = await Promise.all(judged.map(({probe}) => harness.ask(probe, QUICK_MS)))
  const suspects = await Promise.all(
    judged.map(({probe, judgement}, at) =>
      checkVerdict(harness, probe, judgement, measured[at] ?? SILENCE, PATIENT_MS),
    ),
  )
  const faults: (Fault | null)[] = []
  for (const suspect of suspects)
    faults.push(suspect && !faults.some(Boolean) ? await confirm(harness, suspect) : suspect)
  return faults
}

const SILENCE: Measured = {exchanged: false, connected: false}

async function confirm(harness: Harness, fault: Fault): Promise<Fault | null> {
  return checkVerdict(harness, fault.probe, fault.judgement, fault.measured ?? SILENCE, ALONE_MS)
}

/**
 * Null when the kernel does what the judge says. Silence alone is worth a longer wait; what got through got through.
 */
export async function checkVerdict(
  harness: Harness,
  probe: FuzzProbe,
  judgement: Judgement,
  first: Measured,
  patienceMs: number,
): Promise<Fault | null> {
  if (judgement.verdict === 'unknown' || agrees(judgement, first)) return null
  const final = patienceMs === 0 || gotFurther(judgement, first)
  const measured = final ? first : await harness.ask(probe, patienceMs)
  if (agrees(judgement, measured)) return null
  const {verdict, stage, reason} = judgement
  const text = `measured ${JSON.stringify(measured)}, judged ${verdict} at ${stage}: ${reason}`
  return {kind: 'wrong', probe, judgement, measured, text}
}

function gotFurther({verdict, stage}: Judgement, {exchanged, connected}: Measured): boolean {
  return verdict === 'block' && (exchanged || (connected && (stage === 'out-syn' || stage === 'in-synack')))
}

/** One connection at a time, so that counters tell who has stopped it. No other connection may be open. */
export async function checkBlames(
  harness: Harness,
  family: Family,
  judged: readonly Judged[],
): Promise<{readonly exact: number; readonly faults: readonly Fault[]}> {
  const faults: Fault[] = []
  let exact = 0
  let before = judged.length > 0 ? harness.counters(family) : null
  for (const {probe, judgement} of judged) {
    let complaint: string | null = null
    // Neighbours look for one another at times of their own as well, but not twice in a row.
    for (let attempt = 0; before && attempt < 2; attempt++) {
      harness.forgetNeighbours()
      await harness.ask(probe, BLAME_MS)
      const after = harness.counters(family)
      complaint = after && complaintAbout(judgement, before, after)
      before = after
      if (complaint === null) break
    }
    if (!before) break
    const text = `${complaint}; judged ${judgement.stage}: ${judgement.reason}`
    if (complaint === null) exact++
    else faults.push({kind: 'blame', probe, judgement, measured: null, text})
  }
  return {exact, faults}
}

/** A reject after the handshake may arrive before the program has seen its connection open. */
function agrees({verdict, stage, how}: Judgement, {exchanged, connected}: Measured): boolean {
  if (verdict === 'allow') return exchanged
  if (exchanged) return false
  const opens = stage === 'out-data' || stage === 'in-data'
  return stage === null || connected === opens || (opens && how !== 'drop')
}
