import {persists, type Remedy} from '../contract/remedy.ts'
import type {Event, Probed, RemedyResult} from '../engine/events.ts'
import {describeResult, type RunCommand, succeeded} from '../platform/process/command.ts'
import {whileChanging} from './changing.ts'
import {doSteps} from './do-steps.ts'
import {boundsOf, type Guard} from './guard.ts'
import {RUN_ENDED} from './journal/entry.ts'
import type {Journal} from './journal/journal.ts'
import {JournalWriteError, type OpenEntry} from './journal/open-entry.ts'
import {type Recheck, type RecheckResult, recheckUnlessAborted} from './prove.ts'
import {abandon, capitalized, closeOrError, rollBack, unrecorded} from './roll-back.ts'
import {askPresence, type Presence, runChange} from './run-step.ts'

type Repair = {
  readonly remedies: readonly Remedy[]
  readonly journal: Journal
  readonly runCommand: RunCommand
  readonly recheck: Recheck
  /** Watches over disruptive remedies from outside. */
  readonly guard?: Guard | undefined
  readonly signal: AbortSignal
}

/**
 * Applies remedies one after the other. Each is kept only if the re-check says that it helped; otherwise every step
 * that it did is undone, last one first. A remedy that fails does not stop the next. Commands that change something
 * always run to their end; an abort takes effect between them, and reverts the remedy at hand.
 * @throws the signal's reason after an abort; UserError when the journal cannot be written
 */
export async function* applyRemedies(repair: Repair): AsyncGenerator<Event, void> {
  repair.signal.throwIfAborted()
  for (const remedy of repair.remedies) {
    yield* whileChanging(applyRemedy(remedy, repair))
    repair.signal.throwIfAborted()
  }
}

async function* applyRemedy(remedy: Remedy, repair: Repair): AsyncGenerator<Event, void> {
  const {journal, runCommand, signal} = repair
  const id = journal.newId()
  const finished = (
    result: RemedyResult,
    reason: string | null,
    {
      lasts = false,
      persistence,
      probes = [],
    }: {lasts?: boolean; probes?: readonly Probed[] | undefined} & Pick<NotLasting, 'persistence'> = {},
  ): Event => ({
    type: 'remedy-finished',
    applied: {
      ...{id, remedy: remedy.id, at: new Date().toISOString(), result, reason, persists: lasts},
      ...(persistence && {persistence}),
      ...(probes.length > 0 && {probes}),
    },
  })
  yield {type: 'remedy-started', remedy: remedy.id, at: Date.now()}
  const presences: Presence[] = []
  for (const step of remedy.steps) presences.push(await presenceBefore(step, runCommand))
  // What makes it last is asked for again once it helps: it must not stand in the way of what is needed now.
  const undecided = presences.find(({kind}, index) => kind === 'unknown' && !remedy.steps[index]?.lasting)
  if (undecided?.kind === 'unknown') {
    yield finished('failed', `Nothing was changed: ${undecided.reason}.`)
    return
  }
  signal.throwIfAborted()
  if (presences.every(({kind}) => kind === 'present')) {
    yield* passOver(remedy)
    const {helped, reason, note = null, probes} = await recheckUnlessAborted(remedy, repair.recheck, signal)
    yield helped
      ? finished('kept', note, {lasts: persists(remedy), probes})
      : finished('failed', `It was already in place, and does not help: ${reason}`, {probes})
    return
  }
  const states = presences.map(({kind}, index) => {
    if (kind !== 'present') return 'pending'
    // What serves other fixes as well is this one's too, to be undone with the last of them.
    return remedy.steps[index]?.sharedIn === undefined ? 'already-done' : 'done'
  })
  const guard = remedy.risk === 'disruptive' ? repair.guard : undefined
  const confirmBy = guard ? new Date(Date.now() + guard.confirmWithinMs).toISOString() : null
  const entry = await journal.begin(id, remedy, states, confirmBy)
  const unguarded = guard ? await guard.arm(id) : null
  if (unguarded !== null) {
    const reason = `Nothing was changed: ${unguarded}.`
    await entry.close('failed', reason)
    yield finished('failed', reason)
    return
  }
  let settled = false
  try {
    const ending = yield* attempt(entry, repair, guard)
    if (ending.result === 'kept') {
      settled = true
      const {note, lasts, persistence, probes} = ending
      yield finished('kept', note, {
        lasts: lasts && persists(remedy),
        ...(persistence && {persistence}),
        probes,
      })
      return
    }
    const left = yield* rollBack(entry, runCommand)
    const result = left.length > 0 ? 'failed' : ending.result
    const reason = [ending.reason, ...left].join(' ')
    settled = true
    const unwritten = await closeOrError(entry, result, reason)
    yield finished(result, reason, {probes: ending.probes})
    const thrown = ending.thrown ?? unwritten
    if (thrown instanceof JournalWriteError) throw unrecorded(thrown, left)
    if (thrown !== null) throw thrown
  } finally {
    // Reached unsettled only when the consumer has walked away from the stream.
    if (!settled) await abandon(entry, runCommand)
  }
}

