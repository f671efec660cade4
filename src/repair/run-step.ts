import {access, readdir} from 'node:fs/promises'
import {HANDLE} from '../contract/command-line.ts'
import type {Command, Step} from '../contract/remedy.ts'
import {editFile, type StepRun, settleOldFile, whyNotEditable} from '../platform/files/edit.ts'
import {describeFileError, errnoOf} from '../platform/files/file-error.ts'
import {replaceFile, syncToDisk} from '../platform/files/write.ts'
import {type CommandResult, describeResult, type RunCommand, succeeded} from '../platform/process/command.ts'
import type {Look} from './remains.ts'

/** Long enough for a firewall manager's reload. In milliseconds. */
const CHANGE_TIMEOUT_MS = 60_000

/**
 * A cmdlet that names one rule took 48 s, and 69 s with a wildcard, in a PowerShell that was just started, on a host
 * with 1,091 rules (NathanNeurotic/PS2-Servers#83). In milliseconds.
 */
const CMDLET_TIMEOUT_MS = 180_000

/**
 * A change is never aborted halfway, nor is the question whether it has to be undone: they take no signal, and a
 * terminal's Ctrl-C does not reach them.
 */
export function runChange(command: Command, runCommand: RunCommand, input?: string): Promise<CommandResult> {
  const timeoutMs = command[0] === 'powershell.exe' ? CMDLET_TIMEOUT_MS : CHANGE_TIMEOUT_MS
  const limits = {timeoutMs, detached: true}
  return runCommand(command, input === undefined ? limits : {...limits, input})
}

/**
 * Runs a command of a step; one that edits a file keeps what belongs to that beside its content. `tee`, which writes a
 * whole file, is what people paste: done here, a crash at any moment leaves the old file or the new one.
 */
export async function runStep(
  {edits, input}: Step,
  command: Command,
  runCommand: RunCommand,
): Promise<StepRun> {
  const isWhole = command[0] === 'tee' && command[1] === edits && edits !== undefined && input !== undefined
  const run = () => (isWhole ? writeWhole(edits, input) : runChange(command, runCommand, input))
  if (edits !== undefined) return await editFile(edits, runCommand, run)
  return {ran: true, result: await run(), fault: null}
}

async function writeWhole(path: string, content: string): Promise<CommandResult> {
  const done = {kind: 'exited', code: 0, stdout: '', stderr: ''} as const
  return replaceFile(path, content, {mode: 0o644}).then(
    () => done,
    (error: unknown) => ({...done, code: 1, stderr: `${path}: ${describeFileError(error)}`}),
  )
}

export type Presence =
  /** `found` is what told: with a mark its line, else all that was printed; `handle` the number behind `# handle` on it. */
  | {readonly kind: 'present'; readonly handle: string | null; readonly found: string}
  | {readonly kind: 'absent'}
  | {readonly kind: 'unknown'; readonly reason: string}

/**
 * Asks the host whether the step's change is in place.
 * @param look where several lines have its mark, the one that is as the step made it is found
 */
export async function askPresence(
  step: Step,
  runCommand: RunCommand,
  look: Pick<Look, 'isUnchanged'> | null = null,
): Promise<Presence> {
  if (step.alreadyDone === null) return {kind: 'unknown', reason: 'this change cannot be looked up'}
  if (step.edits !== undefined && (await isMissing(step.edits))) return {kind: 'absent'}
  const result = await runChange(step.alreadyDone, runCommand)
  if (succeeded(result)) return presenceIn(result.stdout, step.mark, look)
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

async function presenceIn(
  stdout: string,
  mark: string | undefined,
  look: Pick<Look, 'isUnchanged'> | null,
): Promise<Presence> {
  if (mark === undefined) return {kind: 'present', handle: null, found: stdout}
  const lines = stdout.split('\n').filter(text => text.includes(mark))
  let [found] = lines
  if (found === undefined) return {kind: 'absent'}
  for (const line of look === null ? [] : lines) {
    if (!(await look?.isUnchanged(line))) continue
    found = line
    break
  }
  return {kind: 'present', handle: /# handle (\d+)\s*$/.exec(found)?.[1] ?? null, found}
}

export type TakenBack =
  | {readonly outcome: 'undone'}
  /** The change was not there (any more). */
  | {readonly outcome: 'was-gone'}
  /** Other fixes need it, so that it stays. */
  | {readonly outcome: 'shared'}
  /** Somebody has made something else of it, which is left as it is. */
  | {readonly outcome: 'changed'}
  | {readonly outcome: 'failed'; readonly reason: string}

/** Reverts one change, if it is in place. @param look without one, whatever has its mark is taken for the change */
export async function takeBack(
  step: Step,
  runCommand: RunCommand,
  look: Pick<Look, 'isUnchanged'> | null = null,
): Promise<TakenBack> {
  const users = step.sharedIn === undefined ? [] : await usersOf(step.sharedIn)
  if (typeof users === 'string') return {outcome: 'failed', reason: users}
  if (users.length > 0) return {outcome: 'shared'}
  const taken = await takeChangeBack(step, runCommand, look)
  if (step.edits === undefined || taken.outcome === 'failed') return taken
  // A run that was killed may have got no further than the content.
  const lost = await settleOldFile(step.edits, runCommand)
  return lost === null ? taken : {outcome: 'failed', reason: lost}
}

/** @returns the files of the fixes that a shared step serves; or why they are not known, as a clause */
async function usersOf(directory: string): Promise<readonly string[] | string> {
  try {
    return (await readdir(directory)).filter(name => name.endsWith('.rules'))
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? [] : `${directory} cannot be read: ${describeFileError(error)}`
  }
}

async function takeChangeBack(
  step: Step,
  runCommand: RunCommand,
  look: Pick<Look, 'isUnchanged'> | null,
): Promise<TakenBack> {
  let {undo} = step
  if (step.alreadyDone !== null) {
    const presence = await askPresence(step, runCommand, look)
    if (presence.kind === 'absent') return {outcome: 'was-gone'}
    if (presence.kind === 'unknown') return {outcome: 'failed', reason: presence.reason}
    const {handle, found} = presence
    if (look !== null && !(await look.isUnchanged(found))) return {outcome: 'changed'}
    if (handle !== null) undo = substitute(undo, handle)
  }
  const obstacle = step.edits === undefined ? null : await whyNotEditable(step.edits)
  if (obstacle !== null) return {outcome: 'failed', reason: `${step.edits} is not edited: ${obstacle}`}
  const run = await runStep({...step, input: undefined}, undo, runCommand)
  if (!run.ran) return {outcome: 'failed', reason: `${step.edits} is not edited: ${run.fault}`}
  if (run.fault !== null) return {outcome: 'failed', reason: run.fault}
  if (succeeded(run.result)) {
    if (step.afterUndo !== undefined) await runChange(step.afterUndo, runCommand)
    if (step.edits !== undefined && !(await isMissing(step.edits))) await syncToDisk(step.edits)
    return {outcome: 'undone'}
  }
  // Somebody else may have been faster.
  if (step.alreadyDone !== null && (await askPresence(step, runCommand)).kind === 'absent') {
    return {outcome: 'was-gone'}
  }
  return {outcome: 'failed', reason: describeResult(undo, run.result)}
}

function substitute([program, ...args]: Command, handle: string): Command {
  return [program, ...args.map(arg => (arg === HANDLE ? handle : arg))]
}
