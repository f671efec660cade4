import {shellOf, undoText} from '../../contract/command-line.ts'
import type {Step} from '../../contract/remedy.ts'
import type {RunCommand} from '../../platform/command.ts'
import type {Event} from '../events.ts'
import {type JournalStepState, mayStand} from './journal-entry.ts'
import {JournalWriteError, type OpenEntry} from './open-entry.ts'
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