type Ending =
  /** `note`: what the proof leaves open, and why it was not written down for the next boot; for humans. */
  | (Tried &
      Pick<NotLasting, 'persistence'> & {
        readonly result: 'kept'
        readonly lasts: boolean
        readonly note: string | null
      })
  /** `thrown`: what the whole run ends with, once the remedy is reverted. */
  | (Tried & {
      readonly result: 'rolled-back' | 'failed'
      readonly reason: string
      readonly thrown: unknown
    })

type Tried = Pick<RecheckResult, 'probes'>

/** Does the steps and re-checks. Never throws: whatever happens, the caller has to revert what was done. */
async function* attempt(
  entry: OpenEntry,
  {runCommand, recheck, signal}: Repair,
  guard: Guard | undefined,
): AsyncGenerator<Event, Ending> {
  const {remedy} = entry.entry
  const bounds = boundsOf(guard, signal)
  try {
    const failure = yield* doSteps(entry, step => !step.lasting, runCommand, bounds.signal)
    if (failure !== null) return {result: 'failed', reason: failure, thrown: null}
    const {helped, reason, note, probes = []} = await recheckUnlessAborted(remedy, recheck, bounds.signal)
    if (!helped) return {result: 'rolled-back', reason, thrown: null, probes}
    if (guard) await entry.confirm()
    const notLasting = yield* makeLasting(entry, runCommand, signal)
    const said = [note, notLasting?.reason].filter(Boolean).join(' ') || null
    const persistence = notLasting?.persistence
    await entry.close('kept', said)
    return {result: 'kept', lasts: notLasting === null, ...(persistence && {persistence}), note: said, probes}
  } catch (error) {
    if (error instanceof JournalWriteError) {
      return {result: 'failed', reason: `${capitalized(error.clause)}.`, thrown: error}
    }
    const late = bounds.timeUp()
    if (late !== null) return {result: 'rolled-back', reason: late, thrown: null}
    if (signal.aborted) return {result: 'rolled-back', reason: RUN_ENDED, thrown: signal.reason}
    return {result: 'rolled-back', reason: `The re-check itself failed: ${messageOf(error)}.`, thrown: error}
  }
}

async function presenceBefore(step: Remedy['steps'][number], runCommand: RunCommand): Promise<Presence> {
  return step.alreadyDone === null ? {kind: 'absent'} : askPresence(step, runCommand)
}

function* passOver(remedy: Remedy): Generator<Event, void> {
  for (const [index, step] of remedy.steps.entries()) {
    yield {type: 'step-started', remedy: remedy.id, index, step}
    yield {type: 'step-finished', remedy: remedy.id, index, result: 'already-done'}
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/**
 * Writes a remedy that was proved to help down for the next boot. If that fails, what was written is reverted, and
 * the remedy stays until the next boot: the connection is needed now.
 * @returns null where it lasts; else why it does not, or why that is not verified, for humans
 * @throws the signal's reason after an abort; JournalWriteError
 */
async function* makeLasting(
  entry: OpenEntry,
  runCommand: RunCommand,
  signal: AbortSignal,
): AsyncGenerator<Event, NotLasting | null> {
  const failure = yield* doSteps(entry, step => step.lasting === true, runCommand, signal)
  const verified = failure === null ? await verify(entry, runCommand) : null
  if (verified?.kind === 'works') return null
  if (verified?.kind === 'unknown')
    return {
      reason: `It is written down for the next boot, but that was not verified: ${verified.reason}`,
      persistence: 'not-verified',
    }
  const left = yield* rollBack(entry, runCommand, step => step.lasting === true)
  const reason = `It helps, but could not be made permanent: ${failure ?? verified?.reason}`
  return {reason: [reason, ...left].join(' ')}
}

type NotLasting = {readonly reason: string; readonly persistence?: 'not-verified'}

type Verified = {readonly kind: 'works'} | {readonly kind: 'fails' | 'unknown'; readonly reason: string}

/** Tries what was written as the next boot will. */
async function verify({entry}: OpenEntry, runCommand: RunCommand): Promise<Verified> {
  for (const {verify: command} of entry.remedy.steps) {
    if (command === undefined) continue
    const result = await runChange(command, runCommand)
    if (succeeded(result)) continue
    const kind = result.kind === 'exited' && result.code === 1 ? 'fails' : 'unknown'
    return {kind, reason: `${describeResult(command, result)}.`}
  }
  return {kind: 'works'}
}
