import type {Check} from '../checks/check.ts'
import {knownPeers} from '../checks/firewall/targets.ts'
import type {Finding} from '../contract/finding.ts'
import type {Plan, Remedy} from '../contract/remedy.ts'
import type {Event, RemedyResult} from '../engine/events.ts'
import {type CheckRun, runChecks} from '../engine/run-checks.ts'
import type {Exchange} from '../platform/network/tcp/exchange.ts'
import type {Limits} from '../platform/network/wait.ts'
import {runCommand} from '../platform/process/command.ts'
import {applyRemedies} from './apply.ts'
import type {Guard} from './guard.ts'
import type {Journal} from './journal/journal.ts'
import type {Recheck} from './prove.ts'
import {judgeProof, type ProofTarget, probesOf, proofTargets} from './prove.ts'

export type RepairRun = {
  readonly run: CheckRun
  /** The plan as the checks made it, and which of its remedies to apply. */
  readonly plan: Plan
  readonly remedies: readonly Remedy[]
  /** What the checks found; tells which addresses a remedy is for. */
  readonly findings: readonly Finding[]
  readonly journal: Journal
  /** Watches over disruptive remedies. */
  readonly guard: Guard
}

/**
 * Applies remedies, each planned again on the rules as they are at that moment and proved by its own check, and then
 * runs every check of the run again.
 *
 * @throws the signal's reason after an abort, once the remedy at hand is reverted
 */
export async function* repairAndCheck(repair: RepairRun, signal: AbortSignal): AsyncGenerator<Event, void> {
  const {run, remedies} = repair
  let {plan} = repair
  for (const planned of remedies) plan = yield* repairOne(planned, plan, repair, signal)
  for await (const event of runChecks(withRulesReadAgain(run), signal)) {
    // The plan that was carried out stays the plan of this run.
    if (event.type !== 'planned') yield event
  }
}

/** A rule that comes or goes between the last look and the change may make that miss its place. */
const MAX_ATTEMPTS = 3

/** @returns the plan with the remedy as it was applied */
async function* repairOne(
  planned: Remedy,
  before: Plan,
  repair: RepairRun,
  signal: AbortSignal,
  /** How often it has been replaced already. */
  replacements = 0,
): AsyncGenerator<Event, Plan> {
  const {journal, guard} = repair
  const recheck = recheckWith(repair, signal)
  let plan = before
  let tried: string | null = null
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const now = await planAgain(planned, repair, signal)
    if (now.kind === 'changed' && attempt === 1)
      return yield* repairInstead(planned, now.findings, plan, repair, signal, replacements)
    if (now.kind !== 'planned') return plan
    const {remedy} = now
    const steps = JSON.stringify(remedy.steps)
    // The same on the same rules would fail again.
    if (steps === tried) return plan
    tried = steps
    plan = {remedies: plan.remedies.map(other => (other.id === remedy.id ? remedy : other))}
    yield {type: 'planned', plan}
    const apply = applyRemedies({remedies: [remedy], journal, runCommand, recheck, guard, signal})
    if ((yield* passOn(apply)) !== 'rolled-back') return plan
  }
  return plan
}

/**
 * Applies what the rules take now instead of a remedy, mostly since one before it has done a part of its work. What
 * overrides a deliberate block where nothing of the kind was agreed to is not applied.
 *
 * @returns the plan with what was applied
 */
async function* repairInstead(
  planned: Remedy,
  findings: readonly Finding[],
  plan: Plan,
  repair: RepairRun,
  signal: AbortSignal,
  replacements: number,
): AsyncGenerator<Event, Plan> {
  const still = stillStopped(planned, repair.findings, findings)
  const known = new Set(plan.remedies.map(({id}) => id))
  const offered = stillStoppedAll(planned, repair.findings, findings).flatMap(({remedies}) => remedies)
  const unique = [...new Map(offered.map(remedy => [remedy.id, remedy])).values()]
  const instead = unique.filter(({id}) => !known.has(id))
  // Another remedy of the plan does it, in its turn, or was not chosen.
  if (instead.length === 0 && unique.some(({id}) => repair.remedies.some(chosen => chosen.id === id)))
    return plan
  const why =
    replacements < MAX_ATTEMPTS ? whyNotInstead(planned, instead, unique, still) : RULES_KEEP_CHANGING
  if (why !== null) {
    yield {type: 'remedy-started', remedy: planned.id, at: Date.now()}
    yield {type: 'remedy-finished', applied: notApplied(planned, repair.journal.newId(), why)}
    return plan
  }
  let changed: Plan = {
    remedies: plan.remedies.flatMap(other => (other.id === planned.id ? instead : [other])),
  }
  yield {type: 'planned', plan: changed}
  yield {type: 'remedy-replaced', remedy: planned, by: instead}
  for (const remedy of instead) {
    const next = {...repair, findings, remedies: instead}
    changed = yield* repairOne(remedy, changed, next, signal, replacements + 1)
  }
  return changed
}

const RULES_KEEP_CHANGING =
  'Nothing was changed: another program keeps changing the rules; run it again when that is done.'

