import type {Step} from '../../contract/remedy.ts'
import {type CommandResult, describeResult, type RunCommand, succeeded} from '../../platform/command.ts'
import {whyNotEditable} from '../../platform/files/edit.ts'
import {describeFileError} from '../../platform/files/file-error.ts'
import {syncToDisk} from '../../platform/files/write.ts'
import type {OpenEntry} from './open-entry.ts'
import {askPresence, runChange} from './run-step.ts'

/**
 * Readies the file that a step edits: it must be valid, and a copy of it must be on the disk.
 * @returns null, or why it is not to be edited, in one sentence
 * @throws JournalWriteError
 */
export async function beforeEdit(
  step: Step,
  entry: OpenEntry,
  runCommand: RunCommand,
): Promise<string | null> {
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
export async function afterEdit(step: Step, runCommand: RunCommand): Promise<string | null> {
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
