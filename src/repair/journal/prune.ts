import {readdir, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {readSystemFile} from '../../platform/files/read.ts'
import {isClosed, type JournalEntry, stands} from './entry.ts'
import {readJournal} from './journal.ts'
import {entriesDirectory, entryPath, removeBackups} from './open-entry.ts'
import {isRunning, processIdentity} from './process-identity.ts'

/** Entries with nothing left to undo that are kept for the record, and how long, in milliseconds. */
const KEPT_ENTRIES = 20
const KEPT_MS = 90 * 24 * 60 * 60 * 1_000

/** Nobody takes that long to turn a claim into a lock. In milliseconds. */
const CLAIM_MS = 60 * 60 * 1_000

/**
 * Removes what a state directory need not keep: entries with nothing left to undo, once there are 20 newer ones of
 * that kind or 90 days have passed, and half-written files of runs that were killed. Never an entry that is in place. What
 * cannot be removed is left for the next time. The caller holds the lock.
 * @returns the ids of the entries that were removed
 * @throws UserError when the journal cannot be understood
 */
export async function prune(directory: string, now: number = Date.now()): Promise<readonly string[]> {
  const entries = await readJournal(directory)
  const over: JournalEntry[] = []
  for (const entry of entries) if (await isOver(entry)) over.push(entry)
  const removed: string[] = []
  for (const [newer, entry] of over.toReversed().entries()) {
    if (newer < KEPT_ENTRIES && now - Date.parse(entry.startedAt) < KEPT_MS) continue
    const gone = (await removeBackups(directory, entry.id)) && (await remove(entryPath(directory, entry.id)))
    if (gone) removed.push(entry.id)
  }
  await removeHalfWritten(directory, now)
  return removed
}

/** An entry whose run died before its first step is over, too. */
async function isOver(entry: JournalEntry): Promise<boolean> {
  return !stands(entry) && (isClosed(entry) || !(await isRunning(entry.undoneBy ?? entry.process)))
}

async function removeHalfWritten(directory: string, now: number): Promise<void> {
  const entries = entriesDirectory(directory)
  for (const name of await listed(entries)) {
    if (name.endsWith('.tmp')) await remove(join(entries, name))
  }
  for (const name of await listed(directory)) {
    if (!/^claim-.*\.tmp$/.test(name)) continue
    const path = join(directory, name)
    if (await isStaleClaim(path, now)) await remove(path)
  }
}

/** Another run may be about to make it a lock, to find that ours is held. */
async function isStaleClaim(path: string, now: number): Promise<boolean> {
  try {
    const parsed = processIdentity.safeParse(JSON.parse(await readSystemFile(path, {follow: false})))
    if (parsed.success) return !(await isRunning(parsed.data))
  } catch {
    // Empty or half-written: its age decides.
  }
  const found = await stat(path).catch(() => null)
  return found !== null && now - found.mtimeMs > CLAIM_MS
}

async function listed(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => [])
}

async function remove(path: string): Promise<boolean> {
  return rm(path, {force: true}).then(
    () => true,
    () => false,
  )
}
