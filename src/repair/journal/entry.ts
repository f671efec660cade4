import * as z from 'zod'
import {CAUSE_CODES, type CauseCode} from '../../contract/cause-codes.ts'
import {CHECK_IDS} from '../../contract/checks.ts'
import type {Step} from '../../contract/remedy.ts'
import {processIdentity} from './process-identity.ts'

const command = z.tuple([z.string().min(1)], z.string()).readonly()

const step = z.object({
  title: z.string(),
  do: command,
  input: z.string().optional(),
  undo: command,
  alreadyDone: command.nullable(),
  mark: z.string().min(1).optional(),
  edits: z.string().min(1).optional(),
  test: command.optional(),
  lasting: z.boolean().optional(),
  sharedIn: z.string().min(1).optional(),
  afterUndo: command.optional(),
  verify: command.optional(),
  persists: z.boolean(),
})

const remedy = z.object({
  id: z.string().min(1),
  title: z.string(),
  why: z.string(),
  check: z.enum(CHECK_IDS),
  fixes: z.enum(CAUSE_CODES as [CauseCode, ...CauseCode[]]),
  risk: z.enum(['additive', 'disruptive']),
  steps: z.array(step).readonly(),
  lastingAdvice: z.string().optional(),
  unitSteps: z.array(step).readonly().optional(),
})

/**
 * Where one step of a remedy is. `doing` and `undoing` are written before the command runs, so that after a crash
 * they mean "ask the host". `already-done` was in place before the run and is never undone by it.
 */
const stepState = z.enum(['pending', 'doing', 'done', 'already-done', 'undoing', 'undone'])

export type JournalStepState = z.infer<typeof stepState>

/** The reason of an entry whose run was ended from outside while it was under way. */
export const RUN_ENDED = 'The run was interrupted.'

export const JOURNAL_VERSION = 1

const RUN_ID = /^\d{8}T\d{9}-[\da-f]{4}$/
const ENTRY_ID = /^\d{8}T\d{9}-[\da-f]{4}-\d{2,9}$/

export const isEntryId = (id: string) => ENTRY_ID.test(id)

/** What the journal keeps of one remedy of one run: enough to undo it without anything else. */
export const journalEntry = z.object({
  schemaVersion: z.literal(JOURNAL_VERSION),
  /** Starts with `runId`; the name of its file. */
  id: z.string().regex(ENTRY_ID),
  runId: z.string().regex(RUN_ID),
  /**
   * Grows from entry to entry, whatever the clock says; `undo` goes by it. Entries of a release that did not count are
   * older than those that are counted.
   */
  sequence: z.int().positive().optional(),
  remedy,
  /** ISO 8601, UTC. */
  startedAt: z.iso.datetime(),
  /** The run that made the change; its `bootId` tells whether the host has been rebooted since. */
  process: processIdentity,
  steps: z.array(stepState).readonly(),
  /** Null while the run is at work, and for ever if it died. */
  result: z.enum(['kept', 'rolled-back', 'failed', 'undone']).nullable(),
  reason: z.string().nullable(),
  /** Copies of the files that its steps edited, as they were before. */
  backups: z
    .array(z.object({of: z.string(), copy: z.string()}))
    .readonly()
    .optional(),
  /** ISO 8601, UTC. A disruptive remedy that is not confirmed by then is reverted from outside the run. */
  confirmBy: z.iso.datetime().optional(),
  /** Proved in time: from here on nothing but the death of its run reverts the remedy. */
  confirmed: z.boolean().optional(),
  /** The process that is reverting a closed entry, or died at it. */
  undoneBy: processIdentity.optional(),
})

export type JournalEntry = z.infer<typeof journalEntry>

/** Whether a step may still be in effect on the host because of this entry. */
export function mayStand(state: JournalStepState): boolean {
  return state === 'doing' || state === 'done' || state === 'undoing'
}

/**
 * Whether the entry's change is as its run left it; a run or an undo that is at work, or died at it, leaves more to
 * do.
 */
export function isClosed(entry: JournalEntry): boolean {
  return entry.result !== null && entry.undoneBy === undefined
}

/** The steps that may be in place, the one to be undone first in front. */
export function standingSteps({remedy, steps}: JournalEntry): readonly Step[] {
  return remedy.steps.filter((_, index) => mayStand(steps[index] ?? 'pending')).toReversed()
}

/** Whether a file may still be edited because of this entry. */
export function editStands({remedy, steps}: JournalEntry): boolean {
  return remedy.steps.some(({edits}, index) => edits !== undefined && mayStand(steps[index] ?? 'pending'))
}

/** Oldest first: in the order of their numbers; those without one come before, in that of their time. */
export function byAge(a: JournalEntry, b: JournalEntry): number {
  const counted = (a.sequence ?? 0) - (b.sequence ?? 0)
  if (counted !== 0) return counted
  return a.id < b.id ? -1 : a.id === b.id ? 0 : 1
}

/** Whether anything is left to undo. */
export function stands(entry: JournalEntry): boolean {
  return entry.steps.some(mayStand)
}
