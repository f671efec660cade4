import type {Command, Remedy, Step} from '../contract/remedy.ts'
import type {RunCommand} from '../platform/process/command.ts'
import {whileChanging} from './changing.ts'
import {byAge, type JournalEntry, type JournalStepState, mayStand} from './journal/entry.ts'
import type {Journal} from './journal/journal.ts'
import type {OpenEntry} from './journal/open-entry.ts'
import {currentBootId, type ProcessIdentity} from './journal/process-identity.ts'
import {findOrphans, ORPHAN_LIMIT_MS, untilEnded} from './orphans.ts'
import {distrustOfEdit, type Left, lookFor} from './remains.ts'
import {type TakenBack, takeBack} from './run-step.ts'

export type UndoStepOutcome =
  | {readonly outcome: 'undone'}
  /** Somebody else has removed it since. `unexamined`: whether there is another form of it could not be looked at. */
  | {readonly outcome: 'already-removed'; readonly unexamined?: true}
  /** Other fixes that are in place need it: it goes with the last of them. */
  | {readonly outcome: 'still-needed'}
  /** It was not made to outlive the reboot that has happened since. */
  | {readonly outcome: 'gone-since-reboot'}
  /**
   * Something that does the same is in place: a copy, or what somebody has made of the change since. `undone`: the change
   * itself was undone all the same.
   */
  | {readonly outcome: 'changed'; readonly undone: boolean; readonly left: readonly Left[]}
  /** `byHand` does what could not be done here. */
  | {readonly outcome: 'failed'; readonly reason: string; readonly byHand: Command}

/**
 * What happens in an undo. An entry that is not `undone` makes exit code 4. `changed`: nothing that has the mark of the
 * remedy is left, but something that lets the same through, so that there is nothing to come back to.
 */
export type UndoEvent =
  | {readonly type: 'undo-started'; readonly entry: string; readonly remedy: Remedy}
  /** A command of the run that died is still at work, and is waited for. */
  | {
      readonly type: 'undo-waits'
      readonly entry: string
      readonly step: Step
      readonly processes: readonly number[]
      readonly atMostMs: number
    }
  | {
      readonly type: 'undo-step-finished'
      readonly entry: string
      readonly index: number
      readonly step: Step
      readonly result: UndoStepOutcome
    }
  | {readonly type: 'undo-finished'; readonly entry: string; readonly result: 'undone' | 'changed' | 'failed'}

export type Undo = {
  readonly entries: readonly JournalEntry[]
  readonly journal: Journal
  readonly runCommand: RunCommand
  readonly signal: AbortSignal
  /** One sentence for the journal, where nobody asked for it. */
  readonly undoneBecause?: string | null
}

/**
 * Undoes journal entries, newest first, the last step first; only steps that the entry's own run did. A step that
 * fails does not stop the others: what is left stays in the journal for the next undo. An abort takes effect between
 * steps.
 * @throws the signal's reason after an abort; JournalWriteError when the journal cannot be written
 */
export async function* undoEntries(undo: Undo): AsyncGenerator<UndoEvent, void> {
  const newestFirst = undo.entries.toSorted(byAge).reverse()
  const bootId = await currentBootId()
  for (const entry of newestFirst) {
    undo.signal.throwIfAborted()
    yield {type: 'undo-started', entry: entry.id, remedy: entry.remedy}
    yield* whileChanging(undoEntry(undo.journal.reopen(entry), undo, bootId))
  }
}

async function* undoEntry(
  open: OpenEntry,
  {runCommand, signal, undoneBecause = null}: Undo,
  bootId: string | null,
): AsyncGenerator<UndoEvent, void> {
  const {entry} = open
  const {id, remedy} = entry
  const rebooted = rebootedSince(entry.process, bootId)
  const results: UndoStepOutcome[] = []
  await open.claim()
  for (const [index, step] of [...remedy.steps.entries()].reverse()) {
    const state = open.entry.steps[index]
    if (state === undefined || !mayStand(state)) continue
    signal.throwIfAborted()
    const stuck = yield* waitForOrphans(entry, step, state, bootId, signal)
    const result = stuck ?? (await undoStep(open, index, step, runCommand, rebooted))
    results.push(result)
    yield {type: 'undo-step-finished', entry: id, index, step, result}
  }
  const failed = results.some(({outcome}) => outcome === 'failed') || results.some(isLeft)
  const changed = results.some(({outcome}) => outcome === 'changed')
  // What is left over is known as such, rather than as the work of an undo that died.
  await (failed ? open.close('failed', 'It could not be reverted.') : open.close('undone', undoneBecause))
  yield {type: 'undo-finished', entry: id, result: failed ? 'failed' : changed ? 'changed' : 'undone'}
}

