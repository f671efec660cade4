import {UserError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {RunCommand} from '../../platform/command.ts'
import type {RemedyResult} from '../events.ts'
import {RUN_ENDED} from './journal-entry.ts'
import {JournalWriteError, type OpenEntry} from './open-entry.ts'
import {rollBack} from './roll-back.ts'

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
