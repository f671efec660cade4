import type {Step} from '../../contract/remedy.ts'
import {type CommandResult, describeResult, type RunCommand, succeeded} from '../../platform/command.ts'
import type {Event} from '../events.ts'
import type {OpenEntry} from './open-entry.ts'
import {afterEdit, beforeEdit} from './run-edit.ts'
import {runStep} from './run-step.ts'
import {capitalized} from './settle.ts'

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
