import type {Command, Step} from '../../contract/remedy.ts'
import {type CommandResult, describeResult, type RunCommand, succeeded} from '../../platform/command.ts'

/** Long enough for a firewall manager's reload. In milliseconds. */
const CHANGE_TIMEOUT_MS = 60_000

/**
 * A change is never aborted halfway, nor is the question whether it has to be undone: they take no signal, and a
 * terminal's Ctrl-C does not reach them.
 */
export function runChange(command: Command, runCommand: RunCommand): Promise<CommandResult> {
  return runCommand(command, {timeoutMs: CHANGE_TIMEOUT_MS, detached: true})
}

export type Presence =
  | {readonly kind: 'present' | 'absent'}
  | {readonly kind: 'unknown'; readonly reason: string}

/** Asks the host whether the step's change is in place. */
export async function askPresence(step: Step, runCommand: RunCommand): Promise<Presence> {
  if (step.alreadyDone === null) return {kind: 'unknown', reason: 'this change cannot be asked for'}
  const result = await runChange(step.alreadyDone, runCommand)
  if (succeeded(result)) return {kind: 'present'}
  if (result.kind === 'exited' && result.code === 1) return {kind: 'absent'}
  return {kind: 'unknown', reason: describeResult(step.alreadyDone, result)}
}

export type TakenBack =
  | {readonly outcome: 'undone'}
  /** The change was not there (any more). */
  | {readonly outcome: 'was-gone'}
  | {readonly outcome: 'failed'; readonly reason: string}

/** Takes one change back, if it is in place. */
export async function takeBack(step: Step, runCommand: RunCommand): Promise<TakenBack> {
  if (step.alreadyDone !== null) {
    const presence = await askPresence(step, runCommand)
    if (presence.kind === 'absent') return {outcome: 'was-gone'}
    if (presence.kind === 'unknown') return {outcome: 'failed', reason: presence.reason}
  }
  const result = await runChange(step.undo, runCommand)
  if (succeeded(result)) return {outcome: 'undone'}
  // Somebody else may have been faster.
  if (step.alreadyDone !== null && (await askPresence(step, runCommand)).kind === 'absent') {
    return {outcome: 'was-gone'}
  }
  return {outcome: 'failed', reason: describeResult(step.undo, result)}
}
