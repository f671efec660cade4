import type {Step} from '../../contract/remedy.ts'
import {type CommandResult, describeResult, type RunCommand, succeeded} from '../../platform/command.ts'
import type {Event} from '../events.ts'
import type {OpenEntry} from './journal.ts'
import {runChange} from './run-step.ts'

/**
 * Does the steps of an entry that are `meant`, in order, each journaled before and after; what was in place before is
 * passed over. Stops at the first that fails. What was done stays: taking it back is the caller's.
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
    if (entry.entry.steps[index] === 'already-done') {
      yield {type: 'step-finished', remedy: remedy.id, index, result: 'already-done'}
      continue
    }
    await entry.setStep(index, 'doing')
    const result = await runChange(step.do, runCommand, step.input)
    if (!succeeded(result)) {
      if (didNothing(step, result)) await entry.setStep(index, 'pending')
      yield {type: 'step-finished', remedy: remedy.id, index, result: 'failed'}
      return `${describeResult(step.do, result)}.`
    }
    await entry.setStep(index, 'done')
    yield {type: 'step-finished', remedy: remedy.id, index, result: 'done'}
  }
  return null
}

/** A program that was not started has done nothing; with nothing to ask, an ordinary failure is taken at its word. */
function didNothing({alreadyDone}: Step, {kind}: CommandResult): boolean {
  return kind === 'not-found' || kind === 'not-permitted' || (alreadyDone === null && kind === 'exited')
}
