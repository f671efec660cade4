import {describeResult, type RunCommand, succeeded} from '../../platform/command.ts'
import type {Event} from '../events.ts'
import {doSteps} from './do-steps.ts'
import type {OpenEntry} from './open-entry.ts'
import {rollBack} from './roll-back.ts'
import {runChange} from './run-step.ts'

/**
 * Writes a remedy that was proved to help down for the next boot. If that fails, what was written is reverted, and
 * the remedy stays until the next boot: the connection is needed now.
 * @returns null where it lasts; else why it does not, or why that is not verified, for humans
 * @throws the signal's reason after an abort; JournalWriteError
 */
export async function* makeLasting(
  entry: OpenEntry,
  runCommand: RunCommand,
  signal: AbortSignal,
): AsyncGenerator<Event, NotLasting | null> {
  const failure = yield* doSteps(entry, step => step.lasting === true, runCommand, signal)
  const verified = failure === null ? await verify(entry, runCommand) : null
  if (verified?.kind === 'works') return null
  if (verified?.kind === 'unknown')
    return {
      reason: `It is written down for the next boot, but that was not verified: ${verified.reason}`,
      persistence: 'not-verified',
    }
  const left = yield* rollBack(entry, runCommand, step => step.lasting === true)
  const reason = `It helps, but could not be made permanent: ${failure ?? verified?.reason}`
  return {reason: [reason, ...left].join(' ')}
}

export type NotLasting = {readonly reason: string; readonly persistence?: 'not-verified'}

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
