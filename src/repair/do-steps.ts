import type {Step} from '../contract/remedy.ts'
import type {Event} from '../engine/events.ts'
import {whyNotEditable} from '../platform/files/edit.ts'
import {describeFileError} from '../platform/files/file-error.ts'
import {syncToDisk} from '../platform/files/write.ts'
import {type CommandResult, describeResult, type RunCommand, succeeded} from '../platform/process/command.ts'
import type {OpenEntry} from './journal/open-entry.ts'
import {capitalized} from './roll-back.ts'
import {askPresence, runChange, runStep} from './run-step.ts'

/**
 * Does the steps of an entry that are `meant`, in order, each journaled before and after; what was in place before is
 * passed over. Stops at the first that fails. What was done stays: reverting it is the caller's.
 * @returns null, or why a step failed, in one sentence
 * @throws the signal's reason between two steps; JournalWriteError
 */
export async function* doSteps(
  entry: OpenEntry,
  meant: (step: Step) => boolean,
  runCommand: RunCommand,
  signal: AbortSignal,
): AsyncGenerator<Event, string | null> {
  const {remedy} = entry.entry
  for (const [index, step] of remedy.steps.entries()) {
    if (!meant(step)) continue
    signal.throwIfAborted()
    yield {type: 'step-started', remedy: remedy.id, index, step}
    const state = entry.entry.steps[index]
    if (state === 'already-done' || state === 'done') {
      yield {type: 'step-finished', remedy: remedy.id, index, result: 'already-done'}
      continue
    }
    const failure = await doStep(index, step, entry, runCommand)
    yield {type: 'step-finished', remedy: remedy.id, index, result: failure === null ? 'done' : 'failed'}
    if (failure !== null) return failure
  }
  return null
}

async function doStep(
  index: number,
  step: Step,
  entry: OpenEntry,
  runCommand: RunCommand,
): Promise<string | null> {
  const unready = await beforeEdit(step, entry, runCommand)
  if (unready !== null) return unready
  await entry.setStep(index, 'doing')
  const run = await runStep(step, step.do, runCommand)
  if (!run.ran || !succeeded(run.result)) {
    if (!run.ran || didNothing(step, run.result)) await entry.setStep(index, 'pending')
    return `${run.ran ? describeResult(step.do, run.result) : `${step.edits} was not edited: ${run.fault}`}.`
  }
  if (run.fault !== null) return `${capitalized(run.fault)}.`
  const wrong = await afterEdit(step, runCommand)
  // A file that is not as it should be stays `doing`: to be asked for, and reverted.
  if (wrong === null) await entry.setStep(index, 'done')
  return wrong
}

/** A program that was not started has done nothing; with nothing to ask, an ordinary failure is taken at its word. */
function didNothing({alreadyDone}: Step, {kind}: CommandResult): boolean {
  return kind === 'not-found' || kind === 'not-permitted' || (alreadyDone === null && kind === 'exited')
}

/**
 * Readies the file that a step edits: it must be valid, and a copy of it must be on the disk.
 * @returns null, or why it is not to be edited, in one sentence
 * @throws JournalWriteError
 */
async function beforeEdit(step: Step, entry: OpenEntry, runCommand: RunCommand): Promise<string | null> {
  if (step.edits === undefined) return null
  const fault = await faultOf(step, runCommand)
  if (fault !== null) return `${step.edits} was already invalid, and was not edited: ${fault}.`
  const obstacle = await whyNotEditable(step.edits)
  if (obstacle !== null) return `${step.edits} was not edited: ${obstacle}.`
  const failure = await entry.backUp(step.edits)
  return failure === null ? null : `${failure}, so it was not edited.`
}

/**
 * Whether a file is as it was meant to be, and on the disk, after the program that edited it has ended well.
 * @returns null, or what is wrong, in one sentence
 */
async function afterEdit(step: Step, runCommand: RunCommand): Promise<string | null> {
  const {edits} = step
  if (edits === undefined) return null
  const presence = await askPresence(step, runCommand)
  if (presence.kind === 'unknown') return `What was written to ${edits} cannot be read: ${presence.reason}.`
  if (presence.kind === 'absent') return `${edits} has changed since the plan was made, and was not edited.`
  try {
    await syncToDisk(edits)
  } catch (error) {
    return `${edits} cannot be written to disk (${describeFileError(error)}).`
  }
  const fault = await faultOf(step, runCommand)
  return fault === null ? null : `${edits} would be invalid with the change: ${fault}.`
}

async function faultOf({test}: Step, runCommand: RunCommand): Promise<string | null> {
  if (test === undefined) return null
  const result: CommandResult = await runChange(test, runCommand)
  return succeeded(result) ? null : describeResult(test, result)
}
