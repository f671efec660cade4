import {shellOf, undoText} from '../contract/command-line.ts'
import {UserError} from '../contract/errors.ts'
import {EXIT} from '../contract/exit-codes.ts'
import type {Step} from '../contract/remedy.ts'
import type {Event, RemedyResult} from '../engine/events.ts'
import type {RunCommand} from '../platform/process/command.ts'
import {type JournalStepState, mayStand, RUN_ENDED} from './journal/entry.ts'
import {JournalWriteError, type OpenEntry} from './journal/open-entry.ts'
import {takeBack} from './run-step.ts'

/**
 * Undoes what an entry may have done (all steps, or those that are `meant`), last step first. A full disk does not stop
 * it: the host comes before its record, which then still says `done` and is put right by the next undo.
 * @returns a sentence for each step that is still in place, with the command that removes it
 */
export async function* rollBack(
  entry: OpenEntry,
  runCommand: RunCommand,
  meant: (step: Step) => boolean = () => true,
): AsyncGenerator<Event, string[]> {
  const {remedy} = entry.entry
  const left: string[] = []
  for (const [index, step] of [...remedy.steps.entries()].reverse()) {
    const state = entry.entry.steps[index]
    if (state === undefined || !mayStand(state) || !meant(step)) continue
    await record(entry, index, 'undoing')
    const taken = await takeBack(step, runCommand)
    if (taken.outcome === 'failed') {
      left.push(
        `It could not be reverted (${taken.reason}); run this command yourself: ${undoText(step, shellOf(process.platform))}`,
      )
      continue
    }
    await record(entry, index, 'undone')
    // A step that failed is reported as failed, and had nothing to revert.
    if (taken.outcome === 'undone') {
      yield {type: 'step-finished', remedy: remedy.id, index, result: 'undone'}
    }
  }
  return left
}

async function record(entry: OpenEntry, index: number, state: JournalStepState): Promise<void> {
  try {
    await entry.setStep(index, state)
  } catch (error) {
    if (!(error instanceof JournalWriteError)) throw error
  }
}

/** Reverts an entry that nobody follows any more. */
export async function abandon(entry: OpenEntry, runCommand: RunCommand): Promise<void> {
  const events = rollBack(entry, runCommand)
  let next = await events.next()
  while (!next.done) next = await events.next()
  await closeOrError(entry, next.value.length > 0 ? 'failed' : 'rolled-back', RUN_ENDED)
}

/** Closes an entry; an error in writing is handed back, since the host has been put right already. */
export async function closeOrError(
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

/** @param left a sentence for each step that is still in place */
export function unrecorded(error: JournalWriteError, left: readonly string[]): UserError {
  const host =
    left.length > 0 ? left.join(' ') : 'The change was reverted; free some space there and start again.'
  return new UserError(`${capitalized(error.clause)}. ${host}`, EXIT.remedyFailed, {cause: error})
}

export const capitalized = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
