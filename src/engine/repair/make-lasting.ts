import type {RunCommand} from '../../platform/command.ts'
import type {Event} from '../events.ts'
import {doSteps} from './do-steps.ts'
import type {OpenEntry} from './open-entry.ts'
import {rollBack} from './roll-back.ts'

/**
 * Writes a remedy that was proved to help down for the next boot. If that fails, what was written is taken back, and
 * the remedy stays until the next boot: the connection is needed now.
 * @returns null, or why it will not last, for humans
 * @throws the signal's reason after an abort; JournalWriteError
 */
export async function* makeLasting(
  entry: OpenEntry,
  runCommand: RunCommand,
  signal: AbortSignal,
): AsyncGenerator<Event, string | null> {
  const failure = yield* doSteps(entry, step => step.lasting === true, runCommand, signal)
  if (failure === null) return null
  const left = yield* rollBack(entry, runCommand, step => step.lasting === true)
  return [`It helps, but could not be made permanent: ${failure}`, ...left].join(' ')
}