/** Why nothing is applied instead of a remedy, in one sentence; null where it is. */
function whyNotInstead(
  planned: Remedy,
  instead: readonly Remedy[],
  offered: readonly Remedy[],
  still: Finding | undefined,
): string | null {
  if (instead.length === 0) {
    return offered.length > 0
      ? 'Nothing was changed: the rules have changed, and the fix for the new rules was not selected; run it again for a new plan.'
      : `Nothing was changed: the rules have changed since the plan was made, and the new rules have no fix${still ? `: ${still.summary}` : '.'}`
  }
  const riskier = planned.risk === 'additive' && instead.some(({risk}) => risk === 'disruptive')
  return riskier
    ? 'Nothing was changed: the rules have changed, and the fix now overrides a rule that looks intentional, which was not confirmed; run it again for a new plan.'
    : null
}

/** @returns how the last remedy ended */
async function* passOn(events: AsyncIterable<Event>): AsyncGenerator<Event, RemedyResult | null> {
  let result: RemedyResult | null = null
  for await (const event of events) {
    if (event.type === 'remedy-finished') ({result} = event.applied)
    yield event
  }
  return result
}

type PlannedAgain =
  | {readonly kind: 'planned'; readonly remedy: Remedy}
  /** Nothing blocks any more what the remedy is for. */
  | {readonly kind: 'fixed'}
  /** It would take another remedy than the one that was agreed to. */
  | {readonly kind: 'changed'; readonly findings: readonly Finding[]}

/** Rules come and go between plan and repair, and each remedy moves the rules behind it. */
async function planAgain(planned: Remedy, repair: RepairRun, signal: AbortSignal): Promise<PlannedAgain> {
  const findings = await findAgain(planned, withRulesReadAgain(repair.run), signal)
  const remedy = findings.flatMap(({remedies}) => remedies).find(({id}) => id === planned.id)
  if (remedy) return {kind: 'planned', remedy}
  return stillStopped(planned, repair.findings, findings) ? {kind: 'changed', findings} : {kind: 'fixed'}
}

function notApplied(remedy: Remedy, id: string, reason: string) {
  return {
    id,
    remedy: remedy.id,
    at: new Date().toISOString(),
    result: 'failed',
    reason,
    persists: false,
  } as const
}

/**
 * A remedy helped when its check finds nothing amiss any more for any address that the remedy is for, and connections
 * to these addresses bear that out.
 */
function recheckWith({run, findings}: RepairRun, signal: AbortSignal): Recheck {
  return async remedy => {
    const now = withRulesReadAgain(run)
    const still = stillStopped(remedy, findings, await findAgain(remedy, now, signal))
    if (still) {
      return {
        helped: false,
        reason: `With the change in place, the connection is still blocked: ${still.summary}`,
      }
    }
    const limits = {timeoutMs: run.options.timeoutMs, signal}
    const known = await knownPeers(remedy.check, now)
    const exchanges = proofTargets(remedy, findings, known).map(async target => ({
      target,
      exchange: await exchangeWith(target, limits),
    }))
    const proofs = await Promise.all(exchanges)
    return {...judgeProof(remedy, proofs), probes: probesOf(proofs)}
  }
}

async function exchangeWith(target: ProofTarget, limits: Limits): Promise<Exchange> {
  const {port, greeting} = target
  if (typeof greeting === 'object' && 'query' in greeting) {
    const {exchangeQuery} = await import('../platform/network/dns/exchange-query.ts')
    return exchangeQuery(target, port, greeting.query, limits)
  }
  const {exchangeByte} = await import('../platform/network/tcp/exchange.ts')
  return exchangeByte(target, port, greeting, limits)
}

/**
 * A finding that is still amiss and concerns the remedy: for an address that it is for, or for one that was not seen
 * before (names that are resolved again may have other addresses).
 */
function stillStopped(
  remedy: Remedy,
  before: readonly Finding[],
  after: readonly Finding[],
): Finding | undefined {
  return stillStoppedAll(remedy, before, after)[0]
}

function stillStoppedAll(
  remedy: Remedy,
  before: readonly Finding[],
  after: readonly Finding[],
): readonly Finding[] {
  const earlier = before.filter(({check}) => check === remedy.check)
  const own = earlier.filter(({remedies}) => remedies.some(({id}) => id === remedy.id))
  const meant = addressesOf(own)
  const others = addressesOf(earlier).filter(address => !meant.includes(address))
  // What a check says of name servers is another matter than what it says of endpoints.
  const ports = new Set(own.map(({evidence}) => evidence.port))
  return after.filter(
    found =>
      found.code !== 'ok' &&
      // Measured to get past rules that are judged to stop it.
      found.evidence.disagreement === undefined &&
      (ports.size === 0 || ports.has(found.evidence.port)) &&
      addressesOf([found]).some(address => !others.includes(address)),
  )
}

function withRulesReadAgain(run: CheckRun): CheckRun {
  return {...run, reader: run.reader.withRulesReadAgain()}
}

/** Runs the remedy's check on the rules as this run reads them. */
async function findAgain(remedy: Remedy, run: CheckRun, signal: AbortSignal): Promise<readonly Finding[]> {
  const check: Check | undefined = run.checks.find(({id}) => id === remedy.check)
  if (!check) throw new Error(`no check ${remedy.check} in this run`)
  for await (const event of runChecks({...run, checks: [check]}, signal)) {
    if (event.type === 'check-finished') return event.findings
  }
  throw new Error(`the check ${check.id} did not finish`)
}

function addressesOf(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({evidence}) => evidence.addresses ?? [])
}
