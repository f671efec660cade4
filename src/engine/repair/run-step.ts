import {access} from 'node:fs/promises'
import {HANDLE} from '../../contract/command-line.ts'
import type {Command, Step} from '../../contract/remedy.ts'
import {type CommandResult, describeResult, type RunCommand, succeeded} from '../../platform/command.ts'
import {errnoOf} from '../../platform/files/file-error.ts'
import {syncToDisk} from '../../platform/files/write.ts'

/** Long enough for a firewall manager's reload. In milliseconds. */
const CHANGE_TIMEOUT_MS = 60_000

/**
 * A change is never aborted halfway, nor is the question whether it has to be undone: they take no signal, and a
 * terminal's Ctrl-C does not reach them.
 */
export function runChange(command: Command, runCommand: RunCommand, input?: string): Promise<CommandResult> {
  const limits = {timeoutMs: CHANGE_TIMEOUT_MS, detached: true}
  return runCommand(command, input === undefined ? limits : {...limits, input})
}

export type Presence =
  /** `handle` is the number behind `# handle` on the line that told, or null. */
  | {readonly kind: 'present'; readonly handle: string | null}
  | {readonly kind: 'absent'}
  | {readonly kind: 'unknown'; readonly reason: string}

/** Asks the host whether the step's change is in place. */
export async function askPresence(step: Step, runCommand: RunCommand): Promise<Presence> {
  if (step.alreadyDone === null) return {kind: 'unknown', reason: 'this change cannot be asked for'}
  if (step.edits !== undefined && (await isMissing(step.edits))) return {kind: 'absent'}
  const result = await runChange(step.alreadyDone, runCommand)
  if (succeeded(result)) return presenceIn(result.stdout, step.mark)
  // nft ends with 1 for all that goes wrong, also where it may not ask.
  const refused = result.kind === 'exited' && /permission denied|not permitted/i.test(result.stderr)
  if (result.kind === 'exited' && result.code === 1 && !refused) return {kind: 'absent'}
  return {kind: 'unknown', reason: describeResult(step.alreadyDone, result)}
}

/** A program that looks for a line ends alike where the file is missing and where it cannot be read. */
function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    error => errnoOf(error) === 'ENOENT',
  )
}

function presenceIn(stdout: string, mark: string | undefined): Presence {
  if (mark === undefined) return {kind: 'present', handle: null}
  const line = stdout.split('\n').find(text => text.includes(mark))
  if (line === undefined) return {kind: 'absent'}
  return {kind: 'present', handle: /# handle (\d+)\s*$/.exec(line)?.[1] ?? null}
}

export type TakenBack =
  | {readonly outcome: 'undone'}
  /** The change was not there (any more). */
  | {readonly outcome: 'was-gone'}
  | {readonly outcome: 'failed'; readonly reason: string}

/** Takes one change back, if it is in place. */
export async function takeBack(step: Step, runCommand: RunCommand): Promise<TakenBack> {
  let {undo} = step
  if (step.alreadyDone !== null) {
    const presence = await askPresence(step, runCommand)
    if (presence.kind === 'absent') return {outcome: 'was-gone'}
    if (presence.kind === 'unknown') return {outcome: 'failed', reason: presence.reason}
    const {handle} = presence
    if (handle !== null) undo = substitute(undo, handle)
  }
  const result = await runChange(undo, runCommand)
  if (succeeded(result)) {
    if (step.edits !== undefined && !(await isMissing(step.edits))) await syncToDisk(step.edits)
    return {outcome: 'undone'}
  }
  // Somebody else may have been faster.
  if (step.alreadyDone !== null && (await askPresence(step, runCommand)).kind === 'absent') {
    return {outcome: 'was-gone'}
  }
  return {outcome: 'failed', reason: describeResult(undo, result)}
}

function substitute([program, ...args]: Command, handle: string): Command {
  return [program, ...args.map(arg => (arg === HANDLE ? handle : arg))]
}
