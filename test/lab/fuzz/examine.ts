import type {Judgement} from '../../../src/contract/judgement.ts'
import type {CompiledFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state.ts'
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

/** On a veth all of an exchange takes about a millisecond. */
export const QUICK_MS = 150
export const PATIENT_MS = 1500
const BLAME_MS = 60

/** Null when the kernel does what the judge says. Only a contradiction is worth a longer wait. */
export async function checkVerdict(
  harness: Harness,
  probe: FuzzProbe,
  judgement: Judgement,
  first: Measured,
  patienceMs = PATIENT_MS,
): Promise<Fault | null> {
  if (judgement.verdict === 'unknown' || agrees(judgement, first)) return null
  const measured = patienceMs === 0 ? first : await harness.ask(probe, patienceMs)
  if (agrees(judgement, measured)) return null
  const {verdict, stage, reason} = judgement
  const text = `measured ${JSON.stringify(measured)}, judged ${verdict} at ${stage}: ${reason}`
  return {kind: 'wrong', probe, judgement, measured, text}
}

/** One connection at a time, so that counters tell who has stopped it. No other connection may be open. */
export async function checkBlames(
  harness: Harness,
  family: Family,
  judged: readonly {readonly probe: FuzzProbe; readonly judgement: Judgement}[],
): Promise<{readonly exact: number; readonly faults: readonly Fault[]}> {
  const faults: Fault[] = []
  let exact = 0
  let before = judged.length > 0 ? harness.counters(family) : null
  for (const {probe, judgement} of judged) {
    if (!before) break
    await harness.ask(probe, BLAME_MS)
    const after = harness.counters(family)
    if (!after) break
    const complaint = complaintAbout(judgement, before, after)
    const text = `${complaint}; judged ${judgement.stage}: ${judgement.reason}`
    if (complaint === null) exact++
    else faults.push({kind: 'blame', probe, judgement, measured: null, text})
    before = after
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
