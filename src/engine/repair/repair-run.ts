import type {Check} from '../../checks/check.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Remedy} from '../../contract/remedy.ts'
import {runCommand} from '../../platform/command.ts'
import type {Event} from '../events.ts'
import {type CheckRun, runChecks} from '../run-checks.ts'
import {applyRemedies, type Recheck} from './apply.ts'
import type {Journal} from './journal.ts'

export type RepairRun = {
  readonly run: CheckRun
  readonly remedies: readonly Remedy[]
  /** What the checks found before; tells which addresses a remedy is for. */
  readonly findings: readonly Finding[]
  readonly journal: Journal
}

/**
 * Applies remedies, each proved by its own check, and then runs every check of the run again.
 *
 * @throws the signal's reason after an abort, once the remedy at hand is taken back
 */
export async function* repairAndCheck(repair: RepairRun, signal: AbortSignal): AsyncGenerator<Event, void> {
  const {run, remedies, findings, journal} = repair
  yield* applyRemedies({
    remedies,
    journal,
    runCommand,
    recheck: recheckWith(run, findings, signal),
    signal,
  })
  run.reader.forgetFirewall()
  for await (const event of runChecks(run, signal)) {
    // The plan that was carried out stays the plan of this run.
    if (event.type !== 'planned') yield event
  }
}

/** A remedy helped when its check fails no more for any address that the remedy is for. */
function recheckWith(run: CheckRun, before: readonly Finding[], signal: AbortSignal): Recheck {
  return async remedy => {
    const check = run.checks.find(({id}) => id === remedy.check)
    if (!check) throw new Error(`no check ${remedy.check} in this run`)
    run.reader.forgetFirewall()
    const after = await findAgain(check, run, signal)
    const meant = addressesOf(before.filter(({remedies}) => remedies.some(({id}) => id === remedy.id)))
    const still = after.find(
      found => found.status !== 'pass' && addressesOf([found]).some(address => meant.includes(address)),
    )
    return still
      ? {helped: false, reason: `With the change in place the connection is still stopped: ${still.summary}`}
      : {helped: true, reason: ''}
  }
}

async function findAgain(check: Check, run: CheckRun, signal: AbortSignal): Promise<readonly Finding[]> {
  for await (const event of runChecks({...run, checks: [check]}, signal)) {
    if (event.type === 'check-finished') return event.findings
  }
  throw new Error(`the check ${check.id} did not finish`)
}

function addressesOf(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({evidence}) =>
    Array.isArray(evidence['addresses']) ? evidence['addresses'].map(String) : [],
  )
}
