import {persists, type Remedy} from '../../contract/remedy.ts'
import {UserError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {RunCommand} from '../../platform/command.ts'
import type {Event, RemedyResult} from '../events.ts'
import {doSteps} from './do-steps.ts'
import {type Journal, JournalWriteError, type OpenEntry} from './journal.ts'
import {makeLasting} from './make-lasting.ts'
import {rollBack} from './roll-back.ts'
import {askPresence, type Presence} from './run-step.ts'

/** What a re-check says of a remedy that is in place; `reason` is one sentence. */
export type Recheck = (remedy: Remedy) => Promise<{readonly helped: boolean; readonly reason: string}>

export type Repair = {
  readonly remedies: readonly Remedy[]
  readonly journal: Journal
  readonly runCommand: RunCommand
  readonly recheck: Recheck
  readonly signal: AbortSignal
}

/**
 * Applies remedies one after the other. Each is kept only if the re-check says that it helped; otherwise every step
 * that it did is undone, last one first. A remedy that fails does not stop the next. Commands that change something
 * always run to their end; an abort takes effect between them, and takes the remedy at hand back.
 * @throws the signal's reason after an abort; UserError when the journal cannot be written
 */
export async function* applyRemedies(repair: Repair): AsyncGenerator<Event, void> {
  repair.signal.throwIfAborted()
  for (const remedy of repair.remedies) {
    yield* applyRemedy(remedy, repair)
    repair.signal.throwIfAborted()
  }
}

async function* applyRemedy(remedy: Remedy, repair: Repair): AsyncGenerator<Event, void> {
  const {journal, runCommand, signal} = repair
  const id = journal.newId()
  const finished = (result: RemedyResult, reason: string | null, lasts = false): Event => ({
    type: 'remedy-finished',
    applied: {id, remedy: remedy.id, at: new Date().toISOString(), result, reason, persists: lasts},
  })
  yield {type: 'remedy-started', remedy: remedy.id}
  const presences: Presence[] = []
  for (const step of remedy.steps) presences.push(await presenceBefore(step, runCommand))
  const undecided = presences.find(presence => presence.kind === 'unknown')
  if (undecided) {
    yield finished('failed', `Nothing was changed: ${undecided.reason}.`)
    return
  }
  signal.throwIfAborted()
  if (presences.every(({kind}) => kind === 'present')) {
    yield* passOver(remedy)
    const {helped, reason} = await recheckUnlessAborted(remedy, repair)
    yield helped
      ? finished('kept', null, persists(remedy))
      : finished('failed', `It was in place before, and does not help: ${reason}`)
    return
  }
  const states = presences.map(({kind}) =>
    kind === 'present' ? ('already-done' as const) : ('pending' as const),
  )
  const entry = await journal.begin(id, remedy, states)
  let settled = false
  try {
    const ending = yield* attempt(entry, repair)
    if (ending.result === 'kept') {
      settled = true
      yield finished('kept', ending.notLasting, ending.notLasting === null && persists(remedy))
      return
    }
    const left = yield* rollBack(entry, runCommand)
    const result = left.length > 0 ? 'failed' : ending.result
    const reason = [ending.reason, ...left].join(' ')
    settled = true
    const unwritten = await closeOrError(entry, result, reason)
    yield finished(result, reason)
    const thrown = ending.thrown ?? unwritten
    if (thrown instanceof JournalWriteError) throw unrecorded(thrown, left)
    if (thrown !== null) throw thrown
  } finally {
    // Reached unsettled only when the consumer has walked away from the stream.
    if (!settled) await abandon(entry, runCommand)
  }
}

type Ending =
  /** `notLasting`: why it was not written down for the next boot, in one sentence. */
  | {readonly result: 'kept'; readonly notLasting: string | null}
  /** `thrown`: what the whole run ends with, once the remedy is taken back. */
  | {readonly result: 'rolled-back' | 'failed'; readonly reason: string; readonly thrown: unknown}

/** Does the steps and re-checks. Never throws: whatever happens, the caller has to take back what was done. */
async function* attempt(entry: OpenEntry, repair: Repair): AsyncGenerator<Event, Ending> {
  const {runCommand, signal} = repair
  const {remedy} = entry.entry
  try {
    const failure = yield* doSteps(entry, step => !step.lasting, runCommand, signal)
    if (failure !== null) return {result: 'failed', reason: failure, thrown: null}
    const {helped, reason} = await recheckUnlessAborted(remedy, repair)
    if (!helped) return {result: 'rolled-back', reason, thrown: null}
    const notLasting = yield* makeLasting(entry, runCommand, signal)
    await entry.close('kept', notLasting)
    return {result: 'kept', notLasting}
  } catch (error) {
    if (error instanceof JournalWriteError) {
      return {result: 'failed', reason: `${capitalized(error.clause)}.`, thrown: error}
    }
    if (signal.aborted) return {result: 'rolled-back', reason: 'The run was ended.', thrown: signal.reason}
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

/** Settles with the re-check, or at once with the signal's reason. */
async function recheckUnlessAborted(remedy: Remedy, {recheck, signal}: Repair): ReturnType<Recheck> {
  signal.throwIfAborted()
  const {promise: aborted, reject} = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, {once: true})
  try {
    return await Promise.race([recheck(remedy), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function abandon(entry: OpenEntry, runCommand: RunCommand): Promise<void> {
  const events = rollBack(entry, runCommand)
  let next = await events.next()
  while (!next.done) next = await events.next()
  await closeOrError(entry, next.value.length > 0 ? 'failed' : 'rolled-back', 'The run was ended.')
}

async function closeOrError(
  entry: OpenEntry,
  result: RemedyResult,
  reason: string,
): Promise<JournalWriteError | null> {
  try {
    await entry.close(result, reason)
    return null
  } catch (error) {
    if (error instanceof JournalWriteError) return error
    throw error
  }
}

function unrecorded(error: JournalWriteError, left: readonly string[]): UserError {
  const host =
    left.length > 0 ? left.join(' ') : 'The remedy was taken back; make room there and start again.'
  return new UserError(`${capitalized(error.clause)}. ${host}`, EXIT.remedyFailed, {cause: error})
}

const capitalized = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
