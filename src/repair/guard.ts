import {setTimeout as sleep} from 'node:timers/promises'
import {UserError} from '../contract/errors.ts'
import type {RunCommand} from '../platform/process/command.ts'
import {isClosed, type JournalEntry} from './journal/entry.ts'
import {openJournal, readEntry} from './journal/journal.ts'
import {acquireLock, findRun, type Lock} from './journal/lock.ts'
import {isRunning} from './journal/process-identity.ts'
import {type UndoEvent, undoEntries} from './undo.ts'

/**
 * Reverts a disruptive remedy from outside the run, unless the run confirms it in time: for the change that cuts
 * off the very session it was made in.
 */
export type Guard = {
  readonly confirmWithinMs: number
  /**
   * Starts the watch over an entry that is in the journal. Nothing has been changed yet.
   * @returns null, or why it could not be started, as a clause
   */
  arm(entryId: string): Promise<string | null>
}

/** What a run that applies a guarded remedy is bounded by: its own signal, and the time in which to confirm. */
type Bounds = {
  /** Aborts for either reason. */
  readonly signal: AbortSignal
  /** Why the remedy is reverted, in one sentence, where its time is up; null while it is not. */
  timeUp(): string | null
}

/** Without a guard the run's own signal is the only bound. */
export function boundsOf(guard: Guard | undefined, signal: AbortSignal): Bounds {
  if (!guard) return {signal, timeUp: () => null}
  const limit = AbortSignal.timeout(guard.confirmWithinMs)
  return {
    signal: AbortSignal.any([signal, limit]),
    timeUp: () => (limit.aborted && !signal.aborted ? notConfirmedSentence(guard.confirmWithinMs) : null),
  }
}

function notConfirmedSentence(withinMs: number): string {
  return `Not verified within ${withinMs / 1_000} s.`
}

const POLL_MS = 250

/** In which a run that is late may revert its remedy itself. In milliseconds. */
const GRACE_MS = 10_000

/** How a watch ended. `settled`: the run, or somebody else, had closed the entry. */
type Watched = 'settled' | 'undone' | 'failed'

/**
 * Watches over an entry of a run until the run has closed it. Reverts it when the run dies, or has not confirmed it
 * in time: a run that is late and still there after a moment is hung, and is ended first.
 * @throws UserError when the journal cannot be read
 */
export async function watchUnconfirmed(
  directory: string,
  entryId: string,
  runCommand: RunCommand,
): Promise<Watched> {
  const read = () => readEntry(directory, entryId)
  const first = await read()
  const deadline = performance.now() + millisecondsUntil(first.confirmBy)
  for (let entry = first; !isClosed(entry); entry = await read()) {
    const late = entry.confirmed ? -1 : performance.now() - deadline
    if (late > GRACE_MS) await end(entry)
    if (!(await isWorkedOn(entry))) {
      const lock = await lockOrNull(directory)
      if (lock) return takeBackAndRelease(directory, read, runCommand, lock)
    }
    await sleep(POLL_MS)
  }
  return 'settled'
}

function millisecondsUntil(time: string | undefined): number {
  return time === undefined ? 0 : Math.max(0, Date.parse(time) - Date.now())
}

function isWorkedOn({undoneBy, process: run}: JournalEntry): Promise<boolean> {
  return isRunning(undoneBy ?? run)
}

/** Ends the run that made the entry, and no other process: its identity tells it from one that has got its id since. */
async function end({undoneBy, process: run}: JournalEntry): Promise<void> {
  if (undoneBy === undefined && (await isRunning(run))) process.kill(run.pid, 'SIGKILL')
}

/** Null while another run is at work: it may be reverting the entry itself. */
async function lockOrNull(directory: string): Promise<Lock | null> {
  try {
    return await acquireLock(directory)
  } catch (error) {
    if (error instanceof UserError && (await findRun(directory)) !== null) return null
    throw error
  }
}

async function takeBackAndRelease(
  directory: string,
  read: () => Promise<JournalEntry>,
  runCommand: RunCommand,
  lock: Lock,
): Promise<Watched> {
  try {
    const entry = await read()
    if (isClosed(entry)) return 'settled'
    const journal = await openJournal(directory)
    const undoneBecause = 'Its run stopped, or did not confirm it in time.'
    const {signal} = new AbortController()
    let last: UndoEvent | null = null
    for await (const event of undoEntries({entries: [entry], journal, runCommand, signal, undoneBecause})) {
      last = event
    }
    return last?.type === 'undo-finished' && last.result === 'undone' ? 'undone' : 'failed'
  } finally {
    await lock.release()
  }
}
