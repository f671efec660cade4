import {describeResult, type RunCommand, succeeded} from '../../platform/command.ts'
import type {Event} from '../events.ts'
import {doSteps} from './do-steps.ts'
import type {OpenEntry} from './open-entry.ts'
import {rollBack} from './roll-back.ts'
import {runChange} from './run-step.ts'

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
  const verified = failure === null ? await verify(entry, runCommand) : null
  if (verified?.kind === 'works') return null
  if (verified?.kind === 'unknown')
    return `It is written down for the next boot, but that was not verified: ${verified.reason}`
  const left = yield* rollBack(entry, runCommand, step => step.lasting === true)
  return [`It helps, but could not be made permanent: ${failure ?? verified?.reason}`, ...left].join(' ')
}

type Verified = {readonly kind: 'works'} | {readonly kind: 'fails' | 'unknown'; readonly reason: string}

/** Tries what was written as the next boot will. */
async function verify({entry}: OpenEntry, runCommand: RunCommand): Promise<Verified> {
  for (const {verify: command} of entry.remedy.steps) {
    if (command === undefined) continue
    const result = await runChange(command, runCommand)
    if (succeeded(result)) continue
    const kind = result.kind === 'exited' && result.code === 1 ? 'fails' : 'unknown'
    return {kind, reason: `${describeResult(command, result)}.`}
  }
  return {kind: 'works'}
}