/** Whether something of the step itself is in place, for the next undo to ask about again. */
function isLeft(result: UndoStepOutcome): boolean {
  return result.outcome === 'changed' && (result.left.length === 0 || result.left.some(({marked}) => marked))
}

/**
 * Waits for a command that the run, or an undo, has left behind as it died.
 * @param entry as it was left
 * @returns null where nothing of it is at work any more
 */
async function* waitForOrphans(
  entry: JournalEntry,
  step: Step,
  state: JournalStepState,
  bootId: string | null,
  signal: AbortSignal,
): AsyncGenerator<UndoEvent, UndoStepOutcome | null> {
  const died = state === 'undoing' ? (entry.undoneBy ?? entry.process) : entry.process
  if (state === 'done' || rebootedSince(died, bootId)) return null
  const orphans = await findOrphans(state === 'doing' ? step.do : step.undo, died)
  if (orphans.length === 0) return null
  const processes = orphans.map(({pid}) => pid)
  yield {type: 'undo-waits', entry: entry.id, step, processes, atMostMs: ORPHAN_LIMIT_MS}
  const left = (await untilEnded(orphans, signal)).map(({pid}) => pid)
  if (left.length === 0) return null
  const reason = `a command of the interrupted run is still running (process ${left.join(', ')}), so nothing was changed`
  return {outcome: 'failed', reason, byHand: step.undo}
}

async function undoStep(
  open: OpenEntry,
  index: number,
  step: Step,
  runCommand: RunCommand,
  rebooted: boolean,
): Promise<UndoStepOutcome> {
  await open.setStep(index, 'undoing')
  const distrust = step.edits === undefined ? null : await distrustOfEdit(step.edits)
  if (distrust !== null)
    return {outcome: 'failed', reason: `${distrust}, so it is not edited`, byHand: step.undo}
  const look = lookFor(step, open.entry.remedy)
  // Without a question to ask, a change that does not outlive a reboot is taken to be gone after one.
  const taken: TakenBack =
    rebooted && !step.persists && step.alreadyDone === null
      ? {outcome: 'was-gone'}
      : await takeBack(step, runCommand, look)
  if (taken.outcome === 'failed') return {...taken, byHand: step.undo}
  if (taken.outcome === 'shared') {
    await open.setStep(index, 'undone')
    return {outcome: 'still-needed'}
  }
  const remains = look === null ? [] : await look.remains(runCommand)
  // Next to a change that was just undone, what only lets the same through was there before.
  const left = (remains ?? []).filter(({marked}) => marked || taken.outcome === 'was-gone')
  const result = outcomeOf(taken, left, {
    endedByReboot: rebooted && !step.persists,
    isBlind: remains === null,
  })
  if (!isLeft(result)) await open.setStep(index, 'undone')
  return result
}

function outcomeOf(
  {outcome}: Exclude<TakenBack, {outcome: 'failed' | 'shared'}>,
  left: readonly Left[],
  {endedByReboot, isBlind}: {readonly endedByReboot: boolean; readonly isBlind: boolean},
): UndoStepOutcome {
  if (outcome === 'changed' || left.length > 0)
    return {outcome: 'changed', undone: outcome === 'undone', left}
  if (outcome === 'undone') return {outcome}
  if (endedByReboot) return {outcome: 'gone-since-reboot'}
  return {outcome: 'already-removed', ...(isBlind && {unexamined: true})}
}

/** Whether the host has been rebooted since a process was started; false where the system does not tell. */
export function rebootedSince(started: ProcessIdentity, bootId: string | null): boolean {
  return started.bootId !== null && bootId !== null && started.bootId !== bootId
}
